"""Calls and their recordings, by real phones: what is there is clean, what was deleted or is kept too long is found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from muhtar.outcome import Outcome, Status
from muhtar.pbx import recordings
from muhtar.progress import NoProgress
from tests.support.lab import Lab
from tests.support.phones import call

pytestmark = pytest.mark.lab

FOLDER = "/var/spool/asterisk/monitor"


def check(lab: Lab) -> dict[str, Outcome]:
    outcomes = recordings.check(lab.site, limit="pbx1", progress=NoProgress()).build().outcomes
    return {outcome.subject: outcome for outcome in outcomes}


def kept(lab: Lab) -> set[str]:
    return set(lab.inside("pbx1", "find", FOLDER, "-name", "*.wav").stdout.splitlines())


@pytest.fixture(scope="module", params=["1002", "1153"], ids=["an extension", "a queue"])
def recorded(lab: Lab, request: pytest.FixtureRequest) -> tuple[str, str]:
    """A number that was called, and the path of the call's recording."""
    before = kept(lab)
    made = call(lab, request.param, seconds=6)
    assert made.established == 2, made.log
    (path,) = kept(lab) - before
    return request.param, path


def test_calls_with_their_recordings_are_clean(lab: Lab, recorded: tuple[str, str]) -> None:
    assert f"-1001-{recorded[0]}-" in recorded[1]
    found = check(lab)
    assert [outcome.status for outcome in found.values()] == [Status.OK], found


def test_a_deleted_recording_is_missed(lab: Lab, recorded: tuple[str, str]) -> None:
    number, path = recorded
    lab.inside("pbx1", "mv", path, f"{path}.away")
    try:
        found = check(lab)
    finally:
        lab.inside("pbx1", "mv", f"{path}.away", path)
    assert list(found) == [f"calls to {number}"]
    assert found[f"calls to {number}"].status is Status.FINDING
    assert "from 1001" in (found[f"calls to {number}"].found or "")


@pytest.fixture
def old(lab: Lab) -> Iterator[None]:
    path = f"{FOLDER}/20200101T000000Z-1001-1002-1577836800.1.wav"
    lab.inside("pbx1", "sh", "-c", f"head -c 2000 /dev/zero >{path} && touch -d '100 days ago' {path}")
    yield
    lab.inside("pbx1", "rm", "-f", path)


@pytest.mark.usefixtures("old")
def test_what_is_kept_too_long_is_found_and_the_daily_cleaning_takes_it(lab: Lab) -> None:
    assert [(outcome.subject, outcome.status) for outcome in check(lab).values()] == [("kept too long", Status.FINDING)]
    before = kept(lab)
    lab.inside("pbx1", "systemctl", "start", "systemd-tmpfiles-clean.service")
    assert len(before - kept(lab)) == 1
    assert [outcome.status for outcome in check(lab).values()] == [Status.OK]
