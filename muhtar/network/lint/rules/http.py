"""No web server or API without TLS: it sends passwords in the clear."""

from __future__ import annotations

from muhtar.network.lint.rule import Rule, forbid, nothing, require

__all__ = ["RULE"]

RULE = Rule(
    "http",
    wanted="no web server or API without TLS",
    mend="switch the plain server off; keep the one with TLS if it is needed",
    judges={
        "ios": forbid(r"ip http server"),
        "eos": forbid(r"management api http-commands > protocol http(?! localhost)(?: |$)"),
        "nxos": forbid(r"nxapi http port"),
        "junos": forbid(r"system services web-management http(?: |$)"),
        # FRR has no web server.
        "frr": nothing,
        "vrp": forbid(r"http server enable"),
        "procurve": require(
            r"no web-management(?: plaintext)?$", said="the plain web server is on unless `no web-management` is there"
        ),
        "routeros": require(
            r"/ip service > set www .*disabled=yes", said="the plain web server is on unless `set www disabled=yes` is there"
        ),
        "fortios": forbid(r".*> set allowaccess .*\bhttp\b"),
    },
)
