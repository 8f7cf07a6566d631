"""The table of exec commands: a pattern in the notation of the configuration grammar, and the function that answers it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from lab.simulators.config_grammar import Grammar
from lab.simulators.faults import Faults
from lab.simulators.ios.device import Device, Login
from lab.simulators.ios.grammar import ios_grammar

__all__ = ["COMMANDS", "OWN", "Command", "Question", "Who", "command", "exec_grammar"]


@dataclass(frozen=True)
class Who:
    """Who typed a command on which switch, and how it misbehaves at the moment."""

    device: Device
    login: Login
    faults: Faults


@dataclass(frozen=True)
class Question:
    """A command that wants to know something first: `answer` gets the line that is typed then."""

    prompt: str
    answer: Callable[[str], str]
    hidden: bool = False


Run = Callable[[Who, Sequence[str]], "str | Question"]


@dataclass(frozen=True)
class Command:
    """A command of exec mode. A privileged one needs `enable` first."""

    pattern: str
    run: Run
    privileged: bool


COMMANDS: dict[str, Command] = {}
# What concerns a session and not the switch: the command line itself carries these out.
OWN = ("configure terminal [ revert timer NUM ]", "enable", "disable", "exit", "quit", "logout", "terminal WORD [ WORD... ]")


def command(*patterns: str, privileged: bool = False) -> Callable[[Run], Run]:
    """Enter a function into the table. It gets who asks and the words of the line, and gives text whose lines all end."""

    def enter(run: Run) -> Run:
        for pattern in patterns:
            COMMANDS[pattern] = Command(pattern, run, privileged)
        return run

    return enter


@cache
def exec_grammar(ports: int) -> Grammar:
    """The grammar of the table's commands, for a switch with so many ports."""
    arguments = {
        "WORD": lambda word: (word,),
        "NUM": lambda word: (word,) if re.fullmatch(r"\d+", word) else (),
        "IFACE": ios_grammar(ports).arguments["IFACE"],
    }
    return Grammar({"exec": "\n".join([*OWN, *COMMANDS])}, arguments)
