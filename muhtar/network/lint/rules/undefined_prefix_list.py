"""A prefix list that is used is defined: one that is not lets every route through, or none."""

from __future__ import annotations

from muhtar.network.lint.rule import Rule, defined

__all__ = ["RULE"]

_CISCO = defined(
    uses=(
        r".*> neighbor \S+ prefix-list (?P<name>\S+) (?:in|out)",
        r".*> match ip(?:v6)? (?:address|next-hop) prefix-list (?P<name>[^>]+)$",
        r".*> distribute-list prefix (?P<name>\S+) ",
        r".*> prefix-list (?P<name>\S+) (?:in|out)",
    ),
    definitions=(r"ip(?:v6)? prefix-list (?P<name>\S+)",),
)

RULE = Rule(
    "undefined_prefix_list",
    wanted="every prefix list that is used is defined",
    mend="define it, or take its use out",
    judges={
        "ios": _CISCO,
        "eos": _CISCO,
        "nxos": _CISCO,
        "frr": _CISCO,
        "junos": defined(
            uses=(r"(?:policy-options|firewall) .*(?:from|then|source|destination) prefix-list(?:-filter)? (?P<name>\S+)",),
            definitions=(r"policy-options prefix-list (?P<name>\S+)",),
        ),
        "vrp": defined(
            uses=(r".*> if-match ip-prefix (?P<name>\S+)", r".*> peer \S+ ip-prefix (?P<name>\S+) (?:import|export)"),
            definitions=(r"ip ip(?:v6)?-prefix (?P<name>\S+) ",),
        ),
    },
)
