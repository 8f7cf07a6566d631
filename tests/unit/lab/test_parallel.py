"""Work for several hosts at once: every one is done, the first failure is told, Ctrl-C ends programs."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from lab import parallel
from lab.parallel import each, gather
from muhtar.doors.process import run
from muhtar.errors import DoorError, ProcessFailedError


def test_results_come_in_order() -> None:
    assert each([3, 1, 2], lambda number: number * 10) == [30, 10, 20]


def test_a_failure_waits_for_the_others() -> None:
    done: list[str] = []

    def work(name: str) -> None:
        if name == "bad":
            raise DoorError("bad broke")
        time.sleep(0.2)
        done.append(name)

    with pytest.raises(DoorError, match="bad broke"):
        each(["bad", "a", "b"], work)
    assert sorted(done) == ["a", "b"]


def test_ctrl_c_ends_the_programs_of_other_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(futures: object) -> None:
        time.sleep(0.3)
        raise KeyboardInterrupt

    monkeypatch.setattr(parallel, "settle", interrupted)
    ended = threading.Event()

    def work() -> None:
        try:
            run(["sleep", "60"])
        except ProcessFailedError:
            ended.set()
            raise

    started = time.monotonic()
    with ThreadPoolExecutor(1) as pool, pytest.raises(KeyboardInterrupt):
        gather([pool.submit(work)])
    assert ended.is_set()
    assert time.monotonic() - started < 10
