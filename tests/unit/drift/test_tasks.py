from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from muhtar.checks import CHECKS
from muhtar.doors.playbook import HostRun, PlaybookRun, TaskEvent
from muhtar.drift.duties import ROLES, duty_of
from muhtar.drift.tasks import coverage, outcomes
from muhtar.outcome import Outcome, Status
from muhtar.settings import ROOT

STARTED = datetime(2026, 3, 2, tzinfo=UTC)
DIFF = "--- /etc/nginx/nginx.conf (found)\n+++ /etc/nginx/nginx.conf (declared)\n@@ -1 +1 @@\n-gzip off;\n+gzip on;\n"


def event(status: str = "ok", task: str = "Configure", **more: object) -> TaskEvent:
    values = {"host": "web1", "task": task, "status": status, "role": "web", "module": "ansible.builtin.template"} | more
    return TaskEvent(**values, failed=status == "failed")


def changed(**more: object) -> TaskEvent:
    return event(changed=True, diff=DIFF, path=str(ROOT / "roles/web/tasks/configure.yml"), line=7, **more)


def told(*events: TaskEvent) -> list[Outcome]:
    host = HostRun("web1")
    for item in events:
        host.add(item)
    run = PlaybookRun({"web1": host}, "/logs/x.log", 12.5)
    return outcomes("drift.servers", "web1", run, started=STARTED, mend="mend it")


def statuses(*events: TaskEvent) -> list[tuple[Status, str]]:
    return [(outcome.status, outcome.subject) for outcome in told(*events)]


def test_a_finding_says_everything_that_is_known() -> None:
    (found,) = told(changed(), event())
    assert found.status is Status.FINDING
    assert found.subject == "web: Configure"
    assert found.summary == "web: Configure: 2 changed lines"
    assert (found.wanted, found.found, found.diff) == ("gzip on;", "gzip off;", DIFF)
    assert str(found.intent) == "roles/web/tasks/configure.yml:7"
    assert (found.duty, found.mend) == ("8l", "mend it")
    assert (found.started, found.duration) == (STARTED, 12.5)


def test_a_clean_host_has_one_ok_that_says_how_much_was_looked_at() -> None:
    (found,) = told(event(), event(), event("skipped"), event("unsupported"))
    assert (found.status, found.subject) == (Status.OK, "")
    assert found.summary == "2 tasks as declared; 1 skipped, 1 not evaluable in check mode; coverage 67 %"


def test_handlers_are_no_findings_of_their_own() -> None:
    assert statuses(event(), changed(handler=True, task="Restart")) == [(Status.OK, "")]
    assert statuses(changed(), changed(handler=True, task="Restart")) == [(Status.FINDING, "web: Configure")]


def test_a_failed_task_is_an_error_beside_the_findings_before_it() -> None:
    found = told(changed(), event("failed", "Validate", msg="no such option\nmore"))
    assert [(item.status, item.subject) for item in found] == [
        (Status.ERROR, "web: Validate"),
        (Status.FINDING, "web: Configure"),
    ]
    assert found[0].summary == "web: Validate failed: no such option"
    assert "/logs/x.log" in (found[0].mend or "")


def test_a_task_that_failed_after_changing_something_is_told_once() -> None:
    assert statuses(event("failed", changed=True)) == [(Status.ERROR, "web: Configure")]


def test_what_could_not_be_reached_is_unchecked() -> None:
    assert statuses(event("unreachable", msg="no route to host")) == [(Status.UNCHECKED, "")]
    assert statuses(changed(), event("unreachable", msg="went away")) == [
        (Status.FINDING, "web: Configure"),
        (Status.UNCHECKED, ""),
    ]


@pytest.mark.parametrize(
    "events",
    [
        [],
        [event("skipped"), event("unsupported")],
        [event(module="ansible.builtin.setup"), event(module="ansible.builtin.assert")],
        [event(module="ansible.builtin.debug", handler=True)],
        [event("ignored")],
    ],
    ids=["nothing", "skipped", "only looking", "handler", "ignored"],
)
def test_a_host_on_which_nothing_was_evaluated_is_never_clean(events: list[TaskEvent]) -> None:
    assert statuses(*events) == [(Status.UNCHECKED, "")]


