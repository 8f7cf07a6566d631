"""JUnit XML that its schema accepts, and in which nothing unchecked passes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from muhtar.outcome import Outcome, Status
from muhtar.render import render
from muhtar.render.context import Context
from tests.support.reports import board_report, clean_report, mixed_report, report_of, waived_report

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parents[1] / "data" / "junit.xsd"))


def parsed(report) -> etree._Element:
    root = etree.fromstring(render("junit", report, Context()).encode())
    SCHEMA.assertValid(root)
    return root


@pytest.mark.parametrize("make", [mixed_report, board_report, clean_report, waived_report])
def test_the_schema_accepts_it_and_every_outcome_is_a_case(make) -> None:
    report = make()
    root = parsed(report)
    assert len(root.findall(".//testcase")) == len(report.outcomes) == int(root.get("tests"))


def test_the_schema_refuses_a_case_that_both_fails_and_errs() -> None:
    root = parsed(mixed_report())
    case = root.find(".//testcase[failure]")
    etree.SubElement(case, "error", type="x")
    assert not SCHEMA.validate(root)


@pytest.mark.parametrize(
    ("status", "tag", "kind"),
    [
        (Status.FINDING, "failure", "drift.servers"),
        (Status.ERROR, "error", "drift.servers"),
        (Status.UNCHECKED, "error", "unchecked"),
    ],
)
def test_each_status_is_told_apart(status: Status, tag: str, kind: str) -> None:
    root = parsed(report_of(Outcome(target="db1", check="drift.servers", status=status, summary="something")))
    (problem,) = root.find(".//testcase")
    assert (problem.tag, problem.get("type")) == (tag, kind)
    assert "something" in problem.get("message")
    assert (int(root.get("failures")), int(root.get("errors"))) == (int(tag == "failure"), int(tag == "error"))


def test_ok_has_nothing_inside_and_nothing_is_ever_skipped() -> None:
    root = parsed(mixed_report())
    assert [case.get("name") for case in root.findall(".//testcase") if not len(case)] == ["db1"]
    assert not root.findall(".//skipped")


def test_intent_diff_and_mend_are_in_the_text() -> None:
    text = parsed(mixed_report()).find(".//testcase[@name='r1']/failure").text
    for wanted in ("-  ip ospf cost 10", "intent: inventories/lab/group_vars/routers/frr.yml:12", "mend: ./inv drift.check"):
        assert wanted in text


@given(st.text(min_size=1).filter(lambda text: text.strip()))
def test_any_text_of_a_device_gives_valid_xml(text: str) -> None:
    parsed(report_of(Outcome(target=text, check="drift.network", status=Status.FINDING, summary=text, subject=text, diff=text)))


def test_what_somebody_answers_for_is_skipped_and_says_who_and_until_when() -> None:
    root = parsed(waived_report())
    said = [found.get("message") for found in root.findall(".//testcase/skipped")]
    assert said == ["waived until 2026-01-31 by Head of <Networks>: lenses are ordered; the picture is unsharp"] * 2
    assert [suite.get("skipped") for suite in root.findall("testsuite")] == ["2", "0"]
    assert root.get("failures") == root.get("errors") == "0"
