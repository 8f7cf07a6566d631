"""backup.check on real repositories: what is damaged is named, with whom it hurts, and stays known until it is mended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from muhtar.backup.check import check, rota_of
from muhtar.backup.run import run
from muhtar.backup.stores import stores
from muhtar.doors.restic import Restic
from muhtar.errors import UnreachableError
from muhtar.history import History
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.secrets import Secret
from muhtar.settings import Site
from tests.support.real_town import RealTown, flip, utc

DAY = timedelta(days=1)
START = utc(2027, 1, 1, 3)


def checked(town: RealTown, at: datetime) -> Report:
    return check(Site("lab"), progress=NoProgress(), plan=town, now=at).build()


def of_first(report: Report) -> Outcome:
    return next(outcome for outcome in report.outcomes if outcome.subject == "main")


def read(town: RealTown, at: datetime) -> set[int]:
    return set(rota_of(stores(town)[0], History.open(), at).read)


def biggest(town: RealTown) -> Path:
    return max((town.folder / "main/web1/data").rglob("*"), key=lambda path: path.stat().st_size if path.is_file() else 0)


@pytest.fixture
def filled(make_town: Callable[..., RealTown]) -> Callable[[int], RealTown]:
    """Makes a town with two snapshots, all of whose data is to be read in so many days."""

    def make(days: int) -> RealTown:
        town = make_town(read_all_within_days=days)
        town.write("a")
        town.take("1")
        town.write("b")
        town.take("2")
        return town

    return make


def test_a_part_a_day_and_all_of_it_within_the_days(filled) -> None:
    town = filled(4)
    for number in range(3):
        outcome = of_first(checked(town, START + number * DAY))
        assert (outcome.target, outcome.status) == ("web1", Status.OK), outcome.summary
        assert read(town, START + number * DAY) == set(range(1, number + 2))
    assert "read all of it within 48 h" in outcome.summary


def test_there_is_no_second_copy_yet_and_that_is_a_finding(filled) -> None:
    town = filled(28)
    report = checked(town, START)
    assert {outcome.subject: outcome.status for outcome in report.outcomes} == {"main": Status.OK, "far": Status.FINDING}
    assert report.exit_code == 2


def test_a_flipped_bit_is_found_and_named_with_the_snapshots_it_hurts(filled) -> None:
    town = filled(1)
    damaged = biggest(town)
    flip(damaged, 1000)
    outcome = of_first(checked(town, START))
    assert outcome.status is Status.FINDING
    assert damaged.name[:12] in outcome.summary
    assert damaged.name in (outcome.found or "")
    ids = [shot.id[:8] for shot in town.first().snapshots()]
    assert any(one in outcome.summary for one in ids)
    assert "hurts" in outcome.summary


def test_a_lost_pack_is_named_too(filled) -> None:
    town = filled(1)
    lost = biggest(town)
    lost.unlink()
    outcome = of_first(checked(town, START))
    assert outcome.status is Status.FINDING
    assert lost.name[:12] in outcome.summary
    assert "hurts" in outcome.summary


def test_damage_is_looked_at_again_until_it_is_gone(filled) -> None:
    town = filled(3)
    damaged = biggest(town)
    part = int(damaged.name[:2], 16) % 2 + 1
    flip(damaged, 1000)
    days = 0
    while of_first(checked(town, START + days * DAY)).status is Status.OK:
        days += 1
        assert days < 2, "two parts: it is read on the second day at the latest"
    # The turn is another part's, but what is known to be damaged does not look mended for that.
    for _ in range(2):
        days += 1
        assert of_first(checked(town, START + days * DAY)).status is Status.FINDING
    flip(damaged, 1000)
    outcome = of_first(checked(town, START + (days + 1) * DAY))
    assert outcome.status is Status.OK
    assert f" {part}" in outcome.summary


def test_what_was_read_survives_a_failure_of_the_next_part(filled, monkeypatch) -> None:
    town = filled(5)
    checked(town, START)
    real_check = Restic.check

    def fails_later(self: Restic, part: int, parts: int, *, seconds: float):
        if part == 3:
            raise UnreachableError("the server went away")
        return real_check(self, part, parts, seconds=seconds)

    monkeypatch.setattr(Restic, "check", fails_later)
    outcome = of_first(checked(town, START + 3 * DAY))
    assert outcome.status is Status.UNCHECKED
    assert read(town, START + 3 * DAY) == {1, 2}


def test_data_that_nobody_read_for_too_long_is_a_finding(filled, monkeypatch) -> None:
    town = filled(3)
    checked(town, START)
    monkeypatch.setattr("muhtar.backup.rota.Rota.due", lambda *_: [1])
    outcome = of_first(checked(town, START + 4 * DAY))
    assert outcome.status is Status.FINDING
    assert "not read within 3 days: part 2" in outcome.summary


def test_a_wrong_password_is_no_damage(filled) -> None:
    town = filled(28)
    town.passwords["main"] = Secret("not-this-password")
    outcome = of_first(checked(town, START))
    assert outcome.status is Status.ERROR
    assert "another password" in outcome.summary


def test_the_repair_that_the_handbook_names_makes_old_snapshots_whole_again(filled) -> None:
    town = filled(1)
    damaged = biggest(town)
    flip(damaged, 1000)
    assert of_first(checked(town, START)).status is Status.FINDING
    town.call("repair", "packs", damaged.name)
    assert not town.sound()
    (taken,) = run(Site("lab"), progress=NoProgress(), plan=town).build().outcomes
    # Worth a word once: something was gone that should have been there.
    assert (taken.status, "storing the file again" in taken.summary) == (Status.FINDING, True)
    assert of_first(checked(town, START + DAY)).status is Status.OK
    assert len(town.first().snapshots()) == 3
    assert town.sound()
