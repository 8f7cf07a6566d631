"""GitLab's Code Quality format: every field it needs, stable fingerprints, links only into the repository."""

from __future__ import annotations

import json

import jsonschema

from muhtar.outcome import Intent, Outcome, Status
from muhtar.render import render
from muhtar.render.context import Context
from tests.support.reports import board_report, clean_report, mixed_report, report_of, waived_report

# As documented by GitLab: these fields, these severities, nothing else is read.
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 32},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^./]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def issues(report) -> list[dict]:
    found = json.loads(render("codequality", report, Context()))
    jsonschema.validate(found, SCHEMA)
    return found


def finding(**more) -> Outcome:
    return Outcome(**{"target": "r1", "check": "drift.network", "status": Status.FINDING, "summary": "differs", **more})


def test_every_outcome_that_is_not_ok_is_an_issue_of_its_own() -> None:
    for report in (mixed_report(), board_report(), clean_report()):
        found = issues(report)
        assert len(found) == sum(outcome.status is not Status.OK for outcome in report.outcomes)
        assert len({issue["fingerprint"] for issue in found}) == len(found)


def test_the_fingerprint_outlives_runs_and_wording_but_not_a_change_of_status() -> None:
    (first,) = issues(report_of(finding()))
    (later,) = issues(report_of(finding(summary="differs in 2 lines", diff="+x\n"), id="1" * 32))
    (gone,) = issues(report_of(finding(status=Status.UNCHECKED)))
    assert first["fingerprint"] == later["fingerprint"] != gone["fingerprint"]


def test_it_points_to_the_line_of_the_intent() -> None:
    (issue,) = issues(report_of(finding(intent=Intent(file="inventories/lab/group_vars/routers/frr.yml", line=12))))
    assert issue["location"] == {"path": "inventories/lab/group_vars/routers/frr.yml", "lines": {"begin": 12}}


def test_what_has_no_line_in_the_repository_points_to_the_hosts() -> None:
    for intent in (None, Intent(file=".muhtar/sites/lab/registers/licenses.yml", line=3), Intent(file="/srv/state/licenses.yml")):
        (issue,) = issues(report_of(finding(intent=intent)))
        assert issue["location"] == {"path": "inventories/lab/hosts.yml", "lines": {"begin": 1}}


def test_severity_is_the_checks_and_what_nobody_could_look_at_is_worse() -> None:
    assert issues(report_of(finding(check="backup.age")))[0]["severity"] == "critical"
    assert issues(report_of(finding(check="duty.proof", target="8d")))[0]["severity"] == "minor"
    assert issues(report_of(finding(status=Status.ERROR)))[0]["severity"] == "blocker"
    assert issues(report_of(finding(status=Status.UNCHECKED)))[0]["description"].startswith("unchecked: ")


def test_what_is_waived_is_no_issue() -> None:
    assert json.loads(render("codequality", waived_report(), Context())) == []
