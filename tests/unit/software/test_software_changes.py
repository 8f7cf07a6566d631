"""What has changed on servers since the last look: told once, grouped, never more than the looks really saw."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from muhtar.doors.playbook import HostRun, PlaybookRun, TaskEvent
from muhtar.errors import DoorError
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.settings import Site, home
from muhtar.software import report as workflow
from muhtar.software.changes import Change, changes, counted, grouped
from muhtar.software.debian import later

NOW = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)
BEFORE = {"dpkg:amd64": "1.21", "openssl:amd64": "3.0.20-1~deb12u2", "hello:amd64": "2.10-3"}
AFTER = {"dpkg:amd64": "1.21", "openssl:amd64": "3.0.22-1~deb12u2", "cowsay:all": "3.03"}


def event(
    action: str, package: str, before: str = "", after: str = "", by: str = "ali", when: float = 1790000000
) -> dict[str, Any]:
    return {"when": when, "action": action, "package": package, "before": before, "after": after, "by": by, "command": "apt x"}


# -- pure


def test_each_kind_of_change_is_told_with_who_and_when() -> None:
    found = changes(BEFORE, AFTER, [event("install", "cowsay:all", after="3.03")])
    assert [(one.kind, one.what, one.by) for one in found] == [
        ("installed", "cowsay:all 3.03", "ali"),
        ("upgraded", "openssl:amd64 3.0.20-1~deb12u2 → 3.0.22-1~deb12u2", ""),
        ("removed", "hello:amd64 2.10-3", ""),
    ]
    assert str(found[0]) == "installed cowsay:all 3.03 (2026-09-21 14:13 UTC by ali, apt x)"
    assert str(found[2]) == "removed hello:amd64 2.10-3"
    assert counted(found) == "1 installed, 1 upgraded, 1 removed"
    assert [one.kind for one in changes(AFTER, BEFORE, [])] == ["installed", "downgraded", "removed"]
    assert changes(BEFORE, BEFORE, []) == []


def test_what_came_and_went_between_two_looks_is_told_by_the_log_alone() -> None:
    log = [event("install", "nmap:amd64", after="7.9"), event("remove", "nmap:amd64", before="7.9", by="veli", when=1790000060)]
    (found,) = changes(BEFORE, BEFORE, log)
    assert (found.kind, found.what, found.by) == ("installed and removed again", "nmap:amd64 7.9", "veli")


def test_the_same_on_several_hosts_is_one_line() -> None:
    hello, other = Change("installed", "hello:amd64", after="2.10-3"), Change("installed", "cowsay:all", after="3.03")
    gone = Change("removed", "vim:amd64", before="9.0", when=NOW, by="ali")
    lines = list(grouped({"db1": [hello, other], "web1": [hello, other, gone], "pbx1": [hello], "bak1": []}))
    assert lines == [
        "installed on db1, web1, pbx1: hello:amd64 2.10-3",
        "installed on db1, web1: cowsay:all 3.03",
        "removed on web1 (2026-11-26 20:00 UTC by ali): vim:amd64 9.0",
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.from_regex(r"\A([01]:)?[0-3][01a~.+z]{0,5}(-[01a~.+]{1,3})?\Z"), min_size=2, max_size=2))
def test_versions_are_in_the_order_of_dpkg(versions: list[str]) -> None:
    one, other = versions
    done = subprocess.run(["dpkg", "--compare-versions", one, "gt", other], check=False, capture_output=True)
    assert later(one, other) == (done.returncode == 0)


# -- the workflow, with the playbook played


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    site = Site("town", root=tmp_path)
    site.path.mkdir(parents=True)
    hosts = {"all": {"children": {"servers": {"hosts": {"db1": None, "web1": None}}, "routers": {"hosts": {"r1": None}}}}}
    site.hosts_file.write_text(yaml.safe_dump(hosts), encoding="utf-8")
    return site


class Played:
    """The hosts' answers: packages, a text for one that does not answer, or None for one that failed; and what was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers: dict[str, dict[str, str] | str | None] = {"db1": dict(BEFORE), "web1": dict(BEFORE)}
        self.log: list[dict[str, Any]] = []
        self.asked: dict[str, Any] = {}
        monkeypatch.setattr(workflow, "run_playbook", self.run)

    def run(self, _site: Site, _playbook: Path, *, limit: list[str], check: bool, extra_vars: Any, **_: Any) -> PlaybookRun:
        assert check
        self.asked = extra_vars
        hosts = {}
        for name in limit:
            answer, host = self.answers[name], HostRun(name)
            if isinstance(answer, str):
                host.add(TaskEvent(name, "Read", "unreachable", msg=answer))
            elif answer is None:
                host.add(TaskEvent(name, "Read", "failed", msg="dpkg-query tells no installed package", failed=True))
            else:
                seen = {"clock": 1790000000.7, "packages": answer, "log": self.log}
                host.add(TaskEvent(name, "Read", "ok", module="muhtar_packages", told=seen))
            hosts[name] = host
        return PlaybookRun(hosts)


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Played:
    return Played(monkeypatch)


