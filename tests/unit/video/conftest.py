"""A town with a simulated Hikvision recorder, over real HTTPS on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from muhtar.settings import Site
from tests.support.simulated_isapi import Recorder, make_recorder

Start = Callable[..., Recorder]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts recorders; settings of the simulator can be given by keyword."""
    running: list[Recorder] = []

    def make(**settings: Any) -> Recorder:
        folder = tmp_path / f"recorder{len(running)}"
        folder.mkdir()
        running.append(make_recorder(folder, **settings))
        return running[-1]

    yield make
    for recorder in running:
        recorder.stop()


@pytest.fixture
def bare_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site with a state folder of its own and nothing in it."""
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    site = Site("town", root=tmp_path)
    site.path.mkdir(parents=True)
    return site
