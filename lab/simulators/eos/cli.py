"""One user's command line, as long as one eAPI request: exec mode, privileged mode, configuration mode."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from lab.simulators.config_grammar import Grammar, LineError
from lab.simulators.config_shell import Shell
from lab.simulators.eos import actions, show_config, show_interfaces, show_routing, show_system
from lab.simulators.eos.commands import COMMANDS, Answer
from lab.simulators.eos.device import CommandError, Device, Session, describe
from lab.simulators.eos.grammar import eos_grammar
from lab.simulators.faults import Faults
from lab.simulators.pipes import PipeError, pipe

__all__ = ["Cli"]

# Importing them is what fills the table of commands.
_FAMILIES = (actions, show_config, show_interfaces, show_routing, show_system)

_CLOCK = re.compile(r"\d{1,2}:[0-5]?\d:[0-5]?\d")
_COMMIT = re.compile(r"commit( timer (\S+))?")
INVALID, UNCONVERTED = 1002, 1003


@dataclass
class _Configuring:
    """In configuration mode: on a session's candidate, or on the running configuration itself."""

    shell: Shell
    session: Session | None


class Cli:
    """Runs commands one after another. Raises CommandError for the first that is refused."""

    def __init__(self, device: Device, faults: Faults) -> None:
        self._device = device
        self._faults = faults
        self._privileged = False
        self._configuring: _Configuring | None = None

    def run(self, line: str, text: str | None, *, as_text: bool) -> dict[str, Any]:
        """One command; `text` is the input that some commands want. Gives the entry of eAPI's `result`."""
        self._device.settle()
        command, *filters = (part.strip() for part in line.split(" | "))
        if self._configuring is not None and not command.startswith(("show ", "write", "copy ")):
            self._configure(self._configuring, command, text)
            answer = Answer({})
        else:
            answer = self._execute(command)
        if not as_text:
            if filters or answer.model is None:
                raise CommandError("Command cannot be used over JSON", UNCONVERTED)
            return answer.model
        try:
            return {"output": self._faults.shown(pipe(answer.text, filters))}
        except PipeError as error:
            message = f"Invalid regular expression: {error}" if error.pattern else f"Invalid input (at token 0: '{error}')"
            raise CommandError(message, INVALID) from None

    # -- exec mode

    def _execute(self, line: str) -> Answer:
        words = line.split()
        if not words or words[0] in ("end", "exit", "terminal"):
            return Answer({})
        if words in (["enable"], ["disable"]):
            self._privileged = words == ["enable"]
            return Answer({})
        if words in (["configure"], ["configure", "terminal"]):
            self._privilege()
            self._configuring = _Configuring(self._device.shell(self._device.running), None)
            return Answer({})
        if words[:2] == ["configure", "session"] and len(words) == 3:
            self._privilege()
            session = self._device.open_session(words[2])
            self._configuring = _Configuring(self._device.shell(session.candidate), session)
            return Answer({})
        try:
            match = _exec_grammar(self._device.settings.ports).match("exec", words)
        except LineError as error:
            raise CommandError(describe(error), INVALID) from None
        command = COMMANDS[match.rule.pattern]
        if command.privileged:
            self._privilege()
        if words[:2] == ["configure", "session"] and "commit" in words:
            return self._faults.committing(lambda: command.run(self._device, match.rows[0]))
        return command.run(self._device, match.rows[0])

    def _privilege(self) -> None:
        if not self._privileged:
            raise CommandError("Invalid input (privileged mode required)", INVALID)

    # -- configuration mode

    def _configure(self, at: _Configuring, line: str, text: str | None) -> None:
        if line == "end" or (line == "exit" and at.shell.at_top):
            self._configuring = None
            return
        if at.session is not None and self._control(at.session, line):
            return
        if self._faults.refuses(line):
            raise CommandError("Unavailable command (not supported on this hardware platform)", INVALID)
        try:
            at.shell.feed(line, text)
        except LineError as error:
            raise CommandError(describe(error), INVALID) from None
        if at.session is None:
            self._device.complete(self._device.running)

    def _control(self, session: Session, line: str) -> bool:
        """The lines that concern the session itself; False for any other."""
        if line == "rollback clean-config":
            session.candidate = self._device.clean()
            self._configuring = _Configuring(self._device.shell(session.candidate), session)
            return True
        if line == "abort":
            self._configuring = None
            self._device.abort(session.name)
            return True
        commit = _COMMIT.fullmatch(line)
        if commit is None:
            return False
        if commit[2] and not _CLOCK.fullmatch(commit[2]):
            raise CommandError(f"Invalid input (at token 2: '{commit[2]}')", INVALID)
        self._configuring = None
        self._faults.committing(lambda: self._device.commit(session.name, actions.seconds(commit[2]) if commit[2] else None))
        return True


@cache
def _exec_grammar(ports: int) -> Grammar:
    arguments = {
        "WORD": lambda word: (word,),
        "CLOCK": lambda word: (word,) if _CLOCK.fullmatch(word) else (),
        "IFACE": eos_grammar(ports).arguments["IFACE"],
    }
    return Grammar({"exec": "\n".join(COMMANDS)}, arguments)
