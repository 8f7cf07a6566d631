"""SQLite: the file comes back sound, with every table that the live one has."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from muhtar.backup.drill.case import Case, Drilled, Sampled
from muhtar.words import count

__all__ = ["drill"]


def drill(case: Case) -> Drilled:
    """Check its integrity here, count its rows, and compare its tables with those on the host."""
    seconds = case.bring_back()
    proof = case.item.source.prove(case.machine, case.folder, case.run.time)
    sample: list[Sampled] = []
    for path in sorted(case.folder.iterdir()):
        try:
            sample += [Sampled(f"{path.name}: {table}", f"{number} rows") for table, number in _rows(str(path.as_uri()))]
        except sqlite3.DatabaseError:
            # The proof has found it, and says why.
            sample.append(Sampled(path.name, "no sound database", equal=False))
    what = f"sound, {count(proof.equal, 'table')} as on the host"
    wrong = proof.wrong if proof.wrong or sample else ("there is no table in it",)
    return Drilled(seconds, what, "a folder of the runner", wrong, tuple(sample))


def _rows(uri: str) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(f"{uri}?mode=ro", uri=True)) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        quoted = {table: table.replace('"', '""') for table in tables}
        return [(table, database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for table, name in quoted.items()]  # noqa: S608
