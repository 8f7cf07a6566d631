"""What a change would do to a network device, and what it runs now: all that a plan needs, in one session."""

from __future__ import annotations

from dataclasses import dataclass

from nornir.core.task import Result, Task

from nornir_tasks.candidate import compared, intended
from nornir_tasks.fingerprint import fingerprint
from nornir_tasks.host import session
from nornir_tasks.whole import whole_running

__all__ = ["Survey", "survey_config"]


@dataclass(frozen=True)
class Survey:
    """`config` is what the device should run, `diff` what would change (empty: nothing), `running` what it runs.

    Configurations carry their secrets.
    """

    config: str
    diff: str
    running: str

    @property
    def running_hash(self) -> str:
        """By which the device is known again when the plan is carried out."""
        return fingerprint(self.running)


def survey_config(task: Task, *, config: str | None = None) -> Result:
    """Result: a Survey of making the device run `config` (default: the intended one). Nothing changes, whatever happens.

    The running configuration is read before the comparison: whoever changes the device between the two is found out when the
    plan is carried out. Raises IncompleteConfigError where the device gives half of it.
    """
    wanted = intended(task, config)
    device = session(task, "napalm")
    running = whole_running(task, device)
    diff = compared(device, wanted)
    device.discard_config()
    return Result(host=task.host, result=Survey(wanted, diff, running))