def look(site: Site, days: int = 0) -> Report:
    return workflow.report(site, progress=NoProgress(), now=NOW + timedelta(days=days)).build()


def test_the_first_look_is_no_list_of_new_packages(site: Site, played: Played) -> None:
    report = look(site)
    assert [(one.target, one.status.value, one.summary) for one in report.outcomes] == [
        ("db1", "ok", "first look, 3 packages"),
        ("web1", "ok", "first look, 3 packages"),
    ]
    assert report.notes == ()
    assert played.asked == {"software_since": {}}
    assert (home() / "software" / "town" / "db1.json").stat().st_mode & 0o777 == 0o600


def test_a_change_is_told_once_and_the_log_is_asked_from_the_last_look_on(site: Site, played: Played) -> None:
    look(site)
    played.answers["web1"] = dict(AFTER)
    report = look(site, 1)
    assert played.asked == {"software_since": {"db1": 1790000000, "web1": 1790000000}}
    assert [one.summary for one in report.outcomes] == [
        "no change since 2026-11-26 20:00 UTC; 3 packages",
        "1 installed, 1 upgraded, 1 removed since 2026-11-26 20:00 UTC; 3 packages",
    ]
    assert "installed on web1: cowsay:all 3.03" in report.notes
    assert report.exit_code == 0
    assert [one.found for one in look(site, 2).outcomes] == [None, None]


def test_a_host_that_does_not_answer_is_unchecked_with_the_age_of_what_is_known(site: Site, played: Played) -> None:
    played.answers["web1"] = "No route to host"
    assert look(site).outcomes[1].summary == "did not answer: No route to host; nothing is known of it"
    played.answers["web1"] = dict(BEFORE)
    look(site, 1)
    played.answers["web1"] = "No route to host"
    report = look(site, 4)
    assert (report.outcomes[1].status, report.exit_code) == (Status.UNCHECKED, 3)
    assert report.outcomes[1].summary.endswith("what is known is of 2026-11-27 20:00 UTC, 3 days old")
    played.answers["web1"] = dict(AFTER)
    assert "since 2026-11-27 20:00 UTC" in look(site, 5).outcomes[1].summary, "the look that saw nothing has changed nothing"


def test_a_host_whose_packages_cannot_be_read_is_an_error(site: Site, played: Played) -> None:
    played.answers["db1"] = None
    report = look(site)
    assert (report.outcomes[0].status, report.exit_code) == (Status.ERROR, 1)
    assert not (home() / "software" / "town" / "db1.json").exists()


def test_a_run_that_failed_as_a_whole_leaves_what_is_known(site: Site, played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    look(site)
    kept = (home() / "software" / "town" / "db1.json").read_bytes()

    def broken(*_: Any, **__: Any) -> PlaybookRun:
        raise DoorError("ansible-playbook ended with code 250")

    monkeypatch.setattr(workflow, "run_playbook", broken)
    with pytest.raises(DoorError):
        look(site, 1)
    assert (home() / "software" / "town" / "db1.json").read_bytes() == kept


def test_a_spoilt_document_makes_the_next_look_the_first_one(site: Site, played: Played) -> None:
    look(site)
    (home() / "software" / "town" / "db1.json").write_text("{", encoding="utf-8")
    assert [one.summary.partition(";")[0] for one in look(site, 1).outcomes] == [
        "first look, 3 packages",
        "no change since 2026-11-26 20:00 UTC",
    ]
