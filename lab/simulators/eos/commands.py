"""The table of exec commands: a pattern in the notation of the configuration grammar, and the function that answers it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lab.simulators.eos.device import Device

__all__ = ["COMMANDS", "Answer", "Command", "command"]


@dataclass(frozen=True)
class Answer:
    """What a command gives: `model` for the JSON format, None where EOS has none; `text` as on a terminal."""

    model: dict[str, Any] | None = None
    text: str = ""


Run = Callable[[Device, Sequence[str]], Answer]


@dataclass(frozen=True)
class Command:
    """A command of exec mode. A privileged one needs `enable` first."""

    pattern: str
    run: Run
    privileged: bool


COMMANDS: dict[str, Command] = {}


def command(*patterns: str, privileged: bool = False) -> Callable[[Run], Run]:
    """Enter a function into the table. It gets the device and the words of the line."""

    def enter(run: Run) -> Run:
        for pattern in patterns:
            COMMANDS[pattern] = Command(pattern, run, privileged)
        return run

    return enter
