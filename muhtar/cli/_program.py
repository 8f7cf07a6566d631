"""invoke's program, with two things that it lacks.

Arguments may be given without their flag, or not at all; and `--help` after a task is asked for help, where invoke would take it
for the first argument of a task that must have one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from invoke.program import Program

__all__ = ["Inv", "helped", "with_flags"]

# Task → the option that its first bare word is. invoke itself knows words that must be given, or flags.
_BARE = {"network.apply": "--plan", "network.rollback": "--change"}
# Options without a value, after which a bare word may stand too.
_SWITCHES = frozenset({"--apply"})
_HELP = frozenset({"--help", "-h"})


def with_flags(words: list[str], tasks: Collection[str], bare: Mapping[str, str] = _BARE) -> list[str]:
    """The words of a command line, with the flag of such a task's bare word before it."""
    found: list[str] = []
    waiting: str | None = None
    for word in words:
        if word in tasks:
            waiting = bare.get(word)
        elif waiting and not word.startswith("-"):
            found.append(waiting)
            waiting = None
        elif word not in _SWITCHES:
            # Whatever comes next may be this option's value: who gives options first gives the flag too.
            waiting = None
        found.append(word)
    return found


def helped(words: list[str], tasks: Collection[str]) -> str | None:
    """The task after which a command line asks for help, if it does."""
    task = None
    for word in words:
        if word in tasks:
            task = word
        elif task and word in _HELP:
            return task
    return None


class Inv(Program):
    """`./inv …`."""

    def parse_tasks(self) -> None:
        """Parse what follows the core options."""
        names = self.collection.task_names
        task = helped(self.core.unparsed, names)
        self.core.unparsed = [] if task else with_flags(self.core.unparsed, names)
        super().parse_tasks()
        if task:
            self.args.help.value = task
