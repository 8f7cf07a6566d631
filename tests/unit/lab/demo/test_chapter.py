"""The demo must stop where something is not as it promises."""

from __future__ import annotations

from collections import Counter

import pytest

from lab.demo.chapter import DemoError, expect_clean, expect_findings, expect_findings_of
from muhtar.outcome import Outcome, Status
from muhtar.report import Report, ReportBuilder


def report(*outcomes: tuple[str, str, Status]) -> Report:
    builder = ReportBuilder("demo.checks", "lab")
    for index, (target, check, status) in enumerate(outcomes):
        builder.select(target, check)
        builder.add(Outcome(target=target, check=check, status=status, summary="said", subject=f"thing {index}"))
    return builder.build()


OK, FINDING, ERROR, UNCHECKED = Status.OK, Status.FINDING, Status.ERROR, Status.UNCHECKED


def test_clean_passes() -> None:
    expect_clean(report(("r1", "drift.network", OK)))


@pytest.mark.parametrize("status", [FINDING, ERROR, UNCHECKED])
def test_anything_else_is_not_clean(status: Status) -> None:
    with pytest.raises(DemoError, match="r1"):
        expect_clean(report(("r1", "drift.network", status)))


def test_exactly_the_findings_wanted() -> None:
    found = report(("web1", "drift.servers", FINDING), ("web1", "drift.servers", FINDING), ("r1", "drift.network", OK))
    expect_findings(found, Counter({("web1", "drift.servers"): 2}))


@pytest.mark.parametrize(
    "outcomes",
    [
        [("web1", "drift.servers", FINDING)],
        [("web1", "drift.servers", FINDING)] * 3,
        [("web1", "drift.servers", FINDING)] * 2 + [("r1", "drift.network", FINDING)],
        [("web1", "drift.servers", FINDING)] * 2 + [("r1", "drift.network", UNCHECKED)],
        [("web1", "drift.servers", FINDING)] * 2 + [("r1", "drift.network", ERROR)],
    ],
)
def test_one_too_few_too_many_or_unchecked_is_refused(outcomes: list[tuple[str, str, Status]]) -> None:
    with pytest.raises(DemoError):
        expect_findings(report(*outcomes), Counter({("web1", "drift.servers"): 2}))


def test_findings_of_a_check_are_counted() -> None:
    found = report(("a", "license.expiry", FINDING), ("b", "license.expiry", OK))
    expect_findings_of(found, "license.expiry", 1)
    with pytest.raises(DemoError):
        expect_findings_of(found, "license.expiry", 2)
    with pytest.raises(DemoError):
        expect_findings_of(found, "license.seats", 1)
