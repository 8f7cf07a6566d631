"""The cameras' streams as a recorder meets them: decoded, moving, behind a password."""

from __future__ import annotations

import pytest

from lab.context import Context
from tests.support.cameras import running_lab, watch

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def context() -> Context:
    return running_lab()


@pytest.mark.parametrize("name", ["cam1", "cam2"])
def test_a_stream_decodes_and_moves(context: Context, name: str) -> None:
    seen = watch(context, name)
    assert seen["error"] == ""
    assert seen["size"] == [640, 360]
    # Five a second are sent; the first second goes into connecting, and the machine may be busy.
    assert seen["pictures"] >= 8
    assert seen["moving"] >= seen["pictures"] // 2


@pytest.mark.parametrize("name", ["cam1", "cam2"])
def test_a_wrong_password_sees_nothing(context: Context, name: str) -> None:
    seen = watch(context, name, 3, "wrong")
    assert seen["pictures"] == 0
    assert "Unauthorized" in seen["error"]
