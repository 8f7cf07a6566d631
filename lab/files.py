"""What is copied into a container before its first start: identity, names, the way to packages, a simulator's settings.

It goes in as a tar stream on stdin: no secret stands in an argument, an environment or a mount that `podman inspect` shows.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass

from lab.context import Context
from lab.images.recipe import FOLDER as IMAGES
from lab.overlay.authority import Authority
from lab.topology import Host

__all__ = ["CONTROL", "SETTINGS", "File", "archive", "factory_config", "files_for"]

SETTINGS = "/etc/muhtar/settings.json"
CONTROL = "/etc/muhtar/control.json"
_PASSWORD = "/etc/muhtar/password"  # noqa: S105 - a path
_PROXY = "/usr/local/lib/muhtar/apt-proxy"
_CACHE_PORT = 3142
# A switch boots with a name and the way in through which everything else is configured: on EOS the API, on IOS SSH with SCP,
# an archive (which the revert timer needs) and no questions about files.
_FACTORY = {
    "eos": "hostname {name}\n!\nmanagement api http-commands\n   no shutdown\n!\nend\n",
    "ios": "hostname {name}\n!\narchive\n path flash:archive\n!\nip scp server enable\nfile prompt quiet\n!\nend\n",
}


@dataclass(frozen=True)
class File:
    """A file of a container: absolute path, content, permissions (owner is root)."""

    path: str
    content: str
    mode: int = 0o644


def files_for(context: Context, host: Host) -> list[File]:
    """Everything that a host gets before it starts."""
    found = [File("/etc/hosts", _hosts(context))]
    if host.answers == "ssh":
        found += _ssh(context, host)
        found += _apt(context)
    if host.unit:
        # No role hardens it, and its image is that of a host which one does.
        found.append(File("/etc/ssh/sshd_config.d/10-muhtar.conf", _sshd()))
    if host.simulator == "eos":
        found += _eos(context, host)
    if host.simulator == "ios":
        found += _ios(context, host)
    if host.simulator == "camera":
        found += _camera(context, host)
    return found


def archive(files: list[File]) -> bytes:
    """A tar of the files. Folders that exist stay as they are; missing ones are made by podman, for root."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for file in files:
            data = file.content.encode()
            entry = tarfile.TarInfo(file.path.lstrip("/"))
            entry.size, entry.mode, entry.uid, entry.gid = len(data), file.mode, 0, 0
            tar.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def factory_config(name: str, simulator: str) -> str:
    """What a switch boots with before anybody configured it; `simulator` is its make."""
    return _FACTORY[simulator].format(name=name)


def _hosts(context: Context) -> str:
    domain = context.topology.domain
    lines = ["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback"]
    lines += [f"{context.address(host)} {host.name}.{domain} {host.name}" for host in context.topology.hosts.values()]
    return "\n".join(lines) + "\n"


def _ssh(context: Context, host: Host) -> list[File]:
    private = context.overlay.host_key(host.name)
    return [
        File("/etc/ssh/ssh_host_ed25519_key", private.read_text(encoding="utf-8"), 0o600),
        File("/etc/ssh/ssh_host_ed25519_key.pub", private.with_name(f"{private.name}.pub").read_text(encoding="utf-8")),
        # It belongs to root: who manages the host cannot lock the lab out.
        File("/home/muhtar/.ssh/authorized_keys", context.overlay.client_key + "\n"),
    ]


def _sshd() -> str:
    """The SSH server of hosts that no role manages, as their images have it."""
    script = (IMAGES / "setup" / "sshd.sh").read_text(encoding="utf-8")
    return script.partition("<<'CONF'\n")[2].partition("CONF\n")[0]


def _apt(context: Context) -> list[File]:
    caches = context.topology.of_kind("cache")
    if not caches:
        return []
    address = context.address(caches[0])
    script = (
        "#!/bin/bash\n# Which proxy apt is to use: the lab's cache while it answers, else none.\n"
        f"if timeout 1 bash -c '</dev/tcp/{address}/{_CACHE_PORT}' 2>/dev/null; then\n"
        f"    echo http://{address}:{_CACHE_PORT}\nelse\n    echo DIRECT\nfi\n"
    )
    return [
        File(_PROXY, script, 0o755),
        File("/etc/apt/apt.conf.d/02muhtar-proxy", f'Acquire::http::Proxy-Auto-Detect "{_PROXY}";\n'),
    ]


def _eos(context: Context, host: Host) -> list[File]:
    issued = context.overlay.authority.issue(host.name, context.topology.domain, context.address(host))
    # What somebody would show who stood in the switch's place.
    other = Authority.create("somebody else").issue(host.name, context.topology.domain, context.address(host))
    named = {
        "certificate": File("/etc/muhtar/certificate.pem", issued.certificate),
        "key": File("/etc/muhtar/key.pem", issued.key, 0o600),
        "other_certificate": File("/etc/muhtar/other-certificate.pem", other.certificate),
        "other_key": File("/etc/muhtar/other-key.pem", other.key, 0o600),
    }
    return _switch(context, host, "eos", named)


def _ios(context: Context, host: Host) -> list[File]:
    key = context.overlay.host_key(host.name).read_text(encoding="utf-8")
    return _switch(context, host, "ios", {"host_key": File("/etc/muhtar/host_key", key, 0o600)})


def _switch(context: Context, host: Host, platform: str, named: Mapping[str, File]) -> list[File]:
    """Files of a simulated switch; `named` are its own ones, each by the setting that names it."""
    factory = File("/etc/muhtar/factory.cfg", factory_config(host.name, platform))
    settings = {
        "name": host.name,
        **{key: file.path for key, file in named.items()},
        "password_file": _PASSWORD,
        "initial_config": factory.path,
        "state": "/var/lib/muhtar",
        "control": CONTROL,
        **host.settings,
    }
    return [
        File(SETTINGS, json.dumps(settings, indent=2) + "\n"),
        *named.values(),
        factory,
        File(_PASSWORD, context.overlay.secrets["vault_switch_password"] + "\n", 0o600),
    ]


def _camera(context: Context, host: Host) -> list[File]:
    settings = {"name": host.name, "password_file": _PASSWORD, "control": CONTROL, **host.settings}
    return [
        File(SETTINGS, json.dumps(settings, indent=2) + "\n"),
        File(_PASSWORD, context.overlay.secrets["vault_camera_password"] + "\n", 0o600),
    ]
