"""Registers whose dates must lie around today: rendered from `lab/registers/*.j2`, so that the lab is always as old as meant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lab import topology
from muhtar.settings import atomic_write

__all__ = ["FOLDER", "write_register", "write_registers"]

FOLDER = topology.FILE.parent / "registers"


def write_registers(folder: Path, today: date | None = None) -> None:
    """Write every register of the lab into the overlay's `registers/`."""
    for template in sorted(FOLDER.glob("*.yml.j2")):
        write_register(folder, template.name.removesuffix(".yml.j2"), today)


def write_register(folder: Path, name: str, today: date | None = None, **changes: int) -> None:
    """Write one register. `changes` overrides numbers of days that its template names (a fault, and its mend)."""
    day = today or datetime.now(UTC).date()
    environment = Environment(  # noqa: S701 - YAML, not HTML
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["from_today"] = lambda days: (day + timedelta(days=days)).isoformat()
    text = environment.get_template(f"{name}.yml.j2").render(today=day.isoformat(), **changes)
    with atomic_write(folder / "registers" / f"{name}.yml") as stream:
        stream.write(text)
