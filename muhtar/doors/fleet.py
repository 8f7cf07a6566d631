"""The one door for sessions: a nornir task on many targets at once; one session a target, always closed again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from nornir.core import Nornir
from nornir.core.configuration import Config
from nornir.core.exceptions import NornirSubTaskError
from nornir.core.inventory import Defaults, Groups, Host, Hosts
from nornir.core.inventory import Inventory as NornirInventory
from nornir.core.task import AggregatedResult, MultiResult, Result, Task

from muhtar.doors.runner import DeadlineRunner
from muhtar.errors import DoorError, InventoryError, UnreachableError
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Status
from muhtar.progress import NoProgress, Progress
from muhtar.secrets import redact
from nornir_tasks.connections import lost
from nornir_tasks.host import TargetHost

__all__ = ["HostResult", "run_fleet"]

TIMEOUT = 120.0
# These print to stderr when nobody listens, tracebacks and all; what they know comes back in the results anyway.
for _name in ("paramiko", "pyeapi", "nornir", "netmiko"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


@dataclass(frozen=True)
class HostResult:
    """What became of the task on one target.

    `result` is what the task returned; `error` why there is none; `unreachable` tells whether that was the way to the
    target (no answer, login refused, host key not the pinned one, session lost) and not the task. `duration` in seconds.
    """

    result: Any = None
    error: Exception | None = None
    unreachable: bool = False
    changed: bool = False
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    duration: float = 0.0

    @property
    def status(self) -> Status:
        """`ok`, or how a check of this target must be counted: `unchecked` or `error`."""
        if self.error is None:
            return Status.OK
        return Status.UNCHECKED if self.unreachable else Status.ERROR

    @property
    def why(self) -> str:
        """The error in one line, without secrets; empty where all went well."""
        if self.error is None:
            return ""
        text = " ".join(redact(str(self.error)).split())
        return text or type(self.error).__name__


def run_fleet(
    inventory: Inventory,
    targets: Iterable[Target],
    task: Callable[..., Result],
    *,
    name: str,
    progress: Progress | None = None,
    timeout: float = TIMEOUT,
    workers: int | None = None,
    per_target: Callable[[Target], dict[str, Any]] | None = None,
    **params: Any,
) -> dict[str, HostResult]:
    """Run `task(task, **params)` on every target, and return one result for each, whatever happens.

    `name` is shown as the phase; `timeout` is each target's, in seconds; `workers` are how many at a time (default: the
    site's setting); `per_target` gives further parameters of a target's own. Raises InventoryError for no targets.
    """
    chosen = list(targets)
    if not chosen:
        raise InventoryError("no target was selected", path=inventory.site.hosts_file, mend="widen --limit")
    shown = progress or NoProgress()
    shown.phase(name, len(chosen))
    watch = _Watch(shown)
    hosts = Hosts({target.name: TargetHost(target, inventory.site) for target in chosen})
    nornir = Nornir(
        inventory=NornirInventory(hosts=hosts, groups=Groups(), defaults=Defaults()),
        config=Config(),
        runner=DeadlineRunner(workers or int(inventory.site.settings["workers"]), timeout, watch.finished),
    ).with_processors([watch])
    nornir.run(_closing, name=name, raise_on_error=False, body=task, per_target=per_target, params=params)
    return {target.name: watch.results[target.name] for target in chosen}


def _closing(
    task: Task, *, body: Callable[..., Result], per_target: Callable[[Target], dict[str, Any]] | None, params: dict[str, Any]
) -> Result:
    """Run the task and close its sessions, in the thread that used them."""
    own = per_target(task.host.target) if per_target and isinstance(task.host, TargetHost) else {}
    try:
        return body(task, **params, **own)
    finally:
        task.host.close_connections()


class _Watch:
    """A nornir processor: tells the progress, takes the time, keeps the first result of each host."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._begun: dict[str, tuple[datetime, float]] = {}
        self._lock = threading.Lock()
        self.results: dict[str, HostResult] = {}

    def task_started(self, task: Task) -> None:
        """Nothing: the phase was told by the door."""

    def task_completed(self, task: Task, result: AggregatedResult) -> None:
        """Nothing: each host was told by itself."""

    def task_instance_started(self, task: Task, host: Host) -> None:
        """Start the host's clock."""
        self._begun[host.name] = (datetime.now(UTC), time.monotonic())
        self._progress.activity(host.name, task.name)

    def task_instance_completed(self, task: Task, host: Host, result: MultiResult) -> None:
        """Stop the host's clock, and keep its result."""
        del task
        self.finished(host, result)

    def subtask_instance_started(self, task: Task, host: Host) -> None:
        """Tell what is being done."""
        self._progress.activity(host.name, task.name.replace("_", " "))

    def subtask_instance_completed(self, task: Task, host: Host, result: MultiResult) -> None:
        """Nothing: the whole task tells."""

    def finished(self, host: Host, result: MultiResult) -> None:
        """Keep the result of a host, unless it has one: a host that ran out of time may still end later."""
        started, clock = self._begun.get(host.name, (datetime.now(UTC), time.monotonic()))
        error = _cause(result)
        found = HostResult(
            result=None if error else result[0].result,
            error=error,
            unreachable=_is_lost(error),
            changed=result.changed,
            started=started,
            duration=time.monotonic() - clock,
        )
        with self._lock:
            if host.name in self.results:
                return
            self.results[host.name] = found
        status = "changed" if found.error is None and found.changed else str(found.status)
        self._progress.step(host.name, found.why, status)


def _cause(result: MultiResult) -> Exception | None:
    """What went wrong at the bottom (nornir wraps the error of a subtask, once for each level); None where nothing did."""
    if not result.failed:
        return None
    error = result[0].exception
    while isinstance(error, NornirSubTaskError):
        error = next((inner.exception for inner in error.result if inner.exception), None)
    if isinstance(error, Exception):
        return error
    return DoorError(f"{result.name} failed: {error or result[0].result or 'without a reason'}")


def _is_lost(error: Exception | None) -> bool:
    return isinstance(error, (UnreachableError, ConnectionError, TimeoutError, *lost()))
