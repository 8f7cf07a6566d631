"""Where a duty stands: proven only where every host was looked at in time and nothing was found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from muhtar.duties import Duty, Proof, State
from muhtar.duty.judge import Known, Standing, judge
from muhtar.outcome import Outcome, Status

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVERY = timedelta(days=35)
WEB = Duty(id="8l", tr="Web", en="Web", unit="software", proved_by=(Proof(check="drift.servers", group="web"),))
BACKUP = Duty(
    id="8d", tr="Yedek", en="Backup", unit="hardware", proved_by=(Proof(check="backup.age"), Proof(check="backup.restore"))
)
LICENSE = Duty(id="8b10", tr="Lisans", en="License", unit="administrative", proved_by=(Proof(check="license.expiry"),))
GROUPS = {"web": ("web1", "web2"), "empty": ()}


def saw(target: str, check: str, status: Status = Status.OK, *, days: float = 1, **more: str) -> Outcome:
    return Outcome(target=target, check=check, status=status, summary="x", started=NOW - timedelta(days=days), **more)


def stands(duty: Duty, *outcomes: Outcome, last_ok: dict | None = None, groups: dict | None = None) -> Standing:
    hosts = frozenset({"web1", "web2", "db1"})
    return judge(duty, Known(outcomes, last_ok or {}, GROUPS if groups is None else groups, hosts, NOW), EVERY)


def test_proven_where_every_host_was_looked_at_in_time() -> None:
    found = stands(WEB, saw("web1", "drift.servers", days=3), saw("web2", "drift.servers", days=1))
    assert found == Standing(State.PROVEN, NOW - timedelta(days=3))


def test_a_host_that_was_never_looked_at_is_not_hidden_by_its_neighbour() -> None:
    found = stands(WEB, saw("web1", "drift.servers"))
    assert (found.state, found.last_proof) == (State.NEVER, None)
    assert found.remarks == ("drift.servers on web: never checked web2",)


@pytest.mark.parametrize(
    ("status", "state"), [(Status.FINDING, State.FINDING), (Status.ERROR, State.FAILED), (Status.UNCHECKED, State.FAILED)]
)
def test_a_bad_last_look_is_told_with_the_last_good_one(status: Status, state: State) -> None:
    good = NOW - timedelta(days=9)
    found = stands(
        WEB,
        saw("web1", "drift.servers", status, subject="nginx"),
        saw("web2", "drift.servers"),
        last_ok={("web1", "drift.servers"): good},
    )
    assert (found.state, found.last_proof) == (state, good)
    assert "web1" in found.remarks[0]
    assert "web2" not in found.remarks[0]


@pytest.mark.parametrize(("days", "state"), [(34.9, State.PROVEN), (35, State.PROVEN), (35.01, State.LATE)])
def test_late_begins_after_the_last_day_allowed(days: float, state: State) -> None:
    found = stands(WEB, saw("web1", "drift.servers", days=days), saw("web2", "drift.servers"))
    assert (found.state, found.last_proof) == (state, NOW - timedelta(days=days))


def test_what_could_not_be_looked_at_beats_a_finding() -> None:
    found = stands(WEB, saw("web1", "drift.servers", Status.FINDING), saw("web2", "drift.servers", Status.UNCHECKED))
    assert found.state is State.FAILED


def test_a_finding_of_another_duty_on_the_host_is_not_ours_but_an_error_is() -> None:
    others = saw("web1", "drift.servers", Status.FINDING, subject="postgis", duty="8j")
    assert stands(WEB, others, saw("web2", "drift.servers")).state is State.PROVEN
    failed = saw("web1", "drift.servers", Status.ERROR, subject="postgis", duty="8j")
    assert stands(WEB, failed, saw("web2", "drift.servers")).state is State.FAILED
    nobodys = saw("web1", "drift.servers", Status.FINDING, subject="base")
    assert stands(WEB, nobodys, saw("web2", "drift.servers")).state is State.FINDING


def test_every_proof_counts() -> None:
    found = stands(BACKUP, saw("db1", "backup.age"))
    assert (found.state, found.last_proof, found.checks) == (State.NEVER, None, ("backup.restore",))
    assert stands(BACKUP, saw("db1", "backup.age"), saw("db1", "backup.restore", days=20)).state is State.PROVEN


def test_a_proof_without_a_group_hears_all_of_its_own_check_and_of_others_only_what_names_it() -> None:
    gis = saw("db1", "backup.age", Status.FINDING, subject="gis", duty="8j")
    assert stands(BACKUP, gis, saw("db1", "backup.restore")).state is State.FINDING
    roads = Duty(id="8j", tr="CBS", en="GIS", unit="software", proved_by=(Proof(check="backup.age"),))
    assert stands(roads, saw("db1", "backup.age", subject="other")).state is State.NEVER
    assert stands(roads, gis).state is State.FINDING


def test_a_license_that_is_called_as_a_host_does_not_stand_for_the_others() -> None:
    known = (saw("web1", "license.expiry"), saw("other", "license.expiry", Status.FINDING))
    assert stands(LICENSE, *known).state is State.FINDING


def test_a_license_that_left_the_register_is_forgotten_once_the_register_is_audited_again() -> None:
    old = saw("old-license", "license.expiry", Status.FINDING, days=50)
    assert stands(LICENSE, old, saw("new-license", "license.expiry")).state is State.PROVEN
    assert stands(LICENSE, old).state is State.FINDING


def test_a_host_that_left_the_inventory_is_forgotten() -> None:
    gone = saw("db9", "backup.age", Status.FINDING, days=50)
    assert stands(BACKUP, gone, saw("db1", "backup.age"), saw("db1", "backup.restore")).state is State.PROVEN


def test_a_site_without_the_group_does_not_serve_the_duty() -> None:
    for groups in ({}, {"web": ()}):
        found = stands(WEB, saw("web1", "drift.servers"), groups=groups)
        assert (found.state, found.remarks) == (State.UNSERVED, ("this site has no web",))
    nothing = Duty(id="8c", tr="Eğitim", en="Training", unit="administrative")
    assert stands(nothing).remarks == ("no component serves it yet",)
