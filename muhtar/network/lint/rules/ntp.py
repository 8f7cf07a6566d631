"""The clock follows a time server: without that, logs and certificates lie."""

from __future__ import annotations

from muhtar.network.lint.rule import Rule, require

__all__ = ["RULE"]

_SAID = "no time server is named"

RULE = Rule(
    "ntp",
    wanted="a time server",
    mend="name one in network_ntp_servers",
    judges={
        "ios": require(r"s?ntp server ", said=_SAID),
        "eos": require(r"ntp server ", said=_SAID),
        "nxos": require(r"ntp server ", said=_SAID),
        "junos": require(r"system ntp server ", said=_SAID),
        "vrp": require(r"ntp(?:-service)? unicast-server ", said=_SAID),
        "procurve": require(r"s?ntp server ", said=_SAID),
        "routeros": require(r"/system ntp client > set .*enabled=yes", said=_SAID),
        "fortios": require(r"config system ntp > set ntpsync enable", said=_SAID),
    },
    cannot={"frr": "the clock is the operating system's"},
    variables=("network_ntp_servers",),
)
