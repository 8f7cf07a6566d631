"""Do the same for many hosts at once, and give up at once when the user does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from typing import TypeVar

from muhtar.backup.plan import Job, Plan
from muhtar.backup.sources.base import Machine
from muhtar.doors.process import end_all, interrupts_held
from muhtar.doors.together import settle
from muhtar.errors import LockedError
from muhtar.outcome import Outcome
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import locked
from nornir_tasks.get_configs import Configs

__all__ = ["alone", "at_servers", "on_machines", "together"]

# Each restic hashes, compresses and encrypts on its own host; what this bounds is the load on one repository server.
_AT_ONCE = 8
# Another run on the same repository is waited for this long, in seconds.
_WAIT = 900.0
T = TypeVar("T")


def at_servers(
    work: Callable[[T, threading.Event], Sequence[Outcome]],
    things: Sequence[T],
    server: Callable[[T], str],
    workers: int = _AT_ONCE,
) -> list[Outcome]:
    """Outcomes of `work(thing, stop)` on every thing, in their order: so many at once at each server, all servers side by side.

    On Ctrl-C `stop` is set, every program that the work runs is ended, and the interruption goes on once they are.
    """
    stop = threading.Event()
    queues: dict[str, list[int]] = {}
    for index, thing in enumerate(things):
        queues.setdefault(server(thing), []).append(index)
    pools = {
        name: ThreadPoolExecutor(max(1, min(workers, _AT_ONCE, len(queue))), thread_name_prefix=f"backup-{name}")
        for name, queue in queues.items()
    }
    futures: dict[int, Future[Sequence[Outcome]]] = {}
    try:
        with interrupts_held():
            for name, queue in queues.items():
                futures |= {index: pools[name].submit(work, things[index], stop) for index in queue}
        settle(list(futures.values()), patience=False)
        return [outcome for index in range(len(things)) for outcome in futures[index].result()]
    except BaseException:
        for pool in pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        stop.set()
        # Those that were cancelled while they stood in line never count as done there: that would be waiting for ever.
        while wait([future for future in futures.values() if not future.cancelled()], timeout=0.2).not_done:
            end_all()
        raise
    finally:
        for pool in pools.values():
            pool.shutdown()


def together(work: Callable[[Job, threading.Event], Sequence[Outcome]], jobs: Sequence[Job], workers: int) -> list[Outcome]:
    """Outcomes of `work(job, stop)` on every job, in the order of the jobs; each host has one at a time."""
    return at_servers(work, jobs, lambda job: job.policy.keeper.server, workers)


@contextmanager
def alone(name: str, stop: threading.Event, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a repository against other runs of ours; `waiting` is told each second that one of them has it.

    Raises LockedError where it does not end in time, and at once when `stop` is set.
    """
    deadline = time.monotonic() + _WAIT
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(locked(name, wait=1))
                break
            except LockedError:
                if stop.is_set() or time.monotonic() > deadline:
                    raise
                waiting()
        yield


def on_machines(
    builder: ReportBuilder,
    plan: Plan,
    check: str,
    phase: str,
    work: Callable[[Job, Machine, threading.Event], Sequence[Outcome]],
    *,
    given: Mapping[str, Callable[[], Configs]],
    progress: Progress,
) -> ReportBuilder:
    """Select every host of the plan for `check`, do `work(job, machine, stop)` on each, and add its outcomes.

    `given` are the configurations of the devices among them, read beforehand, of all devices at once.
    """
    builder.select([job.name for job in plan.jobs], check)
    for note in plan.notes:
        builder.note(note)
    progress.phase(phase, total=sum(len(job.items) for job in plan.jobs))

    def one(job: Job, stop: threading.Event) -> Sequence[Outcome]:
        return work(job, plan.machine(job, given.get(job.name)), stop)

    builder.add(*together(one, plan.jobs, int(plan.site.settings["workers"])))
    return builder
