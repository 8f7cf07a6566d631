"""backup.run on repositories in memory: only what the repository lists, and is not empty, counts."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from muhtar.backup import run as workflow
from muhtar.backup import together
from muhtar.backup.run import run
from muhtar.backup.standing import PREFIX
from muhtar.doors.restic import Look, Repository, RepositoryLockedError, WrongPasswordError
from muhtar.errors import DoorError, UnreachableError
from muhtar.history import History
from muhtar.network.history.keep import Kept
from muhtar.network.history.take import Taken
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.secrets import Secret
from muhtar.settings import Site, locked
from nornir_tasks.get_configs import Configs
from nornir_tasks.whole import IncompleteConfigError
from tests.support.backup_town import BASE, FakeTown, policy, target

PSQL = {"pg_database": "gis\npostgres\n"}
TWO = {
    "web": {
        "duty": "8l",
        "sources": [BASE["groups"]["web"]["sources"][0], {"name": "settings", "kind": "files", "paths": ["/etc"]}],
    }
}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))


def town(**changes) -> FakeTown:
    return FakeTown(policy(**changes), target("web1", "web"))


def backed_up(plan: FakeTown) -> Report:
    return run(Site("lab"), progress=NoProgress(), plan=plan).build()


def statuses(report: Report) -> dict[tuple[str, str], Status]:
    return {(outcome.target, outcome.subject): outcome.status for outcome in report.outcomes}


def test_a_snapshot_that_is_there_is_ok() -> None:
    plan = town(groups=TWO)
    report = backed_up(plan)
    assert statuses(report) == {("web1", "content"): Status.OK, ("web1", "settings"): Status.OK}
    assert {outcome.duty for outcome in report.outcomes} == {"8l"}
    assert report.outcomes[0].intent is not None
    assert plan.fakes["web1"].calls == ["snapshots", "backup_paths", "backup_paths", "snapshots"]


@dataclass(frozen=True)
class Sight(Look):
    """A look that sees the repository, and of its snapshots what is said."""

    seen: bool = True

    def there(self) -> bool:
        """It is."""
        return True

    def holds(self, snapshot: str) -> bool:
        """As said."""
        return self.seen


@pytest.mark.parametrize(
    ("seen", "forgets", "calls", "status"),
    [
        (True, False, ["backup_paths"], Status.OK),
        (False, False, ["backup_paths", "snapshots"], Status.OK),
        (False, True, ["backup_paths", "snapshots"], Status.FINDING),
    ],
)
def test_restic_is_asked_for_its_list_where_a_look_does_not_see_the_snapshot(
    monkeypatch, seen: bool, forgets: bool, calls: list[str], status: Status
) -> None:
    plan = town()
    plan.fakes["web1"].forgets = forgets
    monkeypatch.setattr(plan, "look", lambda job: Sight(Repository(job.name, Secret("of-nothing")), seen=seen))
    (outcome,) = backed_up(plan).outcomes
    assert plan.fakes["web1"].calls == calls
    assert outcome.status is status
    # A repository that was seen is one that the history knows: once gone, it is not made anew.
    assert History.open().kept(f"{PREFIX}main/web1", site="lab")


def test_an_empty_snapshot_is_a_finding_though_a_look_sees_it(monkeypatch) -> None:
    plan = town()
    plan.fakes["web1"].empty = True
    monkeypatch.setattr(plan, "look", lambda job: Sight(Repository(job.name, Secret("of-nothing"))))
    assert statuses(backed_up(plan)) == {("web1", "content"): Status.FINDING}


def test_the_first_run_makes_the_repository_and_says_so() -> None:
    plan = town()
    plan.fakes["web1"].kept = None
    report = backed_up(plan)
    assert "init" in plan.fakes["web1"].calls
    assert "a new repository" in report.outcomes[0].summary
    assert report.exit_code == 0


def test_a_snapshot_that_the_repository_does_not_list_is_a_finding() -> None:
    plan = town()
    plan.fakes["web1"].forgets = True
    assert statuses(backed_up(plan)) == {("web1", "content"): Status.FINDING}


def test_an_empty_source_is_a_finding_unless_it_may_be() -> None:
    plan = town()
    plan.fakes["web1"].empty = True
    assert statuses(backed_up(plan)) == {("web1", "content"): Status.FINDING}
    source = BASE["groups"]["web"]["sources"][0] | {"may_be_empty": True}
    plan = town(groups={"web": {"sources": [source]}})
    plan.fakes["web1"].empty = True
    assert statuses(backed_up(plan)) == {("web1", "content"): Status.OK}


@pytest.mark.parametrize(("least", "status"), [("10 B", Status.OK), ("11 B", Status.FINDING)])
def test_a_source_below_its_minimum_is_a_finding(least: str, status: Status) -> None:
    (outcome,) = backed_up(town(minimum_size=least)).outcomes
    assert outcome.status is status
    assert status is Status.OK or "it holds 10 B, less than its minimum of 11 B" in outcome.summary


def test_what_could_not_be_read_is_a_finding_that_names_it() -> None:
    plan = town()
    plan.fakes["web1"].unread = ("/var/www/x: permission denied",)
    (outcome,) = backed_up(plan).outcomes
    assert outcome.status is Status.FINDING
    assert "/var/www/x" in outcome.summary


def test_a_missing_path_is_a_finding_and_nothing_is_taken() -> None:
    plan = town()
    plan.places["web1"].answers = {"missing": "/var/www\n"}
    (outcome,) = backed_up(plan).outcomes
    assert outcome.status is Status.FINDING
    assert "not there: /var/www" in outcome.summary
    assert "backup_paths" not in plan.fakes["web1"].calls


FAILURES = [
    (UnreachableError("web1 does not answer"), Status.UNCHECKED),
    (RepositoryLockedError("locked", returncode=11), Status.FINDING),
    (WrongPasswordError("another password", returncode=12), Status.ERROR),
    (DoorError("no restic"), Status.ERROR),
    (RuntimeError("a bug"), Status.ERROR),
]


@pytest.mark.parametrize("where", ["snapshots", "backup_paths"])
@pytest.mark.parametrize(("error", "status"), FAILURES)
def test_each_failure_has_its_status(error: Exception, status: Status, where: str) -> None:
    plan = town()
    plan.fakes["web1"].fails = {where: error}
    assert statuses(backed_up(plan)) == {("web1", "content"): status}


def test_one_hosts_failure_leaves_the_others_their_backup() -> None:
    plan = FakeTown(policy(), target("web1", "web"), target("web2", "web"))
    plan.fakes["web1"].fails = {"snapshots": UnreachableError("web1 does not answer")}
    report = backed_up(plan)
    assert statuses(report) == {("web1", "content"): Status.UNCHECKED, ("web2", "content"): Status.OK}
    assert report.exit_code == 3


def test_one_sources_failure_leaves_the_others_their_backup() -> None:
    plan = town(groups=TWO)
    plan.places["web1"].answers = {"/var/www": "/var/www\n"}
    assert statuses(backed_up(plan)) == {("web1", "content"): Status.FINDING, ("web1", "settings"): Status.OK}


def test_a_dump_per_database_and_all_of_them_count() -> None:
    plan = FakeTown(policy(groups={"db": {"sources": [{"name": "data", "kind": "postgresql"}]}}), target("db1", "db"))
    plan.places["db1"].answers = PSQL
    report = backed_up(plan)
    assert statuses(report) == {("db1", "data"): Status.OK}
    taken = [call for call in plan.fakes["db1"].calls if call.startswith("backup_output")]
    names = ("globals.sql", "gis.dump", "gis.rows.json", "postgres.dump", "postgres.rows.json")
    assert sorted(taken) == sorted(f"backup_output {name}" for name in names)
    plan.fakes["db1"].fails = {"backup_output postgres.dump": DoorError("pg_dump failed")}
    assert statuses(backed_up(plan)) == {("db1", "data"): Status.ERROR}


def test_a_device_is_taken_from_what_was_read_of_it(monkeypatch) -> None:
    groups = {"network": {"sources": [{"name": "config", "kind": "device_config"}]}}
    plan = FakeTown(policy(groups=groups), *(target(name, "network", muhtar_platform="frr") for name in ("r1", "r2", "r3")))
    taken = {
        "r1": Taken(Configs(b"hostname r1\nend\n", b"hostname r1\n"), kept=Kept("")),
        "r2": Taken(error=UnreachableError("r2 does not answer")),
        "r3": Taken(error=IncompleteConfigError("r3: the running configuration is empty")),
    }
    monkeypatch.setattr(workflow, "take", lambda *_, **__: taken)
    report = backed_up(plan)
    for check, subject in (("backup.snapshot", "config"), ("network.history", ""), ("network.unsaved", "")):
        assert {(o.target, o.subject): o.status for o in report.outcomes if o.check == check} == {
            ("r1", subject): Status.OK,
            ("r2", subject): Status.UNCHECKED,
            ("r3", subject): Status.ERROR,
        }
    assert "backup_bytes b'hostname r1\\nend\\n'" in plan.fakes["r1"].calls
    assert "backup_bytes b'hostname r1\\n'" in plan.fakes["r1"].calls
    assert not [call for name in ("r2", "r3") for call in plan.fakes[name].calls if call.startswith("backup_bytes")]


def test_a_repository_that_another_run_holds_is_unchecked_in_the_end(monkeypatch) -> None:
    monkeypatch.setattr(together, "_WAIT", 0.0)
    with locked("backup-lab-web1"):
        report = backed_up(town())
    assert statuses(report) == {("web1", "content"): Status.UNCHECKED}


def test_hosts_without_a_policy_are_named() -> None:
    plan = FakeTown(policy(), target("web1", "web"), target("db9", "databases"))
    assert "db9" in " ".join(backed_up(plan).notes)
