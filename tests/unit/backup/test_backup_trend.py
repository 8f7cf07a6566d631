"""backup.trend: what is unlike the runs before it, and what only looks so."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from muhtar.backup import runs
from muhtar.backup.seen import Seen
from muhtar.backup.trend import judge, size_of
from muhtar.doors.restic import Here, Repository, Restic, Snapshot
from muhtar.outcome import Status
from muhtar.secrets import Secret
from tests.support.backup_town import NOW, FakeTown, policy, target

MB = 1_000_000


def shot(day: float, size: int, *, files: int = 100, tags: tuple[str, ...] = (), **fresh: int) -> Snapshot:
    """A whole run of the source `content`, `day` days ago."""
    words = ("muhtar", "source:content", f"run:{day}", "pieces:1", *tags)
    return Snapshot(f"{day}", NOW - timedelta(days=day), "web1", words, ("/var/www",), files, size, **fresh)


def steady(count: int = 8, **fresh: int) -> list[Snapshot]:
    return [shot(day, 100 * MB + day * 1000, **fresh) for day in range(count, 0, -1)]


def judged(seen: list[Snapshot], **changes: Any) -> tuple[Status, str]:
    plan = FakeTown(policy(**changes), target("web1", "web"))
    (outcome,) = judge(plan, plan.jobs[0], Seen(seen))
    return outcome.status, outcome.summary


def test_a_usual_one_is_ok() -> None:
    assert judged([*steady(), shot(0, 101 * MB)]) == (Status.OK, "100 files, 101.0 MB, usually 100.0 MB")


def test_none_at_all_is_a_finding_and_the_first_has_nothing_to_be_compared_with() -> None:
    assert judged([])[0] is Status.FINDING
    status, said = judged([shot(0, MB)])
    assert status is Status.OK
    assert "nothing before it" in said
    assert "only 2 runs before it" in judged([shot(2, MB), shot(1, MB), shot(0, MB)])[1]


@pytest.mark.parametrize(("now", "status"), [(49, Status.FINDING), (51, Status.OK), (201, Status.FINDING), (199, Status.OK)])
def test_half_and_double_are_odd(now: int, status: Status) -> None:
    assert judged([*steady(), shot(0, now * MB)])[0] is status


def test_what_has_swung_before_may_swing_again() -> None:
    swings = [shot(day, (400 if day % 4 == 0 else 30 if day % 4 == 1 else 100) * MB) for day in range(9, 0, -1)]
    assert judged([*swings, shot(0, 350 * MB)])[0] is Status.OK
    assert judged([*swings, shot(0, 35 * MB)])[0] is Status.OK
    assert judged([*swings, shot(0, 20 * MB)])[0] is Status.FINDING


def test_a_small_source_may_grow_but_not_vanish() -> None:
    small = [shot(day, 2000) for day in range(8, 0, -1)]
    assert judged([*small, shot(0, 9000)])[0] is Status.OK
    assert judged([*small, shot(0, 900)])[0] is Status.FINDING


def test_one_below_its_minimum_is_a_finding_even_as_the_first() -> None:
    status, said = judged([shot(0, 3 * MB)], minimum_size="4 MB")
    assert status is Status.FINDING
    assert "less than its minimum of 4.0 MB" in said
    assert judged([shot(0, 4 * MB)], minimum_size="4 MB")[0] is Status.OK


def test_many_files_that_change_at_once() -> None:
    before = [shot(9, 100 * MB, changed=100), *steady(changed=2)]
    assert "60 of 100 files" in judged([*before, shot(0, 100 * MB, changed=60)])[1]
    assert judged([*before, shot(0, 100 * MB, changed=40)])[0] is Status.OK
    # A folder whose files all change each day is as it always was; and one of a few files says nothing.
    assert judged([*steady(changed=30), shot(0, 100 * MB, changed=60)])[0] is Status.OK
    assert judged([*steady(changed=0, files=5), shot(0, 100 * MB, files=5, changed=5)])[0] is Status.OK


def test_new_data_that_no_longer_compresses() -> None:
    before = steady(added=5 * MB, packed=2 * MB)
    status, said = judged([*before, shot(0, 100 * MB, added=20 * MB, packed=20 * MB)])
    assert status is Status.FINDING
    assert "may have been encrypted" in said
    assert judged([*before, shot(0, 100 * MB, added=20 * MB, packed=9 * MB)])[0] is Status.OK
    # A little new data says nothing, and pictures never did compress.
    assert judged([*before, shot(0, 100 * MB, added=10_000, packed=10_000)])[0] is Status.OK
    assert judged([*steady(added=5 * MB, packed=5 * MB), shot(0, 100 * MB, added=20 * MB, packed=20 * MB)])[0] is Status.OK


def test_few_runs_are_too_few_to_judge_shares_by() -> None:
    few = steady(4, changed=1, added=5 * MB, packed=2 * MB)
    assert judged([*few, shot(0, 100 * MB, changed=90, added=20 * MB, packed=20 * MB)])[0] is Status.OK


def test_how_many_devices_answered_is_no_change_of_size() -> None:
    devices = tuple(f"device:sw{number}" for number in range(10))
    before = [shot(day, 1000, tags=devices) for day in range(8, 0, -1)]
    assert judged([*before, shot(0, 200, tags=devices[:2])])[0] is Status.OK
    assert judged([*before, shot(0, 20, tags=devices[:2])])[0] is Status.FINDING


def test_the_size_of_a_system_and_its_growth() -> None:
    sources = [{"name": name, "kind": "files", "paths": [f"/{name}"]} for name in ("content", "later")]
    plan = FakeTown(policy(groups={"web": {"sources": sources}}), target("web1", "web"))
    one = size_of(FakeTown(policy(), target("web1", "web")).jobs[0], Seen([shot(2, 100), shot(1, 100), shot(0, 150)]))
    assert one is not None
    assert (one.bytes, one.growth) == (150, 1.5)
    assert size_of(plan.jobs[0], Seen([])) is None
    assert size_of(plan.jobs[0], Seen(ValueError("gone"))) is None
    later = Snapshot("x", NOW, "web1", ("muhtar", "source:later", "run:0", "pieces:1"), ("/later",), 1, 50)
    both = size_of(plan.jobs[0], Seen([shot(1, 100), shot(0, 150), later]))
    assert both is not None
    assert (both.bytes, both.growth) == (200, None)


def test_files_that_are_encrypted_in_one_night_with_a_real_restic(binary: str, tmp_path: Path) -> None:
    restic = Restic(Here(), Repository(str(tmp_path / "repository"), Secret("a-password-of-a-test")), binary=binary)
    restic.init()
    live = tmp_path / "www"
    live.mkdir()

    def back_up(day: int) -> None:
        restic.backup_paths([str(live)], host="web1", tags=runs.tags("content", f"day{day}", 1), seconds=60)

    for number in range(40):
        (live / f"page{number}").write_text(f"line {number} of a page that says the same again and again\n" * 1000)
    for day in range(6):
        (live / "page0").write_text(f"line {day} of another page that says the same again and again\n" * 5000)
        back_up(day)
    assert judged(restic.snapshots())[0] is Status.OK
    for page in live.iterdir():
        page.write_bytes(secrets.token_bytes(page.stat().st_size))
    back_up(6)
    status, said = judged(restic.snapshots())
    assert status is Status.FINDING
    assert "40 of 40 files are new or different at once" in said
    assert "does not compress" in said
