"""The commands that turn one configuration into another, by hier_config, which knows how each platform negates and replaces."""

from __future__ import annotations

import re

from hier_config import HConfig, Platform, WorkflowRemediation, get_hconfig, get_hconfig_driver
from hier_config.exceptions import DuplicateChildError
from hier_config.models import IdempotentCommandsRule, MatchRule
from hier_config.platforms.driver_base import HConfigDriverBase

from muhtar.network.sections import section_of
from nornir_tasks.platforms import PLATFORMS

__all__ = ["commands"]

# Lines that leave a section, or that frame the output of `show running-config`: hier_config writes its own.
_FRAME = re.compile(
    r"(?m)^\s*(?:!.*|exit|exit-address-family|exit-vrf|end|Building configuration.*|Current configuration.*|frr version .*)$\n?"
)
# Lines of FRR that take the place of an earlier one; hier_config has no grammar for FRR.
_FRR_REPLACED = (
    ("hostname ",),
    ("log syslog",),
    ("interface ", "description "),
    ("interface ", "ip ospf area "),
    ("interface ", "ip ospf cost "),
    ("interface ", "ip ospf dead-interval "),
    ("interface ", "ip ospf hello-interval "),
    ("interface ", "ip ospf network "),
    ("router ospf", "ospf router-id "),
    ("router bgp ", "bgp router-id "),
)


def commands(platform: str, running: str, intended: str) -> dict[str, str] | None:
    """What one would type to come from `running` to `intended`, by section; indented as the platform is.

    None where hier_config has no grammar for the platform, or cannot read one of the texts.
    """
    try:
        both = [_read(platform, text) for text in (running, intended)]
        if both[0] is None or both[1] is None:
            return None
        remediation = WorkflowRemediation(both[0], both[1]).remediation_config
    except (DuplicateChildError, ValueError):
        return None
    found: dict[str, list[str]] = {}
    for child in remediation.all_children_sorted():
        first = next(iter(child.path()))
        found.setdefault(section_of(first).name, []).append(child.cisco_style_text())
    return {name: "\n".join(lines) for name, lines in found.items()}


def _read(platform: str, text: str) -> HConfig | None:
    driver = _driver(platform)
    return get_hconfig(driver, _FRAME.sub("", text)) if driver else None


def _driver(platform: str) -> HConfigDriverBase | None:
    name = PLATFORMS[platform].hier
    if name is None:
        return None
    driver = get_hconfig_driver(Platform[name])
    if platform == "frr":
        driver.rules.idempotent_commands.extend(
            IdempotentCommandsRule(match_rules=tuple(MatchRule(startswith=words) for words in rule)) for rule in _FRR_REPLACED
        )
    return driver
