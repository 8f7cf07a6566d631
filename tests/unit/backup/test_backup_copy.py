"""backup.copy on real repositories: what comes over, what does not have to, and how far the copy is behind."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from muhtar.backup.copy import copy
from muhtar.backup.runs import tags
from muhtar.doors.restic import Restic
from muhtar.errors import UsageError
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.secrets import Secret
from muhtar.settings import Site
from tests.support.real_town import RealTown

DAY = timedelta(days=1)


def copied(town: RealTown) -> Outcome:
    (outcome,) = copy(Site("lab"), progress=NoProgress(), plan=town).build().outcomes
    assert (outcome.target, outcome.subject) == ("web1", "far")
    return outcome


def runs_of(restic: Restic) -> set[str | None]:
    return {shot.tag("run") for shot in restic.snapshots()}


@pytest.fixture
def town(make_town: Callable[..., RealTown]) -> RealTown:
    made = make_town()
    made.write("a")
    made.take("yesterday", datetime.now(UTC) - DAY)
    made.write("b")
    made.take("today", datetime.now(UTC))
    return made


def test_the_second_repository_is_made_and_cuts_data_as_the_first(town: RealTown) -> None:
    outcome = copied(town)
    assert (outcome.status, outcome.summary) == (Status.OK, "2 runs copied, was behind by 24 h; nothing is missing")
    assert runs_of(town.second()) == {"yesterday", "today"}
    configs = [json.loads(town.call("cat", "config", keeper=keeper).stdout) for keeper in ("main", "far")]
    assert configs[0]["chunker_polynomial"] == configs[1]["chunker_polynomial"]
    assert town.sound("far")


def test_it_opens_with_its_own_password_alone(town: RealTown) -> None:
    copied(town)
    assert town.call("snapshots", keeper="far").returncode == 0
    town.passwords["far"] = town.passwords["main"]
    assert town.call("snapshots", keeper="far", check=False).returncode == 12


def test_only_what_is_missing_comes_over(town: RealTown) -> None:
    copied(town)
    assert copied(town).summary == "0 runs copied; nothing is missing"
    town.take("later", datetime.now(UTC))
    assert copied(town).summary.startswith("1 run copied")
    assert len(town.second().snapshots()) == 3


def test_what_the_retention_would_not_keep_is_not_copied(town: RealTown) -> None:
    old = town.take("old", datetime.now(UTC) - 9 * DAY)
    assert copied(town).status is Status.OK
    assert old not in {shot.original for shot in town.second().snapshots()}


def test_what_restic_passes_over_is_told(town: RealTown, monkeypatch) -> None:
    # An unknown snapshot, or one that cannot be read: restic's copy ends with 0 all the same.
    monkeypatch.setattr(Restic, "copy_from", lambda *_, **__: None)
    yesterday = town.first().snapshots()[0].id
    outcome = copied(town)
    assert outcome.status is Status.ERROR
    assert "2 runs not copied, behind by 24 h" in outcome.summary
    town.take("older", datetime.now(UTC) - 2 * DAY)
    town.call("forget", yesterday)
    assert copied(town).status is Status.FINDING


def test_nothing_to_copy_and_nowhere_to_copy_to(town: RealTown, make_town) -> None:
    shutil.rmtree(town.folder / "main")
    assert copied(town).status is Status.FINDING
    shutil.rmtree(town.folder)
    town.folder.mkdir()
    with pytest.raises(UsageError, match="no selected host has such a repository"):
        copied(make_town(second=None))


def test_a_wrong_password_at_either_end_is_an_error(town: RealTown) -> None:
    copied(town)
    town.take("later", datetime.now(UTC))
    for keeper in ("far", "main"):
        right = town.passwords[keeper]
        town.passwords[keeper] = Secret("not-this-password")
        assert copied(town).status is Status.ERROR
        town.passwords[keeper] = right
    assert copied(town).status is Status.OK


def test_all_sources_of_one_run_are_copied(town: RealTown, make_town) -> None:
    shutil.rmtree(town.folder)
    town.folder.mkdir()
    base = {"kind": "files", "paths": ["/x"]}
    both = make_town(groups={"web": {"sources": [{"name": "content", **base}, {"name": "settings", **base}]}})
    both.write("a", 1000)
    for source in ("content", "settings"):
        both.take("night", datetime.now(UTC), tags(source, "night", 1))
    assert copied(both).summary.startswith("2 runs copied")
    assert {shot.tag("source") for shot in both.second().snapshots()} == {"content", "settings"}
