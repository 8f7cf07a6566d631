"""Writes the overlay whole, keeping what was made once: keys, certificates, secrets."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.identity import Identity
from lab.overlay.authority import Authority
from lab.overlay.inventory import write_inventory, write_ssh
from lab.overlay.keys import ensure_key
from lab.overlay.registers import write_registers
from lab.overlay.vault import ensure_password, ensure_secrets, read_secrets
from lab.topology import Topology
from muhtar.errors import MuhtarError
from muhtar.settings import Site

__all__ = ["Overlay", "load", "remove", "write"]

_PASSWORD = "vault-password"  # noqa: S105 - a file's name
_VAULT = "group_vars/all/vault.yml"
_CA = "ca/ca.crt"


@dataclass(frozen=True)
class Overlay:
    """The overlay as it stands on disk. `client_key` and `host_keys` are public keys, `secrets` the vault's content."""

    folder: Path
    authority: Authority
    client_key: str
    secrets: dict[str, Any]

    @property
    def ssh_config(self) -> Path:
        """OpenSSH client configuration of the lab."""
        return self.folder / "ssh" / "config"

    @property
    def known_hosts(self) -> Path:
        """The pinned SSH host keys of the lab."""
        return self.folder / "ssh" / "known_hosts"

    def host_key(self, host: str) -> Path:
        """A host's private SSH key; the public one stands beside it."""
        return _host_key(self.folder, host)


def write(identity: Identity, topology: Topology) -> Overlay:
    """Write everything, keeping what was made once; registers are dated anew."""
    folder = Site("lab").overlay
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ensure_key(folder / "ssh" / "id_ed25519", "muhtar")
    reachable = [host for host in topology.hosts.values() if host.has_host_key]
    public = {host.name: ensure_key(_host_key(folder, host.name), host.name).rpartition(" ")[0] for host in reachable}
    ensure_secrets(folder / _VAULT, ensure_password(folder / _PASSWORD), topology, folder / _CA)
    write_ssh(folder, identity, reachable, public)
    write_registers(folder)
    write_inventory(folder, identity, topology)
    return load()


def load() -> Overlay:
    """The overlay that `write` wrote. Raises MuhtarError where there is none."""
    folder = Site("lab").overlay
    if not (folder / _VAULT).is_file():
        raise MuhtarError("the lab was never up", path=folder, mend="./inv lab.up")
    secrets = read_secrets(folder / _VAULT, ensure_password(folder / _PASSWORD))
    client = (folder / "ssh" / "id_ed25519.pub").read_text(encoding="utf-8").strip()
    certificate = (folder / _CA).read_text(encoding="utf-8")
    return Overlay(folder, Authority(certificate, secrets["vault_lab_ca_key"]), client, secrets)


def remove() -> None:
    """Remove the overlay with all its secrets."""
    shutil.rmtree(Site("lab").overlay, ignore_errors=True)


def _host_key(folder: Path, host: str) -> Path:
    return folder / "ssh" / "hosts" / host
