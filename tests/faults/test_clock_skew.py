"""A server whose time service follows a source that nobody declared: it runs, and the drift check sees through it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab.faults.clock_skew import ClockSkew
from muhtar.drift import servers
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from tests.support.lab import Lab

pytestmark = [pytest.mark.lab, pytest.mark.faults]

HOST = "db1"


def synchronised(lab: Lab) -> bool:
    lab.inside(HOST, "systemctl", "is-active", "chrony.service")
    return "Leap status     : Normal" in lab.inside(HOST, "chronyc", "tracking").stdout


@pytest.fixture
def skewed(lab: Lab) -> Iterator[ClockSkew]:
    fault = ClockSkew()
    fault.inject(lab.context, HOST)
    yield fault
    fault.mend(lab.context, HOST)


def test_it_is_found_as_the_catalogue_says_and_mended(lab: Lab, skewed: ClockSkew) -> None:
    assert not synchronised(lab)
    report = servers.check(lab.site, limit=HOST, progress=NoProgress()).build()
    found = [outcome for outcome in report.outcomes if outcome.status is not Status.OK]
    assert [(outcome.target, outcome.check) for outcome in found] == skewed.found_by(lab.context, HOST)
    assert "192.0.2.1" in str(found[0].diff)
    skewed.mend(lab.context, HOST)
    assert synchronised(lab)
    assert servers.check(lab.site, limit=HOST, progress=NoProgress()).build().exit_code == 0
