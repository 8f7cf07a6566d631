"""Configurations of recorders in git: without secrets, once a change, and never half."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lab.simulators.isapi.settings import Camera
from muhtar.errors import UsageError
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.settings import Site
from muhtar.video import history
from tests.support.simulated_isapi import CAMERAS, Recorder, declare
from tests.support.simulated_switch import PASSWORD

Start = Callable[..., Recorder]


def export(site: Site) -> Outcome:
    (found,) = history.export(site, progress=NoProgress()).build().outcomes
    return found


def diff(site: Site) -> Outcome:
    (found,) = history.diff(site, progress=NoProgress()).build().outcomes
    return found


def change(recorder: Recorder, *cameras: Camera) -> None:
    """Somebody sets other cameras; the recorder goes on running."""
    recorder.settings = replace(recorder.settings, cameras=cameras, port=recorder.port)
    recorder.restart()


def test_what_was_never_kept_is_unchecked_and_what_was_is_compared(bare_site: Site, start: Start) -> None:
    recorder = start()
    declare(bare_site, recorder)
    assert (diff(bare_site).status, diff(bare_site).summary) == (Status.UNCHECKED, "nothing of it was ever kept")
    with pytest.raises(UsageError, match="was ever kept"):
        history.log(bare_site, "nvr2")
    assert export(bare_site).summary.startswith("kept: new, ")
    assert diff(bare_site).status is Status.OK
    change(recorder, CAMERAS[0], replace(CAMERAS[1], mode="MOTION"))
    found = diff(bare_site)
    assert found.status is Status.FINDING
    assert "+ContentMgmt/record/tracks/Track[201]/DefaultRecordingMode: MOTION" in str(found.diff)
    assert "localTime" not in str(found.diff)
    assert export(bare_site).summary.startswith("kept: +")
    assert export(bare_site).summary == "unchanged since the last time"
    assert len(history.log(bare_site, "nvr2")) == 2


def test_what_is_withheld_is_unchecked_and_does_not_look_deleted(bare_site: Site, start: Start) -> None:
    recorder = start()
    declare(bare_site, recorder)
    export(bare_site)
    recorder.fault(refuse=["Security/users"])
    report = history.export(bare_site, progress=NoProgress()).build()
    assert [(outcome.status, outcome.subject) for outcome in report.outcomes] == [(Status.UNCHECKED, "withheld")]
    assert "Security/users" in report.outcomes[0].summary
    assert len(history.log(bare_site, "nvr2")) == 1


def test_a_recorder_that_refuses_us_is_unchecked_and_what_was_kept_stays(bare_site: Site, start: Start) -> None:
    recorder = start()
    declare(bare_site, recorder)
    export(bare_site)
    recorder.fault(wrong_password=True)
    assert export(bare_site).status is Status.UNCHECKED
    assert diff(bare_site).status is Status.UNCHECKED
    assert PASSWORD not in diff(bare_site).summary
    assert len(history.log(bare_site, "nvr2")) == 1
