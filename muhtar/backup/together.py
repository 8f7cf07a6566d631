"""Do the same for many jobs at once, and give up at once when the user does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait

from muhtar.backup.plan import Job
from muhtar.doors.process import end_all
from muhtar.outcome import Outcome

__all__ = ["together"]

# Each restic hashes, compresses and encrypts on its own host; what this bounds is the load on the repository server.
_AT_ONCE = 8


def together(work: Callable[[Job, threading.Event], Sequence[Outcome]], jobs: Sequence[Job], workers: int) -> list[Outcome]:
    """Outcomes of `work(job, stop)` on every job, in the order of the jobs.

    On Ctrl-C `stop` is set, every program that the jobs run is ended, and the interruption goes on once they are.
    """
    stop = threading.Event()
    pool = ThreadPoolExecutor(max_workers=max(1, min(workers, _AT_ONCE, len(jobs))), thread_name_prefix="backup")
    futures = [pool.submit(work, job, stop) for job in jobs]
    try:
        return [outcome for future in futures for outcome in future.result()]
    except BaseException:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
        while wait(futures, timeout=0.2).not_done:
            end_all()
        raise
    finally:
        pool.shutdown()
