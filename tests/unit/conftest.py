"""Real programs for the tests of this folder."""

from __future__ import annotations

import pytest

from muhtar.doors import tools


@pytest.fixture(scope="session")
def binary() -> str:
    """Path of a restic that is new enough."""
    found = tools.system_restic() or tools.kept_restic()
    if found is None:
        pytest.skip("no restic 0.18 here; ./inv demo fetches it")
    return str(found)
