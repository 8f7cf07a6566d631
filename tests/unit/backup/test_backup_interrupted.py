"""Ctrl-C while more hosts stand in line than are served at once."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any

import pytest

from muhtar.backup.together import at_servers
from muhtar.outcome import Outcome


@pytest.fixture
def patience() -> Iterator[None]:
    """A hang is a failure, not a test run that never ends."""

    def hung(number: int, frame: FrameType | None) -> None:
        raise TimeoutError("it still waits")

    before = signal.signal(signal.SIGALRM, hung)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("delay", [0, 0.5], ids=["while they are given out", "while they run"])
@pytest.mark.usefixtures("patience")
def test_an_interrupted_run_ends_though_others_never_began(delay: float) -> None:
    began: list[int] = []

    def work(job: Any, stop: threading.Event) -> Sequence[Outcome]:
        began.append(job)
        if job == 1:
            time.sleep(delay)
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        assert stop.wait(15), "nobody told the jobs to stop"
        return []

    with pytest.raises(KeyboardInterrupt):
        at_servers(work, range(12), lambda _: "bak1", workers=2)
    assert len(began) == 2
