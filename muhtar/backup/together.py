"""Do the same for many hosts at once, and give up at once when the user does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from muhtar.backup.plan import Job, Plan
from muhtar.backup.sources.base import Machine
from muhtar.doors.process import end_all, interrupts_held
from muhtar.doors.together import settle
from muhtar.outcome import Outcome
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from nornir_tasks.get_configs import Configs

__all__ = ["on_machines", "together"]

# Each restic hashes, compresses and encrypts on its own host; what this bounds is the load on the repository server.
_AT_ONCE = 8


def together(work: Callable[[Job, threading.Event], Sequence[Outcome]], jobs: Sequence[Job], workers: int) -> list[Outcome]:
    """Outcomes of `work(job, stop)` on every job, in the order of the jobs.

    On Ctrl-C `stop` is set, every program that the jobs run is ended, and the interruption goes on once they are.
    """
    stop = threading.Event()
    pool = ThreadPoolExecutor(max_workers=max(1, min(workers, _AT_ONCE, len(jobs))), thread_name_prefix="backup")
    futures: list[Future[Sequence[Outcome]]] = []
    try:
        with interrupts_held():
            futures += [pool.submit(work, job, stop) for job in jobs]
        settle(futures, patience=False)
        return [outcome for future in futures for outcome in future.result()]
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        stop.set()
        # Those that were cancelled while they stood in line never count as done there: that would be waiting for ever.
        while wait([future for future in futures if not future.cancelled()], timeout=0.2).not_done:
            end_all()
        raise
    finally:
        pool.shutdown()


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
