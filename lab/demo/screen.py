"""The demo's last screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from lab.demo.chapter import Chapter

__all__ = ["last_screen"]

REAL = "3 FRR routers, PostgreSQL + PostGIS, nginx, Asterisk, ZoneMinder, 2 RTSP cameras, restic + rest-server"
SIMULATED = "2 EOS switches (eAPI simulator), 1 IOS switch (SSH simulator)"


def last_screen(chapters: Sequence[Chapter], pages: Sequence[Path], log: Path, *, kept: bool) -> RenderableType:
    """One screen: the chapters with their times, what was real, and where to read on."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("")
    table.add_column("chapter", no_wrap=True)
    table.add_column("seconds", justify="right")
    table.add_column("what was seen", overflow="fold")
    for chapter in chapters:
        table.add_row(Text("✓", style="green"), chapter.title, f"{chapter.seconds:.0f}", chapter.said)
    table.add_row("", Text("all", style="bold"), f"{sum(chapter.seconds for chapter in chapters):.0f}", "")
    lines = [
        f"real:      {REAL}",
        f"simulated: {SIMULATED}",
        *(f"report:    {page}" for page in pages),
        f"log:       {log}",
        "lab:       still running (./inv lab.status, ./inv lab.down)"
        if kept
        else "lab:       taken down (keep it with ./inv demo --keep)",
    ]
    return Group("", table, "", *(Text(line, overflow="fold") for line in lines))
