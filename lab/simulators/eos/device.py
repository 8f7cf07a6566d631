"""The switch itself: running and startup configuration, configuration sessions, the commit timer."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field

from lab.simulators.config_grammar import LineError
from lab.simulators.config_shell import Shell, complete, parse
from lab.simulators.config_tree import Tree, render, touched
from lab.simulators.eos.grammar import BASELINE, eos_grammar, physical
from lab.simulators.eos.settings import Settings
from lab.simulators.factory import factory_tree
from lab.simulators.flash import Flash, FlashError
from lab.simulators.hardware import mac, serial
from lab.simulators.settings import SettingsError

__all__ = ["MODEL", "CommandError", "Device", "Session"]

MODEL = "vEOS-lab (Muhtar simulator)"
STARTUP = "flash:startup-config"
MAX_PENDING = 5
log = logging.getLogger(__name__)


class CommandError(Exception):
    """A command that EOS refuses. `code` is eAPI's: 1002 the line is wrong, 1000 it could not be carried out."""

    def __init__(self, message: str, code: int = 1000) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Session:
    """A configuration session: a candidate that nothing sees until it is committed."""

    name: str
    candidate: Tree
    user: str
    state: str = "pending"
    completed: float | None = None


@dataclass
class _Timer:
    """A commit that waits to be confirmed."""

    session: Session
    before: Tree
    deadline: float