def test_a_host_that_no_play_names_is_unchecked() -> None:
    (found,) = outcomes("drift.servers", "web9", PlaybookRun(), started=STARTED, mend="x")
    assert (found.status, found.target) == (Status.UNCHECKED, "web9")


def test_the_same_title_twice_gives_two_subjects() -> None:
    assert [subject for _, subject in statuses(changed(), changed(), changed(item="a"))] == [
        "web: Configure",
        "web: Configure #2",
        "web: Configure (a)",
    ]


def test_long_diffs_are_not_repeated_as_wanted_and_found() -> None:
    long = "--- x\n+++ x\n@@ -1 +1 @@\n" + "-old line\n+new line\n" * 20
    (found,) = told(event(changed=True, diff=long))
    assert (found.wanted, found.found) == (None, None)
    (missing,) = told(event(changed=True, diff="--- x\n+++ x\n@@ -0,0 +1 @@\n+line\n"))
    assert (missing.wanted, missing.found) == ("line", "(absent)")


def test_a_hidden_change_is_a_finding_without_content() -> None:
    (found,) = told(event(changed=True, hidden=True, msg="(hidden by no_log)"))
    assert (found.summary, found.diff, found.wanted) == ("web: Configure: (hidden by no_log)", None, None)


def test_coverage_names_what_check_mode_cannot_see() -> None:
    host = HostRun("web1")
    for item in (event(), event("unsupported", "Reindex"), event("skipped")):
        host.add(item)
    text = coverage([PlaybookRun({"web1": host})])
    assert text == (
        "tasks on 1 host: 1 evaluated, 1 skipped by their conditions, 1 that check mode cannot evaluate (web: Reindex);"
        " coverage 50 %"
    )


def limited(percent: int, *events: TaskEvent) -> list[tuple[Status, str]]:
    host = HostRun("web1")
    for item in events:
        host.add(item)
    run = PlaybookRun({"web1": host}, "/logs/x.log")
    found = outcomes("drift.servers", "web1", run, started=STARTED, mend="x", coverage_percent=percent)
    return [(outcome.status, outcome.subject) for outcome in found]


def test_a_host_of_which_too_little_was_evaluated_is_unchecked() -> None:
    seen = (event(), event("unsupported", "Reindex"))
    assert limited(51, *seen) == [(Status.UNCHECKED, "")]
    assert limited(50, *seen) == [(Status.OK, "")]
    assert limited(51, *seen, changed()) == [(Status.FINDING, "web: Configure")]
    assert limited(67, *seen, changed()) == [(Status.FINDING, "web: Configure"), (Status.UNCHECKED, "coverage")]
    assert limited(51, *seen, event("failed")) == [(Status.ERROR, "web: Configure")]


def test_what_its_condition_passes_over_does_not_lower_coverage() -> None:
    assert limited(100, event(), event("skipped"), event("skipped"), event(module="ansible.builtin.debug")) == [(Status.OK, "")]


def test_the_sentence_says_what_was_not_seen() -> None:
    host = HostRun("web1")
    for item in (event(), event("unsupported", "Reindex")):
        host.add(item)
    run = PlaybookRun({"web1": host}, "/logs/x.log")
    (found,) = outcomes("drift.servers", "web1", run, started=STARTED, mend="x", coverage_percent=80)
    assert found.summary.startswith("only 50 % of the tasks could be evaluated, 80 % must be")
    assert found.found == "web: Reindex"


def test_every_role_has_a_duty_that_exists() -> None:
    duties = {item["id"] for item in yaml.safe_load((ROOT / "muhtar/duty/catalogue.yml").read_text(encoding="utf-8"))}
    assert set(ROLES.values()) <= duties
    roles = {path.name for path in (ROOT / "roles").iterdir() if (path / "tasks").is_dir()}
    assert roles, "no role was found"
    assert roles <= set(ROLES), "give the new role a duty"
    assert duty_of("no_such_role") is None
    assert duty_of(None) is None


def test_the_checks_are_declared() -> None:
    assert {"drift.servers", "provision.converge"} <= set(CHECKS)
    assert Path(ROOT / "playbooks/site.yml").is_file()
