"""The last measurement, kept for the documentation: what was measured, on what machine, and the table."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.switches import write

__all__ = ["keep"]


def keep(path: Path, title: str, about: str, lines: Sequence[str]) -> None:
    """Write the page; the one of before goes."""
    machine = f"{os.cpu_count()} cores of {_model()}, {_gib():.0f} GiB, {platform.system()} {platform.machine()}"
    when = f"Measured on {datetime.now(UTC):%Y-%m-%d}: {machine}, Python {platform.python_version()};"
    load = f"load {os.getloadavg()[0]:.1f} at the end."
    write(path, "\n".join([f"# {title}: the last measurement", "", about, when, load, "", *lines, ""]))


def _model() -> str:
    told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    return next((line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")), "unknown make")


def _gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
