"""Read devices once, judge what they gave, and keep it: the only way in which a device's configuration is backed up."""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.errors import DoorError, LockedError, MuhtarError, UnreachableError
from muhtar.inventory import Inventory, Target
from muhtar.network.history.git import Person
from muhtar.network.history.keep import Kept, keep
from muhtar.network.history.text import readable
from muhtar.progress import Progress
from muhtar.settings import locked
from nornir_tasks.conceal import conceal
from nornir_tasks.config_rules import rules_of
from nornir_tasks.get_configs import Configs, get_configs
from nornir_tasks.whole import IncompleteConfigError, refuse_incomplete

__all__ = ["Taken", "read", "take"]

# Another run of the same site is waited for this long, in seconds: it may have to read a thousand devices.
WAIT = 900.0


@dataclass(frozen=True)
class Taken:
    """What became of one device: what it gave (None: nothing that is worth keeping), why not, and what the history did with it.

    `kept` is None where nothing was to be kept or the history failed, and then `history_error` says why.
    """

    configs: Configs | None = None
    error: MuhtarError | None = None
    startup_error: MuhtarError | None = None
    kept: Kept | None = None
    history_error: MuhtarError | None = None
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    duration: float = 0.0

    def given(self) -> Configs:
        """The configurations. Raises why there are none."""
        if self.configs is None:
            raise self.error or DoorError("no configuration was read", mend="see the log")
        return self.configs


def read(inventory: Inventory, targets: Iterable[Target], progress: Progress) -> dict[str, Taken]:
    """What every device gives, in parallel, one session each. Keeps nothing; refuses what is empty or half."""
    chosen = list(targets)
    results = run_fleet(inventory, chosen, get_configs, name="reading configurations", progress=progress)
    return {target.name: _judged(target, results[target.name]) for target in chosen}


def take(
    inventory: Inventory, targets: Iterable[Target], *, progress: Progress, accept_shorter: bool = False
) -> dict[str, Taken]:
    """Read every device and commit what changed of them to the history; returns what became of each.

    Runs of one site come one after the other, readings and all, so that the history never goes back in time. With
    `accept_shorter` a configuration may be far shorter than the last one. Where another run does not end, nothing is read, and
    each device's error is a LockedError.
    """
    chosen = {target.name: target for target in targets}
    try:
        with locked(f"network-history-{inventory.site.name}", wait=WAIT):
            found = read(inventory, chosen.values(), progress)
            whole = {name: (taken.configs, _platform(chosen[name])) for name, taken in found.items() if taken.configs is not None}
            progress.phase("keeping configurations")
            kept = keep(inventory.site, whole, author=author(), accept_shorter=accept_shorter)
    except LockedError as error:
        return {name: Taken(error=error) for name in chosen}
    return {name: _with_history(taken, kept.get(name)) for name, taken in found.items()}


def author() -> Person:
    """Who runs this: the pipeline's user, or the machine's."""
    name = os.environ.get("GITLAB_USER_NAME") or _user()
    return Person(name, os.environ.get("GITLAB_USER_EMAIL") or f"{_user()}@{socket.gethostname()}")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number that has no name
        return f"uid {os.getuid()}"


def _judged(target: Target, result: HostResult) -> Taken:
    about: Any = {"started": result.started, "duration": result.duration}
    if result.error is not None:
        why = conceal(result.why, target.platform)
        if result.unreachable:
            return Taken(error=UnreachableError(f"{target.name} cannot be reached: {why}"), **about)
        mend = result.error.mend if isinstance(result.error, MuhtarError) else None
        return Taken(error=DoorError(f"{target.name}: {why}", mend=mend or "see the log"), **about)
    configs: Configs = result.result
    rules = rules_of(_platform(target))
    try:
        refuse_incomplete(readable(configs.running), rules.running, f"{target.name}: the running configuration")
    except IncompleteConfigError as error:
        return Taken(error=error, **about)
    if not configs.startup or rules.startup is None:
        return Taken(configs, **about)
    try:
        refuse_incomplete(readable(configs.startup), rules.startup, f"{target.name}: the startup configuration")
    except IncompleteConfigError as error:
        return Taken(Configs(configs.running), startup_error=error, **about)
    return Taken(configs, **about)


def _with_history(taken: Taken, kept: Kept | MuhtarError | None) -> Taken:
    if isinstance(kept, IncompleteConfigError):
        # Far shorter than the last one: it must not become the newest snapshot either.
        return Taken(error=kept, started=taken.started, duration=taken.duration)
    error = kept if isinstance(kept, MuhtarError) else None
    held = kept if isinstance(kept, Kept) else None
    return Taken(taken.configs, taken.error, taken.startup_error, held, error, taken.started, taken.duration)


def _platform(target: Target) -> str:
    return str(target.platform)
