"""From a difference back to the line of the inventory, or the template, that states the intent."""

from __future__ import annotations

from pathlib import Path

from muhtar.inventory import Inventory, Target
from muhtar.network.sections import section_of
from muhtar.outcome import Intent
from muhtar.settings import ROOT
from nornir_tasks.rendering import MAIN, template_folders

__all__ = ["intent_of", "template_of"]


def intent_of(diff: str, target: Target, inventory: Inventory) -> Intent:
    """Where the intent of the first difference is written: its variable, or the platform's main template."""
    for variable in _variables(diff):
        if variable and (origin := inventory.origin(target.name, variable)):
            return Intent(file=origin.relative, line=origin.line)
    return template_of(target, inventory)


def template_of(target: Target, inventory: Inventory) -> Intent:
    """The main template of the target's platform."""
    folders = template_folders(target.platform or "", inventory.site.path)
    path = folders[0] / MAIN if folders else ROOT / "nornir_tasks" / "templates"
    return Intent(file=_relative(path))


def _variables(diff: str) -> list[str | None]:
    """The variable of each changed line, by the outermost context that it stands in."""
    found: list[str | None] = []
    context = ""
    for line in diff.splitlines():
        if line.startswith(("+++", "---", "@@")):
            continue
        sign, text = line[:1], line[1:]
        if text and not text[0].isspace():
            context = text
        if sign in {"+", "-", "~"} and text.strip():
            found.append(section_of(context).variable)
    return found


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
