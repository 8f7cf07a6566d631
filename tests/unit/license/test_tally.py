"""The sum that proves an audit: each entry stands somewhere, once."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muhtar.errors import InvalidReportError
from muhtar.license.tally import standing, tally
from muhtar.outcome import Outcome, Status, Waived

WAIVED = Waived(id="w", owner="Me", reason="Because", until=date(2199, 1, 1))


def outcome(target: str, status: Status, check: str = "license.expiry") -> Outcome:
    waiver = WAIVED if status is Status.WAIVED else None
    return Outcome(target=target, check=check, status=status, summary="said", waiver=waiver)


@pytest.mark.parametrize(
    ("statuses", "stands"),
    [
        ([Status.OK], "ok"),
        ([Status.OK, Status.WAIVED], "waived"),
        ([Status.WAIVED, Status.FINDING, Status.OK], "finding"),
        ([Status.FINDING, Status.UNCHECKED], "invalid"),
        ([Status.ERROR, Status.OK], "invalid"),
    ],
)
def test_the_worst_outcome_counts(statuses: list[Status], stands: str) -> None:
    assert standing([outcome("x", status) for status in statuses]) == {"x": stands}


@given(st.lists(st.lists(st.sampled_from(list(Status)), min_size=1, max_size=3), max_size=30))
def test_the_parts_make_the_sum(entries: list[list[Status]]) -> None:
    outcomes = [outcome(str(number), status) for number, statuses in enumerate(entries) for status in statuses]
    said = tally([str(number) for number in range(len(entries))], standing(outcomes), "license")
    total, _, parts = said.removeprefix("scanned ").partition(" = ")
    assert int(total.split()[0]) == len(entries) == sum(int(part.split()[0]) for part in parts.split(" + "))


def test_an_entry_without_an_outcome_breaks_the_proof() -> None:
    with pytest.raises(InvalidReportError, match="not all were judged once: b"):
        tally(["a", "b"], standing([outcome("a", Status.OK)]), "license")
    with pytest.raises(InvalidReportError, match="double"):
        tally(["a", "a"], standing([outcome("a", Status.OK)]), "license")
