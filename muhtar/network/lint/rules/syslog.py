"""What happens is told to a log server: a device's own memory does not outlive it."""

from __future__ import annotations

from muhtar.network.lint.rule import Rule, require

__all__ = ["RULE"]

_SAID = "no log server is named"

RULE = Rule(
    "syslog",
    wanted="a log server",
    mend="name one in network_syslog_servers",
    judges={
        "ios": require(r"logging (?:host )?(?:\d+\.\d+\.\d+\.\d+|[0-9A-Fa-f]*:|host )", said=_SAID),
        "eos": require(r"logging (?:vrf \S+ )?host ", said=_SAID),
        "nxos": require(r"logging server ", said=_SAID),
        "junos": require(r"system syslog host ", said=_SAID),
        # The daemon hands its log to the host's syslog, which sends it on.
        "frr": require(r"log syslog", said="the log is not handed to syslog"),
        "vrp": require(r"info-center loghost ", said=_SAID),
        "procurve": require(r"logging \d+\.\d+\.\d+\.\d+", said=_SAID),
        "routeros": require(r"/system logging action > .*remote=", r"/system logging > add .*action=", said=_SAID),
        "fortios": require(r"config log syslogd setting > set status enable", said=_SAID),
    },
    variables=("network_syslog_servers", "network_syslog_level"),
)
