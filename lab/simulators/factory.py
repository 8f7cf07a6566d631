"""The configuration with which a simulated switch leaves the factory."""

from __future__ import annotations

from pathlib import Path

from lab.simulators.config_grammar import Grammar
from lab.simulators.config_shell import parse
from lab.simulators.config_tree import Tree
from lab.simulators.settings import SettingsError

__all__ = ["factory_tree"]


def factory_tree(path: Path, grammar: Grammar, system: str) -> Tree:
    """The configuration in the file, typed into `system` (IOS, EOS). Raises SettingsError where that would not take it."""
    try:
        tree, errors = parse(path.read_text(encoding="utf-8").splitlines(), grammar)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    if errors:
        line, reason = errors[0]
        raise SettingsError(f"{path}: {system} would not take {line.strip()!r}: {reason}")
    return tree
