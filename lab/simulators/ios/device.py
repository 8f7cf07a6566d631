"""The switch itself: running and startup configuration, the revert timer, files."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from lab.simulators.config_grammar import LineError
from lab.simulators.config_shell import complete, parse
from lab.simulators.config_tree import Tree, render, touched
from lab.simulators.factory import factory_tree
from lab.simulators.flash import Flash
from lab.simulators.hardware import mac, serial
from lab.simulators.ios.grammar import BASELINE, ios_grammar, physical
from lab.simulators.ios.settings import Settings

__all__ = ["INDENT", "MODEL", "STARTUP", "Device", "Files", "Login"]

# The name says what it is, in NAPALM's facts and in every report made from them.
MODEL = "WS-C2960X-Muhtar-simulator"
STARTUP = "nvram:startup-config"
INDENT = " "
log = logging.getLogger(__name__)


class Files(Protocol):
    """Where files stay: see lab.simulators.flash.Flash. All of them raise FlashError for a file that is not there."""

    def exists(self, url: str) -> bool:
        """Whether there is such a file."""

    def read(self, url: str) -> str:
        """The text of a file."""

    def write(self, url: str, text: str) -> None:
        """Put a file in place at once."""

    def delete(self, url: str) -> None:
        """Remove a file."""

    def listing(self, drive: str) -> list[tuple[str, int, datetime]]:
        """Name, size in bytes and time of change (UTC) of each file of a drive."""


@dataclass
class Login:
    """A user on one of the switch's lines."""

    user: str
    address: str
    since: float = field(default_factory=time.monotonic)


@dataclass
class _Timer:
    """A change that waits to be confirmed."""

    user: str
    minutes: int
    before: Tree
    deadline: float
    configured: datetime


class Device:
    """One switch. Call `settle` before looking at it: a revert timer that has run out takes effect then.

    `running` is a complete configuration to begin with, saved as it is; without it the switch boots from its files.
    """

    def __init__(self, settings: Settings, files: Files | None = None, running: Tree | None = None) -> None:
        self.settings = settings
        self.grammar = ios_grammar(settings.ports)
        self.flash: Files = files or Flash(settings.state, ("flash", "nvram"))
        self.logins: list[Login] = []
        self._timer: _Timer | None = None
        self._started = time.monotonic()
        self.changed = datetime.now(UTC)
        self.changed_by = settings.user
        self.running = running if running is not None else self._boot()

    def _boot(self) -> Tree:
        if not self.flash.exists(STARTUP):
            self._first_boot()
        # A restart is a power cycle: what was not saved is gone, a change that nobody confirmed with it.
        tree, _ = parse(self.flash.read(STARTUP).splitlines(), self.grammar)
        return self.complete(tree)

    def _first_boot(self) -> None:
        tree = factory_tree(self.settings.initial_config, self.grammar, "IOS")
        self.flash.write(STARTUP, self.text(self.complete(tree)))

    # -- what it is

    @property
    def uptime(self) -> float:
        """Seconds since boot."""
        return time.monotonic() - self._started

    @property
    def hostname(self) -> str:
        """The configured host name, `Switch` where there is none."""
        return self.running.value("hostname") or "Switch"

    @property
    def domain(self) -> str:
        """The configured domain name; empty where there is none."""
        return self.running.value("ip domain-name") or ""

    @property
    def serial(self) -> str:
        """A serial number that follows from the device's name."""
        return serial(self.settings.name)

    def mac(self, number: int) -> str:
        """The MAC address of the port with this number; 0 is the system's own."""
        return mac(self.settings.name, number)

    @property
    def archiving(self) -> bool:
        """Whether the archive feature is on, which the revert timer needs."""
        return self.running.section("archive").value("path") is not None

    # -- configurations

    def complete(self, tree: Tree) -> Tree:
        """Add what IOS always has: its ports and lines, and the defaults that it shows."""
        return complete(tree, self.grammar, physical(self.settings.ports), BASELINE)

    def text(self, tree: Tree) -> str:
        """A configuration as IOS writes it to a file."""
        stamp = f"{self.changed:%H:%M:%S} UTC {self.changed:%a %b} {self.changed.day} {self.changed:%Y} by {self.changed_by}"
        body = "\n".join(render(tree, self.grammar, INDENT))
        return f"!\n! Last configuration change at {stamp}\n!\n{body}\n!\nend\n"

    def read(self, url: str) -> tuple[Tree, list[tuple[str, LineError]]]:
        """The configuration in a file as it stands there, and the lines that do not fit. Raises FlashError."""
        return parse(self.source(url).splitlines(), self.grammar)

    def source(self, url: str) -> str:
        """The text of a file, or of `running-config` and `startup-config`. Raises FlashError."""
        if url in ("running-config", "system:running-config", "system:/running-config"):
            return self.text(self.running)
        if url == "null:":
            return ""
        return self.flash.read(STARTUP if url in ("startup-config", "nvram:/startup-config") else url)

    def save(self) -> None:
        """Write the running configuration to the startup configuration."""
        self.flash.write(STARTUP, self.text(self.running))

    def become(self, tree: Tree, user: str, why: str) -> None:
        """Take a configuration as the running one."""
        blocks = touched(self.running, tree)
        log.info("%s: %s; changed: %s", self.settings.name, why, ", ".join(blocks) or "nothing")
        if blocks:
            self.touch(user)
        self.running = tree

    def touch(self, user: str) -> None:
        """Note that somebody changed the running configuration now."""
        self.changed, self.changed_by = datetime.now(UTC), user

    # -- the revert timer

    def settle(self) -> None:
        """Take a change back whose time is over."""
        if self._timer is not None and time.monotonic() >= self._timer.deadline:
            self.revert("revert timer ran out, rolled back")

    @property
    def pending(self) -> _Timer | None:
        """The change that waits to be confirmed."""
        return self._timer

    def arm(self, user: str, minutes: int) -> None:
        """From here on, changes are taken back in so many minutes unless confirmed."""
        deadline = time.monotonic() + minutes * 60
        self._timer = _Timer(user, minutes, self.running.copy(), deadline, datetime.now(UTC))

    def confirm(self) -> bool:
        """Keep the change; False where none is pending."""
        pending, self._timer = self._timer, None
        return pending is not None

    def revert(self, why: str) -> bool:
        """Take the pending change back; False where there is none."""
        pending, self._timer = self._timer, None
        if pending is None:
            return False
        self.become(pending.before, pending.user, why)
        return True
