"""One user's command line: exec mode, privileged mode, configuration mode, questions."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence

from lab.simulators.config_grammar import LineError
from lab.simulators.config_shell import Shell
from lab.simulators.control import Control
from lab.simulators.faults import Faults
from lab.simulators.ios import change, files, show_config, show_interfaces, show_routing, show_system
from lab.simulators.ios.abbreviations import AmbiguousError, expand
from lab.simulators.ios.commands import COMMANDS, OWN, Question, Who, exec_grammar
from lab.simulators.ios.device import Device, Login
from lab.simulators.ios.grammar import PROMPTS
from lab.simulators.pipes import PipeError, pipe
from lab.simulators.settings import read_secret

__all__ = ["Cli", "LoggedOutError"]

# Importing them is what fills the table of commands.
_FAMILIES = (change, files, show_config, show_interfaces, show_routing, show_system)
_ENTERED = "Enter configuration commands, one per line.  End with CNTL/Z.\n"
# Lines of a terminal, until `terminal length` says otherwise.
_LENGTH = 24
INVALID = "% Invalid input detected at '^' marker.\n"


class LoggedOutError(Exception):
    """The user ended the session."""


class Cli:
    """Runs one line after another; `prompt` is what the user sees before the next. Raises LoggedOutError, DropConnectionError.

    A terminal shows `length` lines at a time; 0 means all.
    """

    def __init__(self, device: Device, login: Login, control: Control[Faults]) -> None:
        self._device = device
        self._login = login
        self._control = control
        self._privileged = device.settings.privilege == 15
        self._shell: Shell | None = None
        self._question: Question | None = None
        self.length = _LENGTH

    @property
    def prompt(self) -> str:
        """The name cut at 20 characters, as IOS does, and the mode."""
        if self._question is not None:
            return self._question.prompt
        name = self._device.hostname[:20]
        if self._shell is not None:
            return f"{name}({PROMPTS[self._shell.mode]})#"
        return f"{name}{'#' if self._privileged else '>'}"

    @property
    def hidden(self) -> bool:
        """Whether the next line is a password, which is not echoed."""
        return self._question is not None and self._question.hidden

    def end(self) -> None:
        """Ctrl-Z: leave configuration mode."""
        self._shell = None

    def run(self, raw: str) -> str:
        """The answer to one line; every line of it ends."""
        self._device.settle()
        faults = self._control.read()
        who = Who(self._device, self._login, faults)
        question, self._question = self._question, None
        line = raw.strip()
        if question is not None:
            return question.answer(line)
        if not line or line.startswith("!"):
            return ""
        if self._shell is not None:
            return self._configure(self._shell, line, who)
        return self._execute(line, raw, who)

    # -- exec mode

    def _execute(self, line: str, raw: str, who: Who) -> str:
        command, *filters = (part.strip() for part in line.split("|"))
        words = command.split()
        grammar = exec_grammar(self._device.settings.ports)
        try:
            match = grammar.match("exec", expand(grammar, "exec", words))
            return self._carry_out(match.rule.pattern, match.rows[0], filters, who)
        except AmbiguousError:
            return f'% Ambiguous command:  "{line}"\n'
        except LineError as error:
            return "% Incomplete command.\n" if error.incomplete else self._marker(raw, error.index)
        except PipeError:
            return self._marker(raw, len(words) + 1)

    def _carry_out(self, pattern: str, words: Sequence[str], filters: list[str], who: Who) -> str:
        if pattern in OWN:
            return self._own(words, who)
        found = COMMANDS[pattern]
        if found.privileged and not self._privileged:
            raise LineError(0, words[0])
        answer = found.run(who, words)
        if isinstance(answer, Question):
            self._question = answer
            return ""
        return who.faults.shown(pipe(answer, filters) if filters else answer)

    def _own(self, words: Sequence[str], who: Who) -> str:
        """Commands that concern this session alone."""
        if words[0] in ("exit", "quit", "logout"):
            raise LoggedOutError
        if words[0] == "configure":
            if not self._privileged:
                raise LineError(0, words[0])
            return self._enter(int(words[-1]) if "timer" in words else None, who)
        if words[0] == "disable":
            self._privileged = False
        if words[0] == "terminal" and "length".startswith(words[1]) and words[-1].isdigit():
            self.length = int(words[-1])
        return self._enable() if words[0] == "enable" and not self._privileged else ""

    def _enable(self) -> str:
        path = self._device.settings.enable_file
        if path is None:
            return "% No password set\n"
        password = read_secret(path)

        def check(said: str) -> str:
            self._privileged = hmac.compare_digest(said.encode(), password.encode())
            return "" if self._privileged else "% Access denied\n\n"

        self._question = Question("Password: ", check, hidden=True)
        return ""

    def _enter(self, minutes: int | None, who: Who) -> str:
        said = change.arm(who, minutes) if minutes is not None else ""
        if said.startswith("%"):
            return said
        self._shell = Shell(self._device.grammar, self._device.running)
        return said + _ENTERED

    # -- configuration mode

    def _configure(self, shell: Shell, line: str, who: Who) -> str:
        if line.startswith("do "):
            return self._execute(line[3:].strip(), line, who)
        if line == "end" or (line == "exit" and shell.at_top):
            self._shell = None
            return ""
        if who.faults.refuses(line):
            return "% Command rejected: not supported on this platform\n"
        try:
            shell.feed(line)
        except LineError as error:
            return "% Incomplete command.\n\n" if error.incomplete else self._marker(line, error.index) + "\n"
        self._device.complete(self._device.running)
        if line != "exit":
            self._device.touch(self._login.user)
        return ""

    def _marker(self, line: str, index: int) -> str:
        """IOS's arrow below the word that it did not understand, and its words."""
        starts = [found.start() for found in re.finditer(r"\S+", line)]
        column = starts[index] if index < len(starts) else len(line)
        return f"{' ' * (len(self.prompt) + column)}^\n{INVALID}\n"
