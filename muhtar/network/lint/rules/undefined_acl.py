"""An access list that is used is defined: most devices take one that is not for `permit everything`."""

from __future__ import annotations

from muhtar.network.lint.rule import Rule, defined

__all__ = ["RULE"]

_CISCO_USES = (
    r".*> ip access-group (?P<name>\S+) (?:in|out)",
    r".*> (?:ipv6 |ip )?access-class (?P<name>\S+) ",
    r".*> ipv6 traffic-filter (?P<name>\S+) ",
    r"route-map .* > match ip address (?!prefix-list )(?P<name>[^>]+)$",
    r"ip nat (?:inside|outside) source list (?P<name>\S+) ",
    r"ntp access-group \S+ (?P<name>\S+)",
)
_CISCO_DEFINITIONS = (
    r"access-list (?P<name>\S+) ",
    r"(?:ip|ipv6|mac) access-list (?:standard |extended )?(?P<name>\S+)",
)
_CISCO = defined(uses=_CISCO_USES, definitions=_CISCO_DEFINITIONS)

RULE = Rule(
    "undefined_acl",
    wanted="every access list that is used is defined",
    mend="define it, or take its use out",
    judges={
        "ios": _CISCO,
        "eos": _CISCO,
        "nxos": _CISCO,
        "frr": defined(
            uses=(
                r"route-map .* > match ip(?:v6)? address (?!prefix-list |prefix-len )(?P<name>\S+)",
                r".*> distribute-list (?!prefix )(?P<name>\S+) (?:in|out)",
                r".*> neighbor \S+ (?:distribute-list|filter-list) (?P<name>\S+) (?:in|out)",
                r"line vty > (?:ipv6 )?access-class (?P<name>\S+)",
            ),
            definitions=(
                r"(?:ipv6 )?access-list (?P<name>\S+) ",
                r"bgp as-path access-list (?P<name>\S+) ",
            ),
        ),
        "junos": defined(
            uses=(r"interfaces .* family \S+ filter (?:input|output)(?:-list)? (?P<name>\S+)",),
            definitions=(r"firewall (?:family \S+ )?filter (?P<name>\S+) ",),
        ),
        "vrp": defined(
            uses=(
                r".*> traffic-filter (?:inbound|outbound) acl (?:name )?(?P<name>\S+)",
                r"user-interface .* > acl (?P<name>\d+) (?:inbound|outbound)",
            ),
            definitions=(r"acl (?:number |name )?(?P<name>\S+)",),
        ),
    },
)
