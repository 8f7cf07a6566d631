"""backup.status: the 3-2-1 rule and the rhythms, against the policy and the history of runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from muhtar.backup.rota import Rota
from muhtar.backup.status import status
from muhtar.errors import UnreachableError
from muhtar.history import History
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.protection import Protection
from muhtar.report import Report, Selected
from muhtar.settings import Site
from tests.support.backup_town import BASE, NOW, FakeTown, policy, target

MAIN = BASE["repositories"]["main"]
GOOD: dict[str, Any] = {
    "repositories": {
        "main": {**MAIN, "medium": "disks of bak1", "append_only": True},
        "away": {**MAIN, "server": "bak2", "medium": "disks of bak2", "offsite": True},
    },
    "second": "away",
}


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History.open(f"sqlite:///{tmp_path / 'history.db'}")


def town(**changes: Any) -> FakeTown:
    plan = FakeTown(policy(**(GOOD | changes)), target("web1", "web"))
    plan.keep("web1", "content", hours=3)
    return plan


def ran(history: History, check: str, host: str = "web1", *, days: float = 1, **said: Any) -> None:
    """Put a report of that check into the history."""
    when = NOW - timedelta(days=days)
    outcome = Outcome(**{"target": host, "check": check, "status": Status.OK, "summary": "well", "started": when} | said)
    report = Report(
        workflow=check,
        site="lab",
        started=when,
        finished=when,
        selected=(Selected(target=host, check=check),),
        outcomes=(outcome,),
    )
    history.record(report)


def read(history: History, repository: str, parts: int) -> None:
    """So many of its 28 parts have been read."""
    rota = Rota(29, NOW, dict.fromkeys(range(1, parts + 1), NOW))
    history.keep(f"backup.check/{repository}", rota.text(), site="lab")


def all_ran(history: History) -> None:
    ran(history, "backup.check", subject="main")
    read(history, "main/web1", 7)
    read(history, "away/web1", 9)
    ran(history, "backup.copy")
    ran(history, "backup.drill", subject="content", duration=90.0)
    ran(history, "drift.servers", "bak1")


def asked(plan: FakeTown, history: History, now: datetime = NOW) -> Report:
    return status(Site("lab"), progress=NoProgress(), plan=plan, history=history, now=now).build()


def problems(report: Report) -> dict[str, str]:
    return {
        outcome.subject: outcome.summary
        for outcome in report.outcomes
        if outcome.check == "backup.properties" and outcome.status is Status.FINDING
    }


def test_a_system_that_has_everything_is_clean(history: History) -> None:
    all_ran(history)
    report = asked(town(), history)
    assert report.exit_code == 0, [outcome.summary for outcome in report.outcomes]
    assert report.protection == (
        Protection(
            system="web1",
            last=NOW - timedelta(hours=3),
            rpo_hours=26,
            copies=3,
            media=3,
            offsite=True,
            append_only=True,
            checked=NOW - timedelta(days=1),
            read=0.25,
            drilled=NOW - timedelta(days=1),
            rto_seconds=90,
            bytes=10,
        ),
    )


def test_each_property_that_is_missing_is_a_finding_of_its_own(history: History) -> None:
    plan = FakeTown(policy(), target("web1", "web"))
    plan.keep("web1", "content", hours=3)
    report = asked(plan, history)
    assert problems(report) == {
        "copies": "no second copy is declared",
        "media": "nobody says what the backups are written on",
        "offsite": "no copy is off-site",
        "append-only": "main is not declared append-only",
        "check": "never",
        "drill": "never",
    }
    (line,) = report.protection
    assert set(line.lacks) == {"copies", "media", "offsite", "append_only", "check", "drill"}
    assert (line.copies, line.media, line.offsite) == (2, 1, False)


def test_a_second_copy_in_the_same_building_is_one_and_not_off_site(history: History) -> None:
    all_ran(history)
    away = {**GOOD["repositories"]["away"], "offsite": False}
    report = asked(town(repositories=GOOD["repositories"] | {"away": away}), history)
    assert problems(report) == {"offsite": "no copy is off-site"}
    assert (report.protection[0].copies, report.protection[0].offsite) == (3, False)


def test_what_is_declared_and_never_happened_is_not_there(history: History) -> None:
    assert problems(asked(town(), history)) == {
        "copies": "2 of 3; never copied to away",
        "offsite": "nothing young enough is in away",
        "append-only": "declared of main, but bak1 was last seen as declared never",
        "check": "never",
        "drill": "never",
    }


@pytest.mark.parametrize(
    ("check", "host", "days", "subject"),
    [
        ("backup.check", "web1", 29, "check"),
        ("backup.drill", "web1", 36, "drill"),
        ("backup.copy", "web1", 2.2, "copies"),
        ("drift.servers", "bak1", 36, "append-only"),
    ],
)
def test_what_is_too_long_ago_is_a_finding(history: History, check: str, host: str, days: float, subject: str) -> None:
    later = NOW + timedelta(days=days - 1)
    plan = town()
    all_ran(history)
    for other in {"backup.check", "backup.drill", "backup.copy", "drift.servers"} - {check}:
        ran(history, other, "bak1" if other == "drift.servers" else "web1", days=1 - days)
    assert subject in problems(asked(plan, history, later))
    # A day less is in time (for a copy, some hours).
    assert subject not in problems(asked(plan, history, later - timedelta(days=1.1)))


def test_the_rhythms_are_those_of_the_policy(history: History) -> None:
    all_ran(history)
    ran(history, "backup.check", days=9)
    assert "check" not in problems(asked(town(), history, NOW + timedelta(hours=24)))
    assert "check" in problems(asked(town(read_all_within_days=1), history, NOW + timedelta(hours=24)))
    assert "drill" in problems(asked(town(drill_every_days=1), history, NOW + timedelta(hours=24)))


def test_a_check_that_found_damage_is_told_though_it_is_young(history: History) -> None:
    all_ran(history)
    ran(history, "backup.check", days=0.5, status=Status.FINDING, summary="pack 1234 is damaged", mend="read docs/backup.md")
    assert problems(asked(town(), history)) == {"check": "the last one did not go well: pack 1234 is damaged"}


def test_a_check_that_could_not_look_leaves_the_last_good_one(history: History) -> None:
    all_ran(history)
    ran(history, "backup.check", days=0.5, status=Status.UNCHECKED, summary="bak1 does not answer")
    assert problems(asked(town(), history)) == {}


def test_facts_of_a_shared_repository_are_those_of_its_devices(history: History) -> None:
    plan = FakeTown(
        policy(
            repositories={"main": {**MAIN, "shared": "devices"}},
            groups={"network": {"sources": [{"name": "config", "kind": "device_config"}]}},
        ),
        target("r1", "network"),
    )
    ran(history, "backup.check", "devices", subject="main")
    read(history, "main/devices", 28)
    report = asked(plan, history)
    assert "check" not in problems(report)
    assert report.protection[0].read == 1


def test_a_repository_that_cannot_be_asked_leaves_unchecked_what_depends_on_it(history: History) -> None:
    all_ran(history)
    plan = town()
    plan.fakes["web1"].fails = {"snapshots": UnreachableError("bak1 does not answer")}
    report = asked(plan, history)
    assert report.exit_code == 3
    assert {(outcome.check, outcome.subject) for outcome in report.outcomes if outcome.status is Status.UNCHECKED} == {
        ("backup.age", "content"),
        ("backup.properties", "copies"),
        ("backup.trend", "content"),
    }
    (line,) = report.protection
    assert (line.last, line.copies, line.bytes) == (None, None, None)
    assert set(line.unknown) == {"age", "copies", "size"}


def test_the_worst_source_stands_for_the_system(history: History) -> None:
    sources = [
        {"name": "often", "kind": "files", "paths": ["/a"], "rpo_hours": 1},
        {"name": "seldom", "kind": "files", "paths": ["/b"], "rpo_hours": 100},
    ]
    plan = FakeTown(policy(groups={"web": {"sources": sources}}), target("web1", "web"))
    plan.keep("web1", "often", hours=2)
    plan.keep("web1", "seldom", hours=50)
    (line,) = asked(plan, history).protection
    assert (line.last, line.rpo_hours) == (NOW - timedelta(hours=2), 1)
    assert "age" in line.lacks


def test_a_host_that_no_policy_mentions_is_a_finding_and_has_no_line(history: History) -> None:
    all_ran(history)
    plan = town()
    plan.unplanned.append("new1")
    report = asked(plan, history)
    assert [outcome.target for outcome in report.outcomes if outcome.status is Status.FINDING] == ["new1"]
    assert [line.system for line in report.protection] == ["web1"]
