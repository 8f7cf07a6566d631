"""SQLite: the file comes back sound, with every table that the live one has."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from muhtar.backup.drill.case import Case, Drilled, Sampled
from muhtar.backup.sources.sqlite import SQLite
from muhtar.doors.restic.contents import restore_files
from muhtar.errors import DoorError
from muhtar.words import count

__all__ = ["drill"]


def drill(case: Case, source: SQLite) -> Drilled:
    """Check its integrity here, count its rows, and compare its tables with those on the host."""
    name = source.copy_name
    shot = case.piece(name)
    if shot is None:
        raise DoorError(f"there is no {name} in the snapshot of {case.item.source.name}")
    began = time.monotonic()
    case.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    restore_files(case.restic, shot.id, [shot.paths[0]], str(case.folder), seconds=case.seconds)
    seconds = time.monotonic() - began
    live = source.tables(case.machine)
    place = "a folder of the runner"
    try:
        verdict, held = _look(case.folder / name)
    except sqlite3.DatabaseError as error:
        return Drilled(seconds, "", place, (f"{name}: {error}",), (Sampled(name, "no sound database", equal=False),))
    wrong = [] if verdict == "ok" else [f"{name}: {verdict}"]
    wrong += [f"{name} lacks table {table}" for table in sorted(live - set(held))]
    if not held:
        wrong.append("there is no table in it")
    sample = tuple(Sampled(f"{name}: {table}", f"{number} rows") for table, number in held.items())
    return Drilled(seconds, f"sound, {count(len(live & set(held)), 'table')} as on the host", place, tuple(wrong), sample)


def _look(path: Path) -> tuple[str, dict[str, int]]:
    """What SQLite says of the file, and the rows of each of its tables. Raises DatabaseError where it is none."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        verdict = str(database.execute("PRAGMA integrity_check").fetchone()[0])
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        quoted = {table: table.replace('"', '""') for table in tables}
        return verdict, {
            table: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for table, name in quoted.items()
        }
