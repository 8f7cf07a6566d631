"""Who may log in, and as what, is said: authentication of its own or by a server."""

from __future__ import annotations

from muhtar.network.lint.rule import Rule, require

__all__ = ["RULE"]

_SAID = "nothing says how logins are authenticated"

RULE = Rule(
    "aaa",
    wanted="authentication of logins is configured",
    mend="say it in the template: local users or a RADIUS or TACACS+ server",
    judges={
        "ios": require(r"aaa new-model", r"aaa authentication login ", said=_SAID),
        "eos": require(r"aaa (?:authentication|authorization) ", said=_SAID),
        "nxos": require(r"aaa authentication login ", said=_SAID),
        "junos": require(r"system (?:authentication-order|radius-server|tacplus-server) ", said=_SAID),
        "vrp": require(r"aaa > authentication-scheme ", said=_SAID),
        "procurve": require(r"aaa authentication ", said=_SAID),
        "routeros": require(r"/user aaa > set .*use-radius=yes", said=_SAID),
        "fortios": require(r"config user (?:radius|tacacs\+)", said=_SAID),
    },
    cannot={"frr": "logins are the operating system's"},
    variables=("network_users",),
)
