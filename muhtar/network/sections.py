"""The sections of a configuration: what people call a part of it, by which words it begins, and which variable states it."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["OTHER", "SECTIONS", "Section", "section_of"]

OTHER = "other"


@dataclass(frozen=True)
class Section:
    """One way in which a section begins. Several may share a `name`; `variable` is None where only the template knows."""

    name: str
    pattern: re.Pattern[str]
    variable: str | None


def _section(name: str, pattern: str, variable: str | None) -> Section:
    return Section(name, re.compile(pattern), variable)


# The first that fits a line of the outermost level counts. Patterns hold for IOS-like grammars; a line may begin with `no`.
_ALL = (
    _section("interfaces", r"interface (?:lo|Loopback\d*)$", "network_loopback"),
    _section("management", r"interface Management|management ", None),
    _section("interfaces", r"interface ", "network_interfaces"),
    _section("bgp", r"router bgp ", "network_bgp_neighbors"),
    _section("ospf", r"router ospf", "network_ospf"),
    _section("routes", r"ip(?:v6)? route ", "network_static_routes"),
    _section("vlans", r"vlan ", "network_vlans"),
    _section("ntp", r"s?ntp ", "network_ntp_servers"),
    _section("syslog", r"logging (?:vrf \S+ )?host ", "network_syslog_servers"),
    _section("syslog", r"logging |log ", "network_syslog_level"),
    _section("users", r"username ", "network_users"),
    _section("domain", r"dns domain|ip domain", "network_domain"),
    _section("clock", r"clock ", "network_timezone"),
    _section("aaa", r"aaa |tacacs|radius", None),
    _section("snmp", r"snmp", "network_snmp"),
    _section("access_lists", r"(?:ip |ipv6 |mac )?access-list|acl ", "network_access_lists"),
    _section("prefix_lists", r"ip(?:v6)? prefix-list", "network_prefix_lists"),
    _section("route_maps", r"route-map", "network_route_maps"),
    _section("lines", r"line ", None),
    _section("banners", r"banner ", None),
)
SECTIONS: tuple[str, ...] = (*dict.fromkeys(section.name for section in _ALL), OTHER)


def section_of(line: str) -> Section:
    """The section that a line of the outermost level begins, or belongs to."""
    text = line.strip().removeprefix("no ")
    return next((section for section in _ALL if section.pattern.match(text)), _OTHER)


_OTHER = _section(OTHER, r"", None)
