"""A report against one earlier run: nothing that nobody looked at counts as mended."""

from __future__ import annotations

import pytest

from muhtar.compared import KINDS, compare
from muhtar.outcome import Outcome, Status
from muhtar.report import Report
from tests.support.reports import report_of

CHECK = "drift.servers"


def outcome(status: Status, subject: str = "", target: str = "web1") -> Outcome:
    return Outcome(target=target, check=CHECK, status=status, summary=f"{status} {subject}", subject=subject)


OK = outcome(Status.OK)
GZIP, CERT = outcome(Status.FINDING, "gzip"), outcome(Status.FINDING, "cert")
GONE, BROKEN = outcome(Status.UNCHECKED), outcome(Status.ERROR, "task")
OTHER = outcome(Status.FINDING, "disk", target="db1")


def told(now: Report, earlier: Report, *before: str) -> dict[str, list[str]]:
    found = compare(now, earlier, lambda ids: {one for one in ids if one in before})
    return {kind: [one.subject for one in getattr(found, kind)] for kind in KINDS if getattr(found, kind)}


@pytest.mark.parametrize(
    ("earlier", "now", "expected"),
    [
        ([OK], [OK], {}),
        ([OK], [GZIP], {"new": ["gzip"]}),
        ([GZIP], [GZIP, CERT], {"new": ["cert"], "unchanged": ["gzip"]}),
        ([GZIP, CERT], [CERT], {"fixed": ["gzip"], "unchanged": ["cert"]}),
        ([GZIP], [OK], {"fixed": ["gzip"]}),
        # Nobody could look, or one task failed and hid the others, or the target was not asked for: not mended.
        ([GZIP], [GONE], {"new": [""], "unseen": ["gzip"]}),
        ([GZIP], [BROKEN], {"new": ["task"], "unseen": ["gzip"]}),
        ([GZIP, OTHER], [GZIP], {"unchanged": ["gzip"], "unseen": ["disk"]}),
        ([GONE], [OK], {"fixed": [""]}),
        ([GONE], [GZIP], {"new": ["gzip"], "fixed": [""]}),
    ],
)
def test_what_became_of_problems(earlier: list[Outcome], now: list[Outcome], expected: dict[str, list[str]]) -> None:
    assert told(report_of(*now), report_of(*earlier)) == expected


def test_what_was_there_before_the_earlier_run_and_not_in_it_has_come_back() -> None:
    assert told(report_of(GZIP, CERT), report_of(OK), GZIP.id) == {"new": ["cert"], "regressed": ["gzip"]}


def test_where_the_earlier_run_could_not_look_nothing_can_have_come_back() -> None:
    assert told(report_of(GZIP), report_of(GONE), GZIP.id) == {"new": ["gzip"], "fixed": [""]}


def test_it_says_which_run_it_was() -> None:
    earlier = report_of(OK)
    found = compare(report_of(GZIP), earlier, lambda _: set(), source="old.json")
    assert (found.run, found.finished, found.source) == (earlier.id, earlier.finished, "old.json")
    assert found.new[0].id == GZIP.id
    assert found.counts == {"new": 1, "regressed": 0, "fixed": 0, "unchanged": 0, "unseen": 0}
