"""What a MariaDB drill makes of what it saw. The lab has a real server."""

from __future__ import annotations

from typing import Any

import pytest

from muhtar.backup.drill.mariadb import _Found
from muhtar.backup.sources.rows import Record

HAD: Record = {"Events": 4, "Monitors": 2}


def found(recorded: Record | str, has: Record, **verdicts: str) -> _Found:
    made = _Found()
    made.add("zm", recorded, has, dict.fromkeys(has, "OK") | verdicts)
    return made


def test_rows_as_they_were() -> None:
    seen = found(HAD, {**HAD, "Logs": 0})
    assert (seen.wrong, seen.compared, seen.total, len(seen.sample)) == ([], 2, 6, 3)
    assert (seen.uncounted, seen.still) == ([], [])


@pytest.mark.parametrize(
    ("has", "verdicts", "wrong"),
    [
        ({"Events": 3, "Monitors": 2}, {}, "zm: Events: 3 rows, had 4 rows when it was backed up"),
        ({"Monitors": 2}, {}, "zm: Events: not there"),
        ({**HAD, "Logs": 1}, {}, "zm: Logs: 1 row, had 0 rows when it was backed up"),
        (HAD, {"Events": "Corrupt"}, "zm: Events: Corrupt"),
    ],
)
def test_rows_that_are_not_as_they_were_are_wrong(has: Record, verdicts: Any, wrong: str) -> None:
    seen = found(HAD, has, **verdicts)
    assert seen.wrong == [wrong]
    assert [one.equal for one in seen.sample].count(False) == 1
    assert seen.compared == len([table for table in HAD if not wrong.startswith(f"zm: {table}")])


def test_a_table_that_no_snapshot_holds_still_is_named() -> None:
    seen = found({"Events": 4, "Old": None}, {"Events": 4, "Old": 9})
    assert (seen.wrong, seen.still, seen.compared) == ([], ["zm.Old"], 1)


def test_without_a_record_nothing_is_compared() -> None:
    seen = found(": no RELOAD privilege", HAD)
    assert (seen.wrong, seen.compared) == ([], 0)
    assert seen.uncounted == ["zm when it was backed up: no RELOAD privilege"]
