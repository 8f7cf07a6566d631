"""A frozen camera goes on streaming the same picture, alone, is found by its pictures, and moves again when mended."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab.context import Context
from lab.faults.camera_frozen import CameraFrozen
from muhtar.drift import video
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.settings import Site
from tests.support.cameras import running_lab, watch

pytestmark = [pytest.mark.lab, pytest.mark.faults]


@pytest.fixture(scope="module")
def context() -> Context:
    return running_lab()


@pytest.fixture
def frozen(context: Context) -> Iterator[CameraFrozen]:
    fault = CameraFrozen()
    fault.inject(context, "cam1")
    yield fault
    fault.mend(context, "cam1")


def pictures() -> dict[str, Outcome]:
    """What `video.picture` says, by cameras."""
    report = video.check(Site.open("lab"), stills=True, progress=NoProgress()).build()
    return {outcome.subject: outcome for outcome in report.outcomes if outcome.check == "video.picture"}


def test_a_frozen_camera_streams_one_picture_until_it_is_mended(context: Context, frozen: CameraFrozen) -> None:
    # A stream that begins now moves for its first two seconds: without a picture there is nothing to freeze.
    seen = watch(context, "cam1", 12)
    assert seen["error"] == ""
    assert seen["pictures"] >= 20
    assert seen["moving"] <= seen["pictures"] // 3
    assert watch(context, "cam2")["moving"] > 0
    found = pictures()
    assert found["cam1"].status is Status.FINDING
    assert "stands still" in found["cam1"].summary
    assert "cam2" not in found
    frozen.mend(context, "cam1")
    assert pictures()[""].status is Status.OK
    seen = watch(context, "cam1")
    assert seen["moving"] >= seen["pictures"] // 2
