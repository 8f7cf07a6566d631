"""Real repositories for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from muhtar.doors import tools
from tests.support.real_town import RealTown


@pytest.fixture(scope="session")
def binary() -> str:
    """Path of a restic that is new enough."""
    found = tools.system_restic() or tools.kept_restic()
    if found is None:
        pytest.skip("no restic 0.18 here; ./inv demo fetches it")
    return str(found)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A history of the test's own: this checkout's knows a lab, and would learn of towns that never were."""
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))


@pytest.fixture
def make_town(binary: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., RealTown]:
    """Makes a town whose repositories are folders; keywords are changes of its policy."""
    (tmp_path / "town").mkdir()

    def make(**changes: object) -> RealTown:
        town = RealTown(tmp_path / "town", binary, **changes)
        town.serve(monkeypatch)
        return town

    return make
