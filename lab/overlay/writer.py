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
from lab.overlay.vault import ensure_password, ensure_secrets
from lab.topology import Topology
from muhtar.settings import Site, atomic_write

__all__ = ["Overlay", "write"]


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

    def host_key(self, host: str) -> Path:
        """A host's private SSH key; the public one stands beside it."""
        return _host_key(self.folder, host)


def write(identity: Identity, topology: Topology) -> Overlay:
    """Write what is missing or may have changed, and return it all."""
    folder = Site("lab").overlay
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    client = ensure_key(folder / "ssh" / "id_ed25519", "muhtar")
    reachable = [host for host in topology.hosts.values() if host.answers in {"ssh", "apt-cache"}]
    public = {host.name: ensure_key(_host_key(folder, host.name), host.name).rpartition(" ")[0] for host in reachable}
    password = ensure_password(folder / "vault-password")
    secrets = ensure_secrets(folder / "group_vars" / "all" / "vault.yml", password, topology)
    authority = Authority(secrets["vault_lab_ca_certificate"], secrets["vault_lab_ca_key"])
    with atomic_write(folder / "ca" / "ca.crt") as stream:
        stream.write(authority.certificate)
    write_ssh(folder, identity, reachable, public)
    write_registers(folder)
    write_inventory(folder, identity, topology)
    return Overlay(folder, authority, client, secrets)


def remove() -> None:
    """Remove the overlay with all its secrets."""
    shutil.rmtree(Site("lab").overlay, ignore_errors=True)


def _host_key(folder: Path, host: str) -> Path:
    return folder / "ssh" / "hosts" / host
