"""The commands that turn one configuration into another, by hier_config, which knows how each platform negates and replaces."""

from __future__ import annotations

import re

from hier_config import HConfig, Platform, WorkflowRemediation, get_hconfig, get_hconfig_driver
from hier_config.exceptions import DuplicateChildError
from hier_config.models import IdempotentCommandsRule, MatchRule, NegationSubRule
from hier_config.platforms.driver_base import HConfigDriverBase

from muhtar.network.sections import section_of
from nornir_tasks.platforms import PLATFORMS

__all__ = ["commands", "commands_in_order"]

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

# A user's line takes the place of the same user's earlier one, and goes by the name alone: with the password in it, a negation
# could not be typed by who must not see the password, and a changed password would first remove the user.
_USER = r"^username (\S+) (?!ssh|shell)"
_NO_USER = r"^(no username \S+) (?!ssh|shell).*$"
_WITH_USERS = ("ios", "eos", "nxos")


def commands(platform: str, running: str, intended: str) -> dict[str, str] | None:
    """What one would type to come from `running` to `intended`, by section; indented as the platform is.

    None where hier_config has no grammar for the platform, or cannot read one of the texts.
    """
    lines = _remediation(platform, running, intended)
    if lines is None:
        return None
    found: dict[str, list[str]] = {}
    for section, line in lines:
        found.setdefault(section, []).append(line)
    return {name: "\n".join(below) for name, below in found.items()}


def commands_in_order(platform: str, running: str, intended: str) -> list[str] | None:
    """The same as one list, in the order in which they are to be typed; None as above."""
    lines = _remediation(platform, running, intended)
    return None if lines is None else [line for _, line in lines]


def _remediation(platform: str, running: str, intended: str) -> list[tuple[str, str]] | None:
    """Section and text of each line, in hier_config's order."""
    try:
        both = [_read(platform, text) for text in (running, intended)]
        if both[0] is None or both[1] is None:
            return None
        remediation = WorkflowRemediation(both[0], both[1]).remediation_config
    except (DuplicateChildError, ValueError):
        return None
    return [(section_of(next(iter(child.path()))).name, child.cisco_style_text()) for child in remediation.all_children_sorted()]


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
    if platform in _WITH_USERS:
        driver.rules.idempotent_commands.append(IdempotentCommandsRule(match_rules=(MatchRule(re_search=_USER),)))
        names = (MatchRule(startswith="username "),)
        driver.rules.negation_sub.append(NegationSubRule(match_rules=names, search=_NO_USER, replace=r"\1"))
    return driver
