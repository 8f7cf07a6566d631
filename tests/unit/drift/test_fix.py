"""drift.explain and drift.fix over a stand-in for Ansible: just that role, just that host, and never falsely mended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from muhtar.doors.playbook import HostRun, PlaybookRun, TaskEvent
from muhtar.drift import pbx
from muhtar.drift.explain import explain, written_at
from muhtar.drift.fix import CHECK, fix
from muhtar.drift.mends import roles
from muhtar.errors import DoorError, UsageError
from muhtar.exitcode import ExitCode
from muhtar.history import History
from muhtar.outcome import Intent, Outcome, Status
from muhtar.progress import NoProgress
from muhtar.render.context import Context
from muhtar.render.explained import render
from muhtar.report import Report, ReportBuilder, Selected
from muhtar.settings import Site, locked

INTENT = Intent(file="roles/web/tasks/configure.yml", line=2)
GZIP = Outcome(
    target="web1", check="drift.servers", status=Status.FINDING, subject="web: Configure nginx", summary="2 changed lines",
    wanted="gzip on;", found="gzip off;", diff="-gzip off;\n+gzip on;", intent=INTENT, mend="./inv drift.check --apply",
)  # fmt: skip
PHONE = Outcome(target="pbx1", check="drift.pbx", status=Status.FINDING, subject="1001", summary="1001: is missing")
WAIVER = """\
waivers:
  - {id: later, check: drift.servers, targets: [web1], owner: Head, reason: a new machine comes, until: 2199-01-01}
