"""A town for tests: the lab's inventory as git has it, with an overlay of invented addresses and secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from muhtar.settings import Site

__all__ = ["SWITCH_PASSWORD", "lab_site"]

SWITCH_PASSWORD = "Uydurma-Parola-0123456789"

_ADDRESSES = {"r1": 11, "r2": 12, "r3": 13, "sw1": 21, "sw2": 22, "sw3": 23}


def lab_site(home: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The lab's site with its state in `home`. Nothing of a running lab is read."""
    monkeypatch.setenv("MUHTAR_HOME", str(home))
    monkeypatch.delenv("ANSIBLE_VAULT_PASSWORD_FILE", raising=False)
    site = Site.open("lab")
    everyone = site.overlay / "group_vars" / "all"
    everyone.mkdir(parents=True)
    (everyone / "lab.yml").write_text(f"ansible_user: muhtar\nvault_switch_password: {SWITCH_PASSWORD}\n", encoding="utf-8")
    hosts = "".join(f"    {name}:\n      ansible_host: 192.0.2.{octet}\n" for name, octet in _ADDRESSES.items())
    (site.overlay / "hosts.yml").write_text(f"all:\n  hosts:\n{hosts}", encoding="utf-8")
    return site
