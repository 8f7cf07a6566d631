"""The rules, one a file. A new one is a file with a `RULE`, its name here, and its samples in the tests."""

from __future__ import annotations

from muhtar.network.lint.rule import Rule
from muhtar.network.lint.rules import (
    aaa,
    duplicate_address,
    http,
    ntp,
    snmp,
    syslog,
    telnet,
    undefined_acl,
    undefined_prefix_list,
    undefined_route_map,
    undefined_vlan,
)

__all__ = ["RULES"]

RULES: tuple[Rule, ...] = (
    telnet.RULE,
    http.RULE,
    snmp.RULE,
    aaa.RULE,
    ntp.RULE,
    syslog.RULE,
    undefined_acl.RULE,
    undefined_vlan.RULE,
    undefined_prefix_list.RULE,
    undefined_route_map.RULE,
    duplicate_address.RULE,
)