@dataclass
class Device:
    """One switch. Call `settle` before looking at it: a commit timer that has run out takes effect then."""

    settings: Settings
    running: Tree = field(init=False)
    sessions: dict[str, Session] = field(init=False, default_factory=dict)
    booted: float = field(init=False)
    _timer: _Timer | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.grammar = eos_grammar(self.settings.ports)
        self.flash = Flash(self.settings.state)
        self.booted = time.time()
        self._started = time.monotonic()
        if not self.flash.exists(STARTUP):
            self._first_boot()
        # A restart is a power cycle: what was not saved is gone, a commit that nobody confirmed with it.
        self.running = self.load(STARTUP)

    def _first_boot(self) -> None:
        path = self.settings.initial_config
        tree = factory_tree(path, self.grammar, "EOS")
        if not _api_enabled(tree):
            raise SettingsError(f"{path}: without 'management api http-commands' and 'no shutdown' nobody could log in")
        self.flash.write(STARTUP, self.text(self.complete(tree)))

    # -- what it is

    @property
    def uptime(self) -> float:
        """Seconds since boot."""
        return time.monotonic() - self._started

    @property
    def hostname(self) -> str:
        """The configured host name, `localhost` where there is none."""
        return self.running.value("hostname") or "localhost"

    @property
    def serial(self) -> str:
        """A serial number that follows from the device's name."""
        return serial(self.settings.name)

    def mac(self, number: int) -> str:
        """The MAC address of the port with this number; 0 is the system's own. Locally administered, so never a real one."""
        return mac(self.settings.name, number)

    @property
    def api_enabled(self) -> bool:
        """Whether the running configuration leaves eAPI switched on."""
        return _api_enabled(self.running)

    # -- configurations

    def clean(self) -> Tree:
        """A switch that nobody configured."""
        return self.complete(Tree())

    def complete(self, tree: Tree) -> Tree:
        """Add what EOS always has: its ports, and the defaults that it shows."""
        return complete(tree, self.grammar, physical(self.settings.ports), BASELINE)

    def text(self, tree: Tree) -> str:
        """A configuration as EOS writes it to a file."""
        name = tree.value("hostname") or "localhost"
        head = f"! device: {name} ({MODEL}, EOS-{self.settings.eos_version})\n!\n"
        return head + "\n".join([*render(tree, self.grammar), "!", "end"]) + "\n"

    def load(self, url: str) -> Tree:
        """The configuration in a file of the flash. Raises CommandError where it cannot be read or has a line in error."""
        try:
            tree, errors = parse(self.flash.read(url).splitlines(), self.grammar)
        except FlashError as error:
            raise CommandError(f"Error: {error}") from error
        if errors:
            raise CommandError(f"Error: {url}: {describe(errors[0][1])}: {errors[0][0].strip()}")
        return self.complete(tree)

    def save(self) -> None:
        """Write the running configuration to the startup configuration."""
        self.flash.write(STARTUP, self.text(self.running))

    def become(self, tree: Tree, why: str) -> None:
        """Take a configuration as the running one."""
        blocks = touched(self.running, tree)
        log.info("%s: %s; changed: %s", self.settings.name, why, ", ".join(blocks) or "nothing")
        self.running = tree

    # -- sessions

    def settle(self) -> None:
        """Roll back a timed commit whose time is over."""
        timer = self._timer
        if timer is not None and time.monotonic() >= timer.deadline:
            self._timer = None
            timer.session.state = "aborted"
            self.sessions.pop(timer.session.name, None)
            self.become(timer.before, f"commit timer of session {timer.session.name} ran out, rolled back")

    def open_session(self, name: str) -> Session:
        """The pending session of that name, or a new one on a copy of the running configuration."""
        found = self.sessions.get(name)
        if found is not None:
            if found.state != "pending":
                raise CommandError(f"Cannot enter session {name} (already completed or aborted)")
            return found
        if sum(session.state == "pending" for session in self.sessions.values()) >= MAX_PENDING:
            raise CommandError(
                "Maximum number of pending sessions has been reached. "
                "Please commit or abort previous sessions before creating a new one."
            )
        self.sessions[name] = Session(name, self.running.copy(), self.settings.user)
        return self.sessions[name]

    def session(self, name: str) -> Session:
        """The session of that name. Raises CommandError."""
        if name not in self.sessions:
            raise CommandError(f"Session {name} does not exist")
        return self.sessions[name]

    def shell(self, tree: Tree) -> Shell:
        """A user typing into this configuration."""
        return Shell(self.grammar, tree)

    @property
    def pending_commit(self) -> tuple[str, float] | None:
        """The session whose commit waits to be confirmed and when it is rolled back, in seconds of uptime."""
        timer = self._timer
        return None if timer is None else (timer.session.name, timer.deadline - self._started)

    def commit(self, name: str, seconds: int | None = None) -> None:
        """Commit a session, for good or until `seconds` are over; a second commit of the same session confirms the first."""
        session, timer = self.session(name), self._timer
        if timer is not None:
            if timer.session is not session or seconds is not None:
                raise CommandError(f"Commit timer of session {timer.session.name} is running; confirm or abort it first")
            self._timer = None
            self._finish(session)
            return
        if session.state != "pending":
            raise CommandError(f"Cannot commit session {name} (already completed or aborted)")
        before = self.running
        self.become(self.complete(session.candidate.copy()), f"session {name} committed")
        if seconds is None:
            self._finish(session)
            return
        session.state, session.completed = "pendingCommitTimer", time.time()
        self._timer = _Timer(session, before, time.monotonic() + seconds)

    def abort(self, name: str) -> None:
        """Drop a session; one whose commit waits for its confirmation is rolled back."""
        session, timer = self.session(name), self._timer
        if timer is not None and timer.session is session:
            self._timer = None
            self.become(timer.before, f"session {name} aborted, rolled back")
        session.state = "aborted"
        del self.sessions[name]

    def _finish(self, session: Session) -> None:
        """Keep the last completed session only, as EOS does by default."""
        for name in [name for name, other in self.sessions.items() if other.state == "completed"]:
            del self.sessions[name]
        session.state, session.completed = "completed", time.time()
        self.sessions[session.name] = session


def describe(error: LineError) -> str:
    """EOS's words for a line that does not fit."""
    what = "Incomplete token" if error.incomplete else "Invalid input"
    return f"{what} (at token {error.index}: '{error.word}')"


def _api_enabled(tree: Tree) -> bool:
    return "no shutdown" in tree.section("management api http-commands")
