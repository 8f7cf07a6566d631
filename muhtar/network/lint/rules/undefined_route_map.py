"""A route map that is used is defined: a neighbour with one that is not gets no route at all, or every one."""

from __future__ import annotations

from muhtar.network.lint.rule import Rule, defined

__all__ = ["RULE"]

_CISCO = defined(
    uses=(r"(?!route-map ).*\broute-map (?P<name>\S+)",),
    definitions=(r"route-map (?P<name>\S+)",),
)

RULE = Rule(
    "undefined_route_map",
    wanted="every route map (Junos: policy, VRP: route policy) that is used is defined",
    mend="define it, or take its use out",
    judges={
        "ios": _CISCO,
        "eos": _CISCO,
        "nxos": _CISCO,
        "frr": _CISCO,
        "junos": defined(
            uses=(r"protocols .*\b(?:import|export) (?P<name>\S+)",),
            definitions=(r"policy-options policy-statement (?P<name>\S+) ",),
        ),
        "vrp": defined(
            uses=(r"(?!route-policy ).*\broute-policy (?P<name>\S+)",),
            definitions=(r"route-policy (?P<name>\S+) ",),
        ),
    },
)
