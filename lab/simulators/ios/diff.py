"""The two ways in which IOS's archive feature shows a difference."""

from __future__ import annotations

from collections.abc import Iterator

from lab.simulators.config_grammar import Grammar
from lab.simulators.config_tree import Tree, ordered, section_mode

__all__ = ["contextual", "incremental"]


def contextual(old: Tree, new: Tree, grammar: Grammar) -> list[str]:
    """`+` for lines that only `new` has, `-` for those that only `old` has, each under the section it stands in."""
    return [f"{' ' * depth}{sign}{line}" for depth, sign, line in _steps(old, new, grammar, grammar.top)]


def incremental(old: Tree, new: Tree, grammar: Grammar) -> list[str]:
    """The commands that lead from `old` to `new`."""
    return [f"{' ' * depth}{_command(sign, line)}" for depth, sign, line in _steps(old, new, grammar, grammar.top)]


def _command(sign: str, line: str) -> str:
    if sign != "-":
        return line
    return line.removeprefix("no ") if line.startswith("no ") else f"no {line}"


def _steps(old: Tree, new: Tree, grammar: Grammar, mode: str, depth: int = 0) -> Iterator[tuple[int, str, str]]:
    for line in ordered(Tree({**old, **new}), grammar, mode):
        if line in old and line in new:
            inner = _steps(old.section(line), new.section(line), grammar, section_mode(grammar, mode, line), depth + 1)
            first = next(inner, None)
            if first is not None:
                yield depth, "", line
                yield first
                yield from inner
        else:
            sign, tree = ("+", new) if line in new else ("-", old)
            yield depth, sign, line
            section = tree.section(line)
            for inner_line in ordered(section, grammar, section_mode(grammar, mode, line)) if section else ():
                yield depth + 1, sign, inner_line
