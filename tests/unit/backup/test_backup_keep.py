"""Which runs stay: restic's own rules, compared with restic's own word."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from muhtar.backup.keep import choose
from muhtar.backup.runs import SourceRun, source_runs
from muhtar.doors.restic import Snapshot
from tests.support.real_town import RealTown, utc

NOON = utc(2027, 1, 31, 12)


def run(number: int, at: datetime, *, pieces: int = 1, there: int = 1, size: int = 10) -> SourceRun:
    shots = tuple(
        Snapshot(f"{number:062x}{piece:02x}", at, "web1", ("muhtar",), ("/x",), int(size > 0), size) for piece in range(there)
    )
    return SourceRun(f"{number:03d}", "content", pieces, shots)


def names(runs) -> list[int]:
    return [int(one.id) for one in runs]


def days(number: int) -> list[SourceRun]:
    return [run(index, NOON - timedelta(days=number - 1 - index)) for index in range(number)]


@pytest.mark.parametrize(
    ("rules", "stay"),
    [
        ({"keep_last": 2}, [8, 9]),
        ({"keep_daily": 3}, [7, 8, 9]),
        ({"keep_daily": 30}, list(range(10))),
        ({"keep_weekly": 2}, [2, 9]),
        ({"keep_yearly": 1}, [9]),
        ({"keep_daily": 2, "keep_weekly": 2}, [2, 8, 9]),
        ({}, [9]),
    ],
)
def test_rules(rules: dict[str, int], stay: list[int]) -> None:
    choice = choose(days(10), rules)
    assert names(choice.stay) == stay
    assert sorted(names(choice.stay) + names(choice.go)) == list(range(10))


def test_a_run_of_several_snapshots_stays_or_goes_as_one() -> None:
    runs = [run(1, NOON - timedelta(days=1), pieces=3, there=3), run(2, NOON, pieces=3, there=3)]
    choice = choose(runs, {"keep_last": 1})
    assert [len(one.snapshots) for one in choice.go] == [3]


def test_a_broken_run_never_takes_a_whole_ones_place() -> None:
    runs = [
        run(1, NOON - timedelta(days=2)),
        run(2, NOON - timedelta(days=1), pieces=2),
        run(3, NOON - timedelta(hours=1), size=0),
    ]
    choice = choose(runs, {"keep_last": 1})
    assert (names(choice.stay), names(choice.go)) == ([1, 2, 3], [])
    choice = choose([*runs, run(4, NOON)], {"keep_last": 1})
    assert (names(choice.stay), names(choice.go)) == ([4], [1, 2, 3])


def test_without_a_whole_run_nothing_goes() -> None:
    assert choose([run(1, NOON, pieces=2), run(2, NOON, pieces=2)], {"keep_last": 1}).go == ()


def test_an_empty_run_counts_where_it_may_be_empty() -> None:
    runs = [run(1, NOON - timedelta(days=1)), run(2, NOON, size=0)]
    assert names(choose(runs, {"keep_last": 1}, may_be_empty=True).stay) == [2]


def test_restic_would_keep_the_same(make_town: Callable[..., RealTown]) -> None:
    town = make_town()
    town.write("a", 1000)
    dice = random.Random(3)
    moments = sorted(NOON - timedelta(hours=dice.randint(0, 24 * 500)) for _ in range(11))
    # The oldest fills a place that is left, though its day is taken.
    moments.insert(1, moments[0] + timedelta(minutes=70))
    for index, moment in enumerate(moments):
        town.take(f"r{index}", moment)
    shots = town.first().snapshots()
    for rules in (
        {"keep_daily": 3, "keep_weekly": 2, "keep_monthly": 4},
        {"keep_last": 2, "keep_yearly": 3},
        {"keep_monthly": 30},
        {"keep_hourly": 5, "keep_yearly": 1},
    ):
        options = [f"--{key.replace('_', '-')}={number}" for key, number in rules.items()]
        said = town.call("forget", "--dry-run", "--json", "--group-by=host", *options).stdout
        theirs = {shot["id"] for shot in json.loads(said.splitlines()[0])[0]["keep"]}
        ours = {shot.id for one in choose(source_runs(shots, "content"), rules).stay for shot in one.snapshots}
        assert ours == theirs, rules