"""
NOW = datetime.now(UTC)


class Ansible:
    """Stands in for the door: which runs it was asked for, and the tasks that would change something."""

    def __init__(self) -> None:
        self.calls: list[tuple[bool, list[str], list[str]]] = []
        self.wrong = ["Configure nginx"]
        self.status = "ok"
        self.stubborn = False
        self.breaks = False

    def __call__(self, site: Site, playbook: Path, *, limit: list[str], check: bool, tags: list[str], **_: Any) -> PlaybookRun:
        assert playbook.name == "site.yml"
        self.calls.append((check, limit, tags))
        if self.breaks:
            raise DoorError("ansible-playbook ended with code 1", mend="read it")
        run = PlaybookRun(log="log")
        (name,) = limit
        host = run.hosts[name] = HostRun(name)
        for task in ("Configure nginx", "Start nginx"):
            event = {"role": tags[0], "module": "template", "changed": task in self.wrong}
            host.add(TaskEvent(host=name, task=task, status=self.status, **event))  # type: ignore[arg-type]
        if not check and not self.stubborn:
            self.wrong = []
        return run


@pytest.fixture
def ansible(monkeypatch: pytest.MonkeyPatch) -> Ansible:
    found = Ansible()
    monkeypatch.setattr(roles, "run_playbook", found)
    return found


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    found = Site("town", root=tmp_path)
    found.path.mkdir(parents=True)
    found.hosts_file.write_text("all: {children: {servers: {hosts: {web1: }}, pbx: {hosts: {pbx1: }}}}\n", encoding="utf-8")
    tasks = tmp_path / "roles" / "web" / "tasks"
    tasks.mkdir(parents=True)
    (tasks / "configure.yml").write_text("---\n- name: Configure nginx\n  copy:\n    src: a\n\n- name: Next\n", encoding="utf-8")
    return found


def seen(*outcomes: Outcome, ago: int = 1) -> None:
    moment = NOW - timedelta(hours=ago)
    pairs = dict.fromkeys((one.target, one.check) for one in outcomes)
    selected = tuple(Selected(target=target, check=check) for target, check in pairs)
    report = Report(workflow="drift.check", site="town", started=moment, finished=moment, selected=selected, outcomes=outcomes)
    History.open().record(report)


def mend(site: Site, identifier: str = GZIP.id, *, apply: bool = True) -> Report:
    return fix(site, identifier, apply=apply, progress=NoProgress()).build()


def test_without_apply_the_role_is_only_run_in_check_mode(site: Site, ansible: Ansible) -> None:
    seen(GZIP)
    report = mend(site, apply=False)
    assert ansible.calls == [(True, ["web1"], ["web"])]
    assert [(one.check, one.target, one.status) for one in report.outcomes] == [(CHECK, "web1", Status.FINDING)]
    assert report.outcomes[0].mend == f"./inv drift.fix {GZIP.id} --apply"
    assert "would run: role web on web1 alone" in report.notes[-1]


def test_what_will_change_is_told_then_the_role_is_run_and_looked_at_again(
    site: Site, ansible: Ansible, caplog: pytest.LogCaptureFixture
) -> None:
    seen(GZIP)
    caplog.set_level("INFO")
    report = mend(site, GZIP.id[:5])
    assert ansible.calls == [(check, ["web1"], ["web"]) for check in (True, False, True)]
    assert "about to mend web: Configure nginx" in caplog.text
    assert report.exit_code == ExitCode.CLEAN
    assert "changed on web1: web: Configure nginx" in report.notes


def test_of_the_rest_of_the_host_the_history_hears_nothing(site: Site, ansible: Ansible) -> None:
    del ansible
    other = GZIP.model_copy(update={"subject": "base: Keep time"})
    seen(GZIP, other)
    History.open().record(mend(site))
    assert explain(site, other.id).status is Status.FINDING


def test_what_does_not_go_is_a_finding_still(site: Site, ansible: Ansible) -> None:
    seen(GZIP)
    ansible.stubborn = True
    assert mend(site).exit_code == ExitCode.FINDINGS


@pytest.mark.parametrize(
    ("status", "code", "checks"),
    [("failed", ExitCode.FAILED, [True, False]), ("unreachable", ExitCode.INCOMPLETE, [True])],
)
def test_a_run_that_goes_wrong_is_not_looked_at_again(
    status: str, code: int, checks: list[bool], site: Site, ansible: Ansible
) -> None:
    seen(GZIP)
    ansible.status = status
    assert mend(site).exit_code == code
    assert [check for check, _, _ in ansible.calls] == checks


def test_a_run_that_fails_as_a_whole_and_a_host_that_another_run_changes_are_errors(site: Site, ansible: Ansible) -> None:
    seen(GZIP)
    with locked("target-town-web1"):
        assert mend(site).exit_code == ExitCode.FAILED
    assert ansible.calls == []
    ansible.breaks = True
    assert mend(site).exit_code == ExitCode.FAILED


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (GZIP.model_copy(update={"subject": "Gather"}), "belongs to no role"),
        (GZIP.model_copy(update={"subject": ""}), "belongs to no role"),
        (GZIP.model_copy(update={"check": "license.expiry"}), "license.expiry has none"),
        (GZIP.model_copy(update={"status": Status.ERROR}), "could not look"),
        (GZIP.model_copy(update={"check": "drift.network", "subject": ""}), "no section"),
        (GZIP.model_copy(update={"check": "drift.video", "subject": "cam1", "wanted": "recording"}), "set as declared"),
    ],
)
def test_without_an_automatic_mend_the_findings_own_is_told(outcome: Outcome, why: str, site: Site, ansible: Ansible) -> None:
    seen(outcome)
    with pytest.raises(UsageError, match=f"(?s)there is no automatic mend.*{why}.*drift.check --apply"):
        mend(site, outcome.id)
    assert ansible.calls == []
    found = explain(site, outcome.id)
    assert (found.fix, why in (found.unfixable or "")) == (None, True)


def test_what_is_gone_or_waived_is_left_alone(site: Site, ansible: Ansible) -> None:
    seen(GZIP, ago=2)
    seen(GZIP.model_copy(update={"status": Status.OK, "subject": "", "diff": None}))
    with pytest.raises(UsageError, match=r"is gone.*2 changed lines"):
        mend(site)
    seen(GZIP, ago=0)
    site.register("waivers").parent.mkdir()
    site.register("waivers").write_text(WAIVER, encoding="utf-8")
    with pytest.raises(UsageError, match=r"(?s)by decision of Head until 2199-01-01.*remove the waiver later"):
        mend(site)
    assert ansible.calls == []


def test_an_exchange_gets_its_role_and_a_reload_and_the_running_system_is_asked(
    site: Site, ansible: Ansible, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(name: str, *outcomes: Outcome) -> None:
        def look(site: Site, *, limit: str, progress: object) -> ReportBuilder:
            asked.append(name)
            builder = ReportBuilder("drift.pbx", site.name)
            builder.select(limit, "drift.pbx")
            builder.add(*outcomes)
            return builder

        monkeypatch.setattr(pbx, name, look)

    stranger = PHONE.model_copy(update={"subject": "1666", "summary": "1666: nobody declares it"})
    answer("check", PHONE)
    answer("mend", stranger)
    seen(PHONE)
    assert mend(site, PHONE.id, apply=False).exit_code == ExitCode.FINDINGS
    report = mend(site, PHONE.id)
    assert asked == ["check", "mend"]
    assert ansible.calls[-1] == (False, ["pbx1"], ["asterisk"])
    assert [(one.subject, one.status) for one in report.outcomes] == [("1001", Status.OK)]
    assert any("left as it is on pbx1: 1666: nobody declares it" in note for note in report.notes)
    answer("mend", PHONE.model_copy(update={"status": Status.UNCHECKED, "subject": ""}))
    assert mend(site, PHONE.id).exit_code == ExitCode.INCOMPLETE


def test_explaining_asks_no_host_and_tells_all(site: Site, ansible: Ansible) -> None:
    seen(GZIP)
    found = explain(site, GZIP.id)
    text = render(found, Context(lang="en", width=120, color=False))
    assert ansible.calls == []
    assert found.exit_code == ExitCode.FINDINGS
    assert "2 │ - name: Configure nginx" in text
    assert "Next" not in text
    for word in ("gzip on;", "-gzip off;", "first seen", f"./inv drift.fix {GZIP.id} --apply", "role web on web1 alone"):
        assert word in text
    assert "ilk görülme" in render(found, Context(lang="tr", width=120, color=False))


def test_the_exit_code_is_that_of_the_finding_as_it_stands(site: Site, ansible: Ansible) -> None:
    del ansible
    seen(GZIP.model_copy(update={"status": Status.UNCHECKED}), ago=3)
    assert explain(site, GZIP.id).exit_code == ExitCode.INCOMPLETE
    seen(GZIP, ago=2)
    site.register("waivers").parent.mkdir()
    site.register("waivers").write_text(WAIVER, encoding="utf-8")
    found = explain(site, GZIP.id)
    assert (found.status, found.exit_code) == (Status.WAIVED, ExitCode.CLEAN)
    assert "a new machine comes" in render(found, Context(lang="en", width=120, color=False))
    site.register("waivers").unlink()
    seen(GZIP.model_copy(update={"status": Status.OK, "subject": "", "diff": None}))
    assert explain(site, GZIP.id).exit_code == ExitCode.CLEAN


@pytest.mark.parametrize(
    "intent", [None, Intent(file="gone.yml", line=1), Intent(file=INTENT.file, line=99), Intent(file="roles")]
)
def test_what_is_not_there_any_more_is_not_shown(intent: Intent | None, site: Site) -> None:
    assert written_at(site.root, intent) == ()
