"""The fast check: when a host may be passed over, and, above all, when not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from muhtar.doors.playbook import PlaybookRun, TaskEvent
from muhtar.drift import baseline, fast
from muhtar.drift.fast import learn, unchanged
from muhtar.drift.observed import OBSERVE
from muhtar.errors import DoorError
from muhtar.inventory import Inventory
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.settings import Site

EMPTY: dict[str, Any] = {"paths": [], "folders": [], "units": [], "commands": [], "sources": []}


class Host:
    """A host with one file, which its one role observes, and then asks for."""

    def __init__(self) -> None:
        self.content = "as declared"
        self.sources: list[str] = []
        self.answers: str | None = None
        self.broken = False
        self.asked: list[Mapping[str, Any]] = []

    def _observed(self, host: str) -> TaskEvent:
        seen = {**EMPTY, "paths": ["/etc/x"], "sources": self.sources, "digest": self.content, "failed": []}
        return TaskEvent(host=host, task="Look", status="ok", role="web", module=OBSERVE, observed=(seen,))

    def full(self, name: str) -> PlaybookRun:
        run = PlaybookRun()
        for event in (
            self._observed(name),
            TaskEvent(host=name, task="Ask", status="ok", role="web", module="template", about="/etc/x"),
        ):
            run.hosts.setdefault(name, fast.HostRun(name)).add(event)
        return run

    def __call__(
        self, site: Site, playbook: Path, *, limit: Sequence[str], extra_vars: Mapping[str, Any], **_: Any
    ) -> PlaybookRun:
        assert playbook.name == "observe.yml"
        assert list(extra_vars["observe_hosts"]) == list(limit)
        self.asked += [one for name in limit for one in extra_vars["observe_hosts"][name]]
        if self.broken:
            raise DoorError("no", mend="none")
        run = PlaybookRun()
        for name in limit:
            host = run.hosts[name] = fast.HostRun(name)
            if self.answers:
                host.add(TaskEvent(host=name, task="Look", status=self.answers, msg="gone", failed=self.answers == "failed"))  # type: ignore[arg-type]
            else:
                host.add(self._observed(name))
        return run


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    found = Site("town", root=tmp_path)
    found.path.mkdir(parents=True)
    found.hosts_file.write_text("all: {children: {servers: {hosts: {web1: }}}}\n", encoding="utf-8")
    return found


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Host:
    found = Host()
    monkeypatch.setattr(fast, "run_playbook", found)
    return found


Same = Callable[..., bool]


@pytest.fixture
def same(site: Site) -> Same:
    def ask(intent: str = "intent") -> bool:
        found = unchanged(site, ["web1"], intent, inventory=Inventory.load(site), progress=NoProgress())
        return [one.host for one in found] == ["web1"]

    return ask


def check_in_full(site: Site, host: Host, *, clean: bool = True, ago: timedelta = timedelta(0)) -> list[str]:
    return learn(site, "web1", host.full("web1"), "intent", started=datetime.now(UTC) - ago, clean=clean)


def test_a_host_that_was_never_checked_in_full_is_not_passed_over(host: Host, same: Same) -> None:
    assert not same()
    assert host.asked == []


def test_a_host_that_looks_as_it_did_is_passed_over(site: Site, host: Host, same: Same) -> None:
    assert check_in_full(site, host) == []
    assert same()
    assert host.asked == [{**EMPTY, "paths": ["/etc/x"]}], "without what came of it the last time"


def test_the_outcome_says_that_and_since_when(site: Site, host: Host) -> None:
    check_in_full(site, host)
    (found,) = unchanged(site, ["web1"], "intent", inventory=Inventory.load(site), progress=NoProgress())
    outcome = found.outcome("drift.servers")
    assert outcome.status is Status.OK
    assert "unchanged since the full check of" in outcome.summary
    assert "1 tasks as declared" in outcome.summary


def test_a_changed_host_is_not(site: Site, host: Host, same: Same) -> None:
    check_in_full(site, host)
    host.content = "edited"
    assert not same()


def test_a_changed_intent_is_not(site: Site, host: Host, same: Same) -> None:
    check_in_full(site, host)
    assert not same("another")
    assert host.asked == []


def test_changed_files_of_the_controller_are_not(site: Site, host: Host, same: Same, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "index.html").write_text("old", encoding="utf-8")
    host.sources = [str(pages)]
    check_in_full(site, host, ago=-timedelta(seconds=5))
    assert same()
    (pages / "index.html").write_text("new", encoding="utf-8")
    assert not same()


def test_a_file_of_the_controller_that_changes_during_the_check_spoils_it(
    site: Site, host: Host, same: Same, tmp_path: Path
) -> None:
    page = tmp_path / "index.html"
    page.write_text("new", encoding="utf-8")
    host.sources = [str(page)]
    assert check_in_full(site, host, ago=timedelta(seconds=5)) == [f"{page} was changed during the check"]
    assert not same()


def test_an_old_check_is_not(site: Site, host: Host, same: Same) -> None:
    check_in_full(site, host, ago=timedelta(hours=23))
    assert same()
    check_in_full(site, host, ago=timedelta(hours=25))
    assert not same()


def test_drift_ends_it(site: Site, host: Host, same: Same) -> None:
    check_in_full(site, host)
    check_in_full(site, host, clean=False)
    assert not same()


def test_what_is_not_covered_ends_it_and_says_so(site: Site, host: Host, same: Same) -> None:
    check_in_full(site, host)
    run = host.full("web1")
    run.hosts["web1"].add(TaskEvent(host="web1", task="Ask more", status="ok", role="web", module="template", about="/etc/y"))
    why = learn(site, "web1", run, "intent", started=datetime.now(UTC), clean=True)
    assert "Ask more (/etc/y)" in why[0]
    assert not same()


@pytest.mark.parametrize("answer", ["unreachable", "failed", "skipped"])
def test_a_host_that_does_not_answer_is_not(site: Site, host: Host, same: Same, answer: str) -> None:
    check_in_full(site, host)
    host.answers = answer
    assert not same()


def test_where_the_look_fails_all_are_checked_in_full(site: Site, host: Host, same: Same) -> None:
    check_in_full(site, host)
    host.broken = True
    assert not same()


def test_a_baseline_that_cannot_be_read_is_none(site: Site, host: Host, same: Same, tmp_path: Path) -> None:
    check_in_full(site, host)
    (path,) = (tmp_path / "home" / "drift" / "town").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text(path.read_text(encoding="utf-8")[:40], encoding="utf-8")
    assert baseline.load(site, "web1") is None
    assert not same()
