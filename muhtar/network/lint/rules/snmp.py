"""No SNMP community that everybody guesses."""

from __future__ import annotations

from muhtar.network.lint.rule import Hit, Rule, forbid
from muhtar.network.lint.text import Config

__all__ = ["RULE"]

_KNOWN = r'"?(?:public|private)"?(?: |$|;)'


def _routeros(config: Config) -> list[Hit]:
    """The default community is called public as long as nobody renames it, and an export does not say so."""
    if not any(True for _ in config.find(r"/snmp > set .*enabled=yes")):
        return []
    renamed = any(True for _ in config.find(r"/snmp community > set \[ ?find default=yes ?\] .*name="))
    hits = forbid(r"/snmp community > .*name=(?:public|private)(?: |$)")(config)
    return hits if renamed or hits else [Hit("the default community keeps its name, public")]


RULE = Rule(
    "snmp",
    wanted="no SNMP community public or private",
    mend="use SNMPv3, or a community from the vault",
    judges={
        "ios": forbid(rf"snmp-server community {_KNOWN}"),
        "eos": forbid(rf"snmp-server community {_KNOWN}"),
        "nxos": forbid(rf"snmp-server community {_KNOWN}"),
        "junos": forbid(rf"snmp community {_KNOWN}"),
        "vrp": forbid(rf"snmp-agent community (?:read|write) (?:simple )?{_KNOWN}"),
        "procurve": forbid(rf"snmp-server community {_KNOWN}"),
        "routeros": _routeros,
        "fortios": forbid(rf"config system snmp community > .*set name {_KNOWN}"),
    },
    cannot={"frr": "the communities are those of the host's snmpd"},
)
