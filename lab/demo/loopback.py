"""The town's switches on this machine's loopback, for a machine without containers: the same simulator, in this process."""

from __future__ import annotations

import asyncio
import ipaddress
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from lab.files import factory_config
from lab.identity import Identity
from lab.overlay import write
from lab.overlay.writer import Overlay
from lab.simulators.eos.device import Device
from lab.simulators.eos.server import EosServer
from lab.simulators.eos.settings import Settings
from lab.topology import Topology, load
from muhtar.settings import atomic_write

__all__ = ["switches"]

# Every address of 127.0.0.0/8 is this machine; no root is needed above port 1023.
_SUBNET = ipaddress.IPv4Network("127.0.0.0/24")
_PORT = 8443


@contextmanager
def switches() -> Iterator[list[str]]:
    """Write an overlay whose addresses are loopback's, serve every EOS switch of the topology, and yield their names.

    The overlay lands in the state folder that `MUHTAR_HOME` names: give it one of its own.
    """
    topology = load()
    identity = Identity()
    identity.__dict__["subnet"] = _SUBNET  # nothing to choose: loopback is ours
    overlay = write(identity, topology)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    servers: list[EosServer] = []
    try:
        for name, settings in _settings(identity, topology, overlay):
            with atomic_write(overlay.folder / "host_vars" / name / "port.yml") as stream:
                yaml.safe_dump({"ansible_port": _PORT}, stream)
            server = EosServer(Device(settings))
            asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
            servers.append(server)
        yield [host.name for host in topology.hosts.values() if host.simulator == "eos"]
    finally:
        for server in servers:
            asyncio.run_coroutine_threadsafe(server.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


def _settings(identity: Identity, topology: Topology, overlay: Overlay) -> Iterator[tuple[str, Settings]]:
    for host in topology.hosts.values():
        if host.simulator != "eos":
            continue
        folder = overlay.folder / "switches" / host.name
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        address = identity.address(host.octet)
        issued = overlay.authority.issue(host.name, topology.domain, address)
        yield (
            host.name,
            Settings(
                name=host.name,
                certificate=_file(folder / "certificate.pem", issued.certificate),
                key=_file(folder / "key.pem", issued.key),
                password_file=_file(folder / "password", overlay.secrets["vault_switch_password"] + "\n"),
                initial_config=_file(folder / "factory.cfg", factory_config(host.name)),
                state=folder / "flash",
                address=address,
                port=_PORT,
            ),
        )


def _file(path: Path, content: str) -> Path:
    with atomic_write(path, mode=0o600) as stream:
        stream.write(content)
    return path
