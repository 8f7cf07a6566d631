"""Check and mend servers with a stand-in for Ansible: who is asked what, and what becomes of failures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from muhtar.doors.playbook import HostRun, PlaybookRun, TaskEvent
from muhtar.drift import servers
from muhtar.errors import DoorError, InventoryError, NothingSelectedError
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.report import Report, ReportBuilder
from muhtar.settings import Site, locked

HOSTS = ("db1", "pbx1", "web1")


class Ansible:
    """Stands in for the door: every host is clean unless `drifted` or `trouble` names it; a real run mends what drifted."""

    def __init__(self) -> None:
        self.calls: list[tuple[bool, list[str]]] = []
        self.lock = threading.Lock()
        self.drifted: set[str] = set()
        self.trouble: dict[str, str] = {}
        self.breaks = False
        self.breaks_on: str | None = None
        self.stubborn = False
        self.unmanaged: dict[str, list[str]] = {}

    def __call__(self, site: Site, playbook: Path, *, limit: Sequence[str], check: bool = False, **_: Any) -> PlaybookRun:
        assert playbook.name == ("check.yml" if check else "site.yml")
        with self.lock:
            self.calls.append((check, list(limit)))
        if self.breaks or self.breaks_on in limit:
            raise DoorError("ansible-playbook site.yml ended with code 1: oops", mend="read it")
        run = PlaybookRun(log="log")
        for name in limit:
            host = run.hosts[name] = HostRun(name)
            if check and self.trouble.get(name) != "unreachable":
                users = [{"name": user, "about": "", "also": []} for user in self.unmanaged.get(name, [])]
                survey = {"facts": {"users": users}, "unread": {}}
                host.add(TaskEvent(host=name, task="See", status="ok", module="muhtar_survey", told=survey))
            host.add(TaskEvent(host=name, task="Look", status="ok", module="file"))
            if name in self.trouble:
                host.add(TaskEvent(host=name, task="Try", status=self.trouble[name], msg="trouble", failed=True))  # type: ignore[arg-type]
            if name in self.drifted:
                host.add(TaskEvent(host=name, task="Put right", status="ok", module="file", changed=True))
        if not check and not self.stubborn:
            self.drifted -= set(limit)
        return run


@pytest.fixture
def ansible(monkeypatch: pytest.MonkeyPatch) -> Ansible:
    found = Ansible()
    monkeypatch.setattr(servers, "run_playbook", found)
    monkeypatch.setattr(servers.os, "cpu_count", lambda: 2)
    return found


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    found = Site("town", root=tmp_path)
    found.path.mkdir(parents=True)
    found.hosts_file.write_text(
        "all: {children: {servers: {hosts: {db1: , pbx1: , web1: }}, network: {hosts: {r1: }}}}\n", encoding="utf-8"
    )
    return found


Work = Callable[..., ReportBuilder]


def report(work: Work, site: Site, **options: Any) -> Report:
    return work(site, progress=NoProgress(), **options).build()


def statuses(found: Report, check: str = "drift.servers") -> dict[str, Status]:
    return {outcome.target: outcome.status for outcome in found.outcomes if outcome.check == check}


def test_every_selected_server_has_an_outcome(site: Site, ansible: Ansible) -> None:
    ansible.drifted, ansible.trouble = {"web1"}, {"pbx1": "unreachable"}
    found = report(servers.check, site)
    assert statuses(found) == {"db1": Status.OK, "pbx1": Status.UNCHECKED, "web1": Status.FINDING}
    assert any("evaluated" in note for note in found.notes)


def test_looking_is_divided_among_programs_that_together_see_each_host_once(site: Site, ansible: Ansible) -> None:
    report(servers.check, site)
    assert sorted(ansible.calls) == [(True, ["db1", "web1"]), (True, ["pbx1"])]


def test_a_program_that_fails_does_not_hide_what_the_others_saw(site: Site, ansible: Ansible) -> None:
    ansible.breaks_on, ansible.drifted = "pbx1", {"web1"}
    assert statuses(report(servers.check, site)) == {"db1": Status.OK, "pbx1": Status.ERROR, "web1": Status.FINDING}


def test_limit_and_shard_reach_ansible(site: Site, ansible: Ansible) -> None:
    assert report(servers.check, site, limit="all:!db1").targets == ["pbx1", "web1"]
    parts = [report(servers.check, site, shard=f"{index}/2").targets for index in (1, 2)]
    assert sorted(parts[0] + parts[1]) == list(HOSTS)
    with pytest.raises(NothingSelectedError):
        report(servers.check, site, limit="r1")
    assert len(ansible.calls) == 5, "what selects nothing must not start Ansible, which would take all hosts"


def test_a_run_that_fails_as_a_whole_is_an_error_of_every_host(site: Site, ansible: Ansible) -> None:
    ansible.breaks = True
    for work in (servers.check, servers.mend):
        found = report(work, site)
        assert set(statuses(found).values()) == {Status.ERROR}
        assert found.exit_code == 1
        assert "oops" in found.outcomes[0].summary


def test_mending_changes_then_looks_again(site: Site, ansible: Ansible) -> None:
    ansible.drifted = {"web1", "db1"}
    found = report(servers.mend, site, limit="web1")
    assert ansible.calls == [(False, ["web1"]), (True, ["web1"])]
    assert statuses(found) == {"web1": Status.OK}
    assert "changed on web1: Put right" in found.notes
    assert ansible.drifted == {"db1"}


def test_what_mending_does_not_mend_stays_a_finding(site: Site, ansible: Ansible) -> None:
    ansible.drifted, ansible.stubborn = {"web1"}, True
    assert statuses(report(servers.mend, site, limit="web1")) == {"web1": Status.FINDING}


def test_a_host_that_failed_while_being_mended_is_not_called_clean(site: Site, ansible: Ansible) -> None:
    ansible.drifted, ansible.trouble = set(HOSTS), {"db1": "failed", "pbx1": "unreachable"}
    found = report(servers.mend, site)
    assert statuses(found) == {"db1": Status.ERROR, "pbx1": Status.UNCHECKED, "web1": Status.OK}
    assert sorted(name for check, limit in ansible.calls if not check for name in limit) == sorted(HOSTS)
    assert [limit for check, limit in ansible.calls if check] == [["web1"]]


def test_a_host_that_another_run_is_changing_is_left_alone(site: Site, ansible: Ansible) -> None:
    with locked("target-town-web1"):
        found = report(servers.mend, site)
        assert statuses(found) == {"db1": Status.OK, "pbx1": Status.OK, "web1": Status.ERROR}
        assert "being changed" in next(outcome.summary for outcome in found.outcomes if outcome.target == "web1")
        assert all("web1" not in limit for _, limit in ansible.calls)
        assert statuses(report(servers.check, site, limit="web1")) == {"web1": Status.OK}, "looking needs no lock"


def test_two_hosts_in_the_same_shape_do_not_share_outcomes(site: Site, ansible: Ansible) -> None:
    ansible.drifted = set(HOSTS)
    found = report(servers.check, site)
    assert len({outcome.id for outcome in found.outcomes if outcome.check == servers.CHECK}) == 3


def test_hosts_with_many_roles_are_kept_apart(site: Site, ansible: Ansible) -> None:
    site.hosts_file.write_text(
        "all: {children: {servers: {hosts: {db1: , db2: , web1: , web2: }},\n"
        "  databases: {hosts: {db1: , db2: }}, gis: {hosts: {db1: , db2: }}}}\n",
        encoding="utf-8",
    )
    report(servers.check, site)
    assert sorted(sorted(limit) for _, limit in ansible.calls) == [["db1", "web1"], ["db2", "web2"]]


def test_what_nobody_declared_is_found_beside_a_clean_check(site: Site, ansible: Ansible) -> None:
    ansible.unmanaged = {"web1": ["eve"]}
    found = report(servers.check, site)
    assert set(statuses(found).values()) == {Status.OK}
    assert statuses(found, "drift.unmanaged") == {"db1": Status.OK, "pbx1": Status.OK, "web1": Status.FINDING}
    assert [outcome.subject for outcome in found.outcomes if outcome.status is Status.FINDING] == ["user eve"]


def test_a_host_that_was_not_surveyed_is_not_called_clean(site: Site, ansible: Ansible) -> None:
    ansible.trouble, ansible.breaks_on = {"web1": "unreachable"}, "pbx1"
    for work in (servers.check, servers.mend):
        found = statuses(report(work, site), "drift.unmanaged")
        assert found == {"db1": Status.OK, "pbx1": Status.UNCHECKED, "web1": Status.UNCHECKED}


def test_mending_leaves_what_nobody_declared_and_tells_it_again(site: Site, ansible: Ansible) -> None:
    ansible.drifted, ansible.unmanaged = {"web1"}, {"web1": ["eve"]}
    found = report(servers.mend, site)
    assert statuses(found) == dict.fromkeys(HOSTS, Status.OK)
    assert statuses(found, "drift.unmanaged")["web1"] is Status.FINDING


def test_an_allow_list_that_is_none_stops_the_check_before_anything_runs(site: Site, ansible: Ansible) -> None:
    folder = site.path / "group_vars" / "servers"
    folder.mkdir(parents=True)
    (folder / "drift.yml").write_text("drift_allowed:\n  users:\n    - {name: eve, because: x}\n", encoding="utf-8")
    with pytest.raises(InventoryError, match="because"):
        report(servers.check, site)
    assert ansible.calls == []


def test_the_sites_threshold_of_coverage_makes_the_run_incomplete(site: Site, ansible: Ansible) -> None:
    ansible.trouble = {"web1": "unsupported"}
    found = report(servers.check, site)
    assert statuses(found) == {"db1": Status.OK, "pbx1": Status.OK, "web1": Status.UNCHECKED}
    assert found.exit_code == 3
    (site.path / "settings.yml").write_text("drift: {coverage_percent: 50}\n", encoding="utf-8")
    assert report(servers.check, Site("town", root=site.root)).exit_code == 0
