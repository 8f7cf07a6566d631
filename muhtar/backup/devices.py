"""Running configurations of the network devices of a plan: all read at once, each session opened once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from muhtar.backup.plan import Job, Plan
from muhtar.errors import DoorError, MuhtarError, UnreachableError
from muhtar.progress import Progress

__all__ = ["read_configs"]

Reader = Callable[[], str]


def read_configs(plan: Plan, jobs: Iterable[Job], progress: Progress) -> dict[str, Reader]:
    """For each job whose sources need it, a function that gives its running configuration or raises why there is none."""
    targets = [job.target for job in jobs if any(item.source.runs == "runner" for item in job.items)]
    if not targets:
        return {}
    from muhtar.doors.fleet import run_fleet
    from nornir_tasks.get_config import get_config

    results = run_fleet(plan.inventory, targets, get_config, name="reading configurations", progress=progress)
    readers: dict[str, Reader] = {}
    for target in targets:
        result = results.get(target.name)
        if result is None:
            readers[target.name] = _raise(DoorError(f"{target.name}: the fleet gave no result", mend="see the log"))
        elif result.unreachable:
            readers[target.name] = _raise(UnreachableError(f"{target.name} does not answer: {result.why}"))
        elif result.error is not None:
            readers[target.name] = _raise(DoorError(f"{target.name}: {result.why}", mend="see the log"))
        else:
            readers[target.name] = _give(str(result.result))
    return readers


def _give(text: str) -> Reader:
    return lambda: text


def _raise(error: MuhtarError) -> Reader:
    def read() -> str:
        raise error

    return read
