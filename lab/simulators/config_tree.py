"""A configuration as a tree: a line leads to a subtree where it opens a section, and to None where it does not."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any

from lab.simulators.config_grammar import Form, Grammar

__all__ = ["Tree", "changes", "ordered", "render", "section_mode", "touched", "unified"]

_DIGITS = re.compile(r"(\d+)")


class Tree(dict[str, "Tree | None"]):
    """Lines of one mode. Equal to another tree when both hold the same lines, whatever their order."""

    def copy(self) -> Tree:
        """A tree that shares nothing with this one."""
        return Tree((line, None if child is None else child.copy()) for line, child in self.items())

    def section(self, line: str) -> Tree:
        """What stands under this line; an empty tree, not attached to this one, where it opens no section."""
        child = self.get(line)
        return Tree() if child is None else child

    def value(self, key: str) -> str | None:
        """The rest of the first line that begins with the words of `key`."""
        return next((line[len(key) + 1 :] for line in self if line.startswith(f"{key} ")), None)


def render(tree: Tree, grammar: Grammar, indent: str = "   ") -> list[str]:
    """The lines of the running-config: in the grammar's order, with the `!` lines that vendors put between blocks."""
    lines: list[str] = []
    family = ""
    for line in ordered(tree, grammar, grammar.top):
        child = tree[line]
        own = _family(line) if child is None else line
        if lines and own != family:
            lines.append("!")
        family = own
        lines.extend(line.splitlines())
        lines.extend(_render_section(tree.section(line), grammar, section_mode(grammar, grammar.top, line), indent, 1))
    return lines


def _render_section(tree: Tree, grammar: Grammar, mode: str, indent: str, depth: int) -> Iterator[str]:
    for number, line in enumerate(ordered(tree, grammar, mode)):
        child = tree[line]
        if child is not None and number:
            yield indent * depth + "!"
        yield indent * depth + line
        if child:
            yield from _render_section(child, grammar, section_mode(grammar, mode, line), indent, depth + 1)


def unified(old: Tree, new: Tree, grammar: Grammar, names: tuple[str, str], indent: str = "   ") -> str:
    """The unified diff of both as text; empty when they are equal. `names` stand in its head."""
    lines = difflib.unified_diff(render(old, grammar, indent), render(new, grammar, indent), *names, lineterm="")
    return "\n".join(lines)


def changes(current: Tree, target: Tree, grammar: Grammar, mode: str | None = None) -> list[str]:
    """The commands that, typed one after another, turn `current` into `target`."""
    mode = mode or grammar.top
    lines = [_removal(line, target, grammar, mode) for line in ordered(current, grammar, mode) if line not in target]
    commands = [line for line in lines if line]
    for line in ordered(target, grammar, mode):
        child = target[line]
        if child is None:
            if line not in current:
                commands.append(line)
            continue
        inner = changes(current.section(line), child, grammar, section_mode(grammar, mode, line))
        if inner or line not in current:
            commands += [line, *inner, "exit"]
    return commands


def touched(current: Tree, target: Tree) -> list[str]:
    """The top-level blocks that differ, sections by their line and others by their first word: no values, no secrets."""
    lines = dict.fromkeys([*current, *target])
    names = {
        line if current.get(line) is not None or target.get(line) is not None else _family(line): None
        for line in lines
        if current.get(line, ...) != target.get(line, ...)
    }
    return sorted(names)


def _removal(line: str, target: Tree, grammar: Grammar, mode: str) -> str | None:
    """The command that takes a line away; None where a line of the target will do so."""
    rule = grammar.rule(mode, line)
    plain = line.split("\n", 1)[0].removeprefix("no ")
    if rule.form is Form.EITHER:
        other = plain if line.startswith("no ") else f"no {plain}"
        return None if other in target else f"default {plain}"
    return plain if line.startswith("no ") else f"no {plain}"


def ordered(tree: Tree, grammar: Grammar, mode: str) -> list[str]:
    """The lines of a section of that mode in the order of the running-config."""

    def place(line: str) -> tuple[Any, ...]:
        rule = grammar.rule(mode, line)
        words = line.split(None, rule.head)
        return rule.rank, _natural(" ".join(words[: rule.head])), rule.order, _natural(line)

    return sorted(tree, key=place)


def section_mode(grammar: Grammar, mode: str, line: str) -> str:
    """The mode that a line of `mode` opens; `mode` itself where it opens none."""
    return grammar.rule(mode, line).opens or mode


def _family(line: str) -> str:
    return line.removeprefix("no ").split(None, 1)[0]


def _natural(line: str) -> list[tuple[int, int, str]]:
    """Sorts `Ethernet2` before `Ethernet10`."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in _DIGITS.split(line)]
