"""From a difference back to the line of the inventory, or the template, that states the intent."""

from __future__ import annotations

import re
from pathlib import Path

from muhtar.inventory import Inventory, Target
from muhtar.outcome import Intent
from muhtar.settings import ROOT
from nornir_tasks.rendering import MAIN, template_folders

__all__ = ["intent_of", "template_of"]

# What a line of a diff is about, and the variable that says so; the first that fits counts.
_ABOUT = (
    (re.compile(r"^interface (?:lo|Loopback\d*)$"), "network_loopback"),
    (re.compile(r"^interface Management"), None),
    (re.compile(r"^interface "), "network_interfaces"),
    (re.compile(r"^router bgp "), "network_bgp_neighbors"),
    (re.compile(r"^router ospf"), "network_ospf"),
    (re.compile(r"^ip(?:v6)? route "), "network_static_routes"),
    (re.compile(r"^vlan "), "network_vlans"),
    (re.compile(r"^ntp "), "network_ntp_servers"),
    (re.compile(r"^logging |^log "), "network_syslog_level"),
    (re.compile(r"^username "), "network_users"),
    (re.compile(r"^dns domain|^ip domain"), "network_domain"),
    (re.compile(r"^clock timezone"), "network_timezone"),
)


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
        if sign in {"+", "-"} and text.strip():
            found.append(next((variable for pattern, variable in _ABOUT if pattern.match(context)), None))
    return found


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
