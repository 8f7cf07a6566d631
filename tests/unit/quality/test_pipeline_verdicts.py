"""What a job's output and files mean, and that a pipeline which proves nothing is no pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from muhtar.errors import DoorError, UsageError
from muhtar.quality.pipeline.jobs import CLEAN_FLAGS, Job, Pipeline, blocked_by, chosen, read_jobs
from muhtar.quality.pipeline.verdict import Ending, Status, ending, judge, missing_reports

# As gitlab-ci-local 4.61 prints it, names padded and, on a terminal, coloured.
OUTPUT = """\
parsing and downloads finished in 99 ms.
json schema validated in 514 ms
license   starting shell (scheduled)
license   $ ./inv license.audit
license   > license finished in 2 days  FAIL 9
license   finished in 1.4 s{code}
license   exported artifacts in 37 ms
{after}
 WARN  license    pre_script
  > 1 finding
"""
JUNIT = (("junit", "reports/*.xml"),)
PLAIN = Job("license", "scheduled", "on_success")


def output(code: str = "", after: str = "") -> str:
    return OUTPUT.format(code=code, after=after)


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("", Ending(0, allowed=True)),
        ("  WARN 2 ", Ending(2, allowed=True)),
        ("  FAIL 3 ", Ending(3, allowed=False)),
        ("  FAIL 1 ", Ending(1, allowed=False)),
        (" \x1b[30m\x1b[43m WARN 2 \x1b[49m\x1b[39m", Ending(2, allowed=True)),
    ],
)
def test_how_a_script_ended(code: str, wanted: Ending) -> None:
    assert ending(output(code), "license") == wanted


def test_a_failed_after_script_is_told_apart() -> None:
    found = ending(output(after="license   finished in 2.0 s  WARN 1  after_script"), "license")
    assert found == Ending(0, allowed=True, after=1)
    assert judge(PLAIN, output(after="license   finished in 2.0 s  WARN 1  after_script"), []) == (
        Status.WARNED,
        "exit code 0; after_script ended with 1",
    )


def test_a_script_that_never_ended_is_a_failure() -> None:
    broken = output().replace("license   finished in 1.4 s\n", "")
    assert ending(broken, "license") is None
    assert judge(PLAIN, "schema: jobs must be objects\n", []) == (
        Status.FAILED,
        "its script never ended: schema: jobs must be objects",
    )
    assert judge(PLAIN, "", [])[0] is Status.FAILED


def test_another_job_s_end_is_not_this_one_s() -> None:
    assert ending(output(), "licenses") is None
    assert ending(output().replace("license ", "license-all "), "license") is None


@pytest.mark.parametrize(
    ("code", "status"),
    [("", Status.PASSED), ("  WARN 2 ", Status.WARNED), ("  FAIL 2 ", Status.FAILED), ("  FAIL 3 ", Status.FAILED)],
)
def test_the_status_follows_the_code(code: str, status: Status) -> None:
    assert judge(PLAIN, output(code), [])[0] is status


@pytest.mark.parametrize("code", ["", "  WARN 2 "])
def test_a_job_without_its_report_failed_whatever_its_code(code: str) -> None:
    status, closing = judge(PLAIN, output(code), ["no junit report reports/*.xml"])
    assert status is Status.FAILED
    assert "no junit report" in closing


def test_reports_are_looked_for_and_into(tmp_path: Path) -> None:
    job = Job("x", "s", "on_success", reports=(*JUNIT, ("codequality", "reports/x.json")))
    assert missing_reports(job, tmp_path) == ["no junit report reports/*.xml", "no codequality report reports/x.json"]
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "a.xml").write_text("<testsuites/>")
    (reports / "x.json").write_text("[]")
    assert missing_reports(job, tmp_path) == []
    (reports / "b.xml").write_text("<testsuites>")
    (reports / "x.json").write_text("{}")
    assert missing_reports(job, tmp_path) == ["reports/b.xml is no junit report", "reports/x.json is no codequality report"]
    (reports / "b.xml").write_text("<html/>")
    assert missing_reports(job, tmp_path)[0] == "reports/b.xml is no junit report"


EXPANDED = """\
---
stages: [.pre, check, publish]
variables: {GIT_CLEAN_FLAGS: -ffdx -e /kept/}
unit: {script: [x], artifacts: {reports: {junit: reports/unit.xml}}}
both: {script: [x], artifacts: {reports: {junit: [a.xml, b.xml], codequality: c.json}}}
pages: {script: [x]}
"""


def listed(**more: Any) -> str:
    rules = [{"if": '$CI_PIPELINE_SOURCE == "schedule" && $JOB == "drift"'}]
    entries = [
        {"name": "pages", "stage": "publish", "when": "always"},
        {"name": "unit 2/2", "stage": "check", "when": "on_success", **more},
        {"name": "both", "stage": "check", "when": "never", "rules": rules},
    ]
    return f" WARN  [CI_PIPELINE_SOURCE] is odd\n{json.dumps(entries, indent=2)}\n"


def test_jobs_come_in_the_order_of_their_stages_without_those_that_never_run() -> None:
    found = read_jobs(listed(), f"said before\n{EXPANDED}")
    assert [job.name for job in found.jobs] == ["unit 2/2", "pages"]
    assert found.jobs[0].reports == (("junit", "reports/unit.xml"),)
    assert found.schedules == ("drift",)
    assert found.clean_flags == "-ffdx -e /kept/"
    assert read_jobs(listed(), EXPANDED.replace("GIT_CLEAN_FLAGS", "OTHER")).clean_flags == CLEAN_FLAGS
    assert read_jobs(listed(needs=[{"job": "both"}]), EXPANDED).jobs[0].needs == ("both",)


def test_every_report_of_a_job_is_known() -> None:
    found = read_jobs(listed().replace('"never"', '"on_success"'), EXPANDED)
    both = next(job for job in found.jobs if job.name == "both")
    assert both.reports == (("junit", "a.xml"), ("junit", "b.xml"), ("codequality", "c.json"))


@pytest.mark.parametrize(("jobs", "expanded"), [("", EXPANDED), ("[\n]", "no yaml"), (listed(), "---\nstages: [check]\n")])
def test_what_cannot_be_read_is_an_error(jobs: str, expanded: str) -> None:
    with pytest.raises(DoorError, match="list of jobs"):
        read_jobs(jobs, expanded)


def pipeline(*jobs: Job) -> Pipeline:
    return Pipeline(jobs, ("drift", "license"), CLEAN_FLAGS)


def test_a_pipeline_without_jobs_is_an_error_not_a_pass() -> None:
    with pytest.raises(UsageError, match="no job"):
        chosen(pipeline(), [], None)
    with pytest.raises(UsageError, match="no job"):
        chosen(pipeline(Job("by hand", "check", "manual")), [], None)


def test_what_is_asked_for_must_be_there() -> None:
    there = pipeline(Job("lint", "check", "on_success"), Job("by hand", "check", "manual"))
    with pytest.raises(UsageError, match="'lnt' is not in this pipeline"):
        chosen(there, ["lnt"], None)
    with pytest.raises(UsageError, match="schedule 'nightly'"):
        chosen(there, [], "nightly")
    assert [job.name for job in chosen(there, [], None)] == ["lint"]
    assert [job.name for job in chosen(there, ["by hand", "by hand"], "drift")] == ["by hand"]


def test_what_waits_for_a_failed_job_is_not_run() -> None:
    first, second = Job("first", "check", "on_success"), Job("second", "check", "on_success")
    later, always = Job("later", "publish", "on_success"), Job("always", "publish", "always")
    needing, mending = Job("needing", "publish", "on_success", needs=("second",)), Job("mending", "publish", "on_failure")
    whole = pipeline(first, second, later, always, needing, mending)
    assert blocked_by(whole, second, ["first"]) is None, "of one stage"
    assert blocked_by(whole, later, ["first"]) == "first"
    assert blocked_by(whole, always, ["first"]) is None
    assert blocked_by(whole, needing, ["first"]) is None
    assert blocked_by(whole, needing, ["second"]) == "second"
    assert blocked_by(whole, mending, ["second"]) is None
    assert blocked_by(whole, mending, []) is not None
