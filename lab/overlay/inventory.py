"""The overlay as an Ansible inventory: which address each host has today, and how to reach it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import yaml

from lab.identity import Identity
from lab.topology import Host, Topology
from muhtar.doors import apt
from muhtar.settings import atomic_write

__all__ = ["write_inventory", "write_ssh"]

_HEADER = "# Written by lab.up; changes are lost at the next one.\n"


def write_inventory(folder: Path, identity: Identity, topology: Topology) -> None:
    """Write hosts.yml, group_vars/all/lab.yml and host_vars/<host>/lab.yml."""
    hosts = [host for host in topology.hosts.values() if host.inventory]
    _yaml(folder / "hosts.yml", {"all": {"hosts": {host.name: {} for host in hosts}}})
    cache = topology.of_kind("cache")
    mirrors = apt.mirrors()
    _yaml(
        folder / "group_vars" / "all" / "lab.yml",
        {
            "ansible_user": "muhtar",
            "ansible_ssh_common_args": f"-F {shlex.quote(str(folder / 'ssh' / 'config'))}",
            "lab_id": identity.id,
            "lab_subnet": str(identity.subnet),
            "lab_gateway": identity.address(1),
            "lab_addresses": {host.name: identity.address(host.octet) for host in topology.hosts.values()},
            "lab_ca_file": str(folder / "ca" / "ca.crt"),
            "lab_public_key_file": str(folder / "ssh" / "id_ed25519.pub"),
            "lab_apt_mirror": mirrors.main,
            "lab_apt_security_mirror": mirrors.security or "",
            "lab_apt_proxy": f"http://{identity.address(cache[0].octet)}:3142" if cache else "",
        },
    )
    for host in hosts:
        _yaml(folder / "host_vars" / host.name / "lab.yml", {"ansible_host": identity.address(host.octet)})


def write_ssh(folder: Path, identity: Identity, hosts: list[Host], public: dict[str, str]) -> None:
    """Write ssh/config and ssh/known_hosts; `public` has each host's key as `ssh-ed25519 AAAA…`."""
    ssh = folder / "ssh"
    with atomic_write(ssh / "known_hosts", mode=0o600) as stream:
        stream.writelines(f"{host.name},{identity.address(host.octet)} {public[host.name]}\n" for host in hosts)
    blocks = [f"Host {host.name}\n    HostName {identity.address(host.octet)}\n" for host in hosts if host.answers == "ssh"]
    common = {
        "User": "muhtar",
        "IdentityFile": f'"{ssh / "id_ed25519"}"',
        "IdentitiesOnly": "yes",
        "UserKnownHostsFile": f'"{ssh / "known_hosts"}"',
        "GlobalKnownHostsFile": "/dev/null",
        "StrictHostKeyChecking": "yes",
        "HostKeyAlgorithms": "ssh-ed25519",
        "PreferredAuthentications": "publickey",
        "ConnectTimeout": "10",
        "LogLevel": "ERROR",
    }
    with atomic_write(ssh / "config", mode=0o600) as stream:
        stream.write(_HEADER + "".join(blocks) + "Host *\n" + "".join(f"    {key} {value}\n" for key, value in common.items()))


def _yaml(path: Path, content: dict[str, Any]) -> None:
    with atomic_write(path) as stream:
        stream.write(_HEADER + yaml.safe_dump(content, sort_keys=True))
