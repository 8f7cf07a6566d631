"""Nobody logs in over Telnet: it sends passwords in the clear."""

from __future__ import annotations

from muhtar.network.lint.rule import Hit, Rule, forbid, require
from muhtar.network.lint.text import Config

__all__ = ["RULE"]

_SAYS = r"line vty .* > transport input .*\b(?:telnet|all)\b"


def _ios(config: Config) -> list[Hit]:
    """A `line vty` without `transport input` takes Telnet on classic IOS, and its running configuration does not say so."""
    silent = [
        Hit("no transport input, which on many releases means all of them", line)
        for line, _ in config.find(r"line vty [^>]*$")
        if not any(True for other in config.lines if other.sections == (line.text,) and other.text.startswith("transport input"))
    ]
    return [*forbid(_SAYS)(config), *silent]


RULE = Rule(
    "telnet",
    wanted="no login over Telnet",
    mend="take the line out of the template, or allow SSH alone",
    judges={
        "ios": _ios,
        "eos": forbid(r"management telnet > no shutdown"),
        "nxos": forbid(r"feature telnet"),
        "junos": forbid(r"system services telnet"),
        # A daemon of FRR listens for Telnet on its own port once a password is set.
        "frr": forbid(r"(?:enable )?password ", r"line vty > no login"),
        "vrp": forbid(r"telnet server enable", r"user-interface vty .* > protocol inbound (?:telnet|all)"),
        "procurve": require(r"no telnet-server", said="Telnet is on unless `no telnet-server` says otherwise"),
        "routeros": require(
            r"/ip service > set telnet .*disabled=yes", said="Telnet is on unless `set telnet disabled=yes` is there"
        ),
        "fortios": forbid(r".*> set allowaccess .*\btelnet\b"),
    },
)
