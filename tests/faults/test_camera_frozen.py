"""A frozen camera goes on streaming the same picture, alone, and moves again when mended."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab.context import Context
from lab.faults.camera_frozen import CameraFrozen
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


def test_a_frozen_camera_streams_one_picture_until_it_is_mended(context: Context, frozen: CameraFrozen) -> None:
    # A stream that begins now moves for its first two seconds: without a picture there is nothing to freeze.
    seen = watch(context, "cam1", 12)
    assert seen["error"] == ""
    assert seen["pictures"] >= 20
    assert seen["moving"] <= seen["pictures"] // 3
    assert watch(context, "cam2")["moving"] > 0
    frozen.mend(context, "cam1")
    seen = watch(context, "cam1")
    assert seen["moving"] >= seen["pictures"] // 2
