"""A nornir runner that gives each host its time and no more: one device that hangs holds up nobody."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from nornir.core.inventory import Host
from nornir.core.task import AggregatedResult, MultiResult, Result, Task

from muhtar.errors import UnreachableError

__all__ = ["DeadlineRunner"]


@dataclass
class _Going:
    host: Host
    deadline: float


class DeadlineRunner:
    """Runs a task on `workers` hosts at a time, each in a thread of its own, for at most `timeout` seconds each.

    A host that takes longer gets an UnreachableError as its result; its session is closed under it, and whatever its thread
    still does is ignored. `overdue` is told of it.
    """

    def __init__(self, workers: int, timeout: float, overdue: Callable[[Host, MultiResult], None]) -> None:
        self._workers = max(1, workers)
        self._timeout = timeout
        self._overdue = overdue

    def run(self, task: Task, hosts: list[Host]) -> AggregatedResult:
        """Results of all hosts, in their order."""
        results: dict[str, MultiResult] = {}
        waiting = deque(hosts)
        going: dict[str, _Going] = {}
        done: queue.SimpleQueue[tuple[str, MultiResult]] = queue.SimpleQueue()
        while waiting or going:
            while waiting and len(going) < self._workers:
                host = waiting.popleft()
                going[host.name] = _Going(host, time.monotonic() + self._timeout)
                threading.Thread(target=_run, args=(task.copy(), host, done), name=f"fleet-{host.name}", daemon=True).start()
            next_deadline = min(entry.deadline for entry in going.values())
            try:
                name, result = done.get(timeout=max(0.01, next_deadline - time.monotonic()))
            except queue.Empty:
                self._expire(task, going, results)
                continue
            if going.pop(name, None):
                results[name] = result
        aggregated = AggregatedResult(task.name)
        for host in hosts:
            aggregated[host.name] = results[host.name]
        return aggregated

    def _expire(self, task: Task, going: dict[str, _Going], results: dict[str, MultiResult]) -> None:
        now = time.monotonic()
        for name in [name for name, entry in going.items() if entry.deadline <= now]:
            host = going.pop(name).host
            error = UnreachableError(f"{name} was not done within {self._timeout:g} s")
            result = MultiResult(task.name)
            result.append(Result(host, exception=error, failed=True))
            results[name] = result
            self._overdue(host, result)
            # Closing may itself wait for the device; it wakes the thread that hangs in the session.
            threading.Thread(target=_close, args=(host,), name=f"fleet-close-{name}", daemon=True).start()


def _run(task: Task, host: Host, done: queue.SimpleQueue[tuple[str, MultiResult]]) -> None:
    try:
        result = task.start(host)
    except BaseException as error:  # noqa: BLE001 - a thread must not end without a result: the run would wait for ever
        result = MultiResult(task.name)
        result.append(Result(host, exception=error, failed=True))
    done.put((host.name, result))


def _close(host: Host) -> None:
    try:
        host.close_connections()
    except Exception:  # noqa: BLE001 - given up already, and said so
        return
