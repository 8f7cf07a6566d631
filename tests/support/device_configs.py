"""Sample configurations of every platform, with a canary wherever a vendor keeps a secret."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from nornir_tasks.config_rules import known_platforms

__all__ = ["NOISE", "PLATFORMS", "sample", "with_canaries"]

FOLDER = Path(__file__).resolve().parents[1] / "unit" / "nornir_tasks" / "samples"
PLATFORMS = known_platforms()
# Lines that differ from one reading to the next, by platform: `{n}` is a number, `{t}` a time.
NOISE = {
    "frr": "Building configuration...\nCurrent configuration:\nfrr version 8.4.4\n",
    "ios": "Building configuration...\nCurrent configuration : {n} bytes\nUsing {n} out of 262144 bytes\n"
    "! Last configuration change at {t} UTC Mon Nov 23 2026 by ahmet\n! NVRAM config last updated at {t} by x\n"
    "! No configuration change since last restart\n!Time: {t} 2026\nntp clock-period {n}\n"
    "crypto pki certificate chain TP\n certificate self-signed 01\n  3082{n} 3082\n  \tquit\n",
    "eos": "! Command: show running-config {n}\n! Startup-config last modified at {t} by x\n! boot system flash:/{n}.swi\n",
    "junos": "## Last commit: {t} by root\n## Last changed: {t}\n",
    "nxos": "!Command: show running-config {n}\n!Time: {t}\n!Running configuration last done at: {t}\n",
    "panos": '<response status="success" time="{t}">\n<config version="10" time="{t}">\n',
    "procurve": "; Ver #14:{n}\n",
    "routeros": "# {t} by RouterOS 7.1\n",
    "fortios": "#config-version=FGVM:user={n}\n#conf_file_ver={n}\n#buildno={n}\n#global_vdom={n}\n",
    "vrp": "!Last configuration was updated at {t} by x\n!Last configuration was saved at {t} by x\n",
}


def sample(platform: str) -> str:
    """The sample of a platform as it stands in the file: CANARY marks a secret, or a part of one."""
    return (FOLDER / f"{platform}.conf").read_text(encoding="utf-8")


def with_canaries(text: str, seed: str = "Kn") -> tuple[str, list[str]]:
    """The text with every CANARY made a word that stands nowhere else; and those words."""
    counter = itertools.count(10001)
    canaries: list[str] = []

    def fresh(_: re.Match[str]) -> str:
        canaries.append(f"{seed}7q{next(counter)}")
        return canaries[-1]

    return re.sub("CANARY|CANA\\\\\n    RY", fresh, text), canaries
