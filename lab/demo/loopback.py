"""The town's switches on this machine's loopback, for a machine without containers: the same simulators, in this process."""

from __future__ import annotations

import asyncio
import ipaddress
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from lab.files import factory_config
from lab.identity import Identity
from lab.overlay import write
from lab.overlay.keys import public_of
from lab.overlay.writer import Overlay
from lab.simulators.eos.device import Device
from lab.simulators.eos.server import EosServer
from lab.simulators.eos.settings import Settings as EosSettings
from lab.simulators.ios.device import Device as IosDevice
from lab.simulators.ios.server import IosServer
from lab.simulators.ios.settings import Settings as IosSettings
from lab.topology import Host, Topology, load
from muhtar.settings import atomic_write

__all__ = ["switches"]

# Every address of 127.0.0.0/8 is this machine; no root is needed above port 1023.
_SUBNET = ipaddress.IPv4Network("127.0.0.0/24")
_PORTS = {"eos": 8443, "ios": 8022}


@contextmanager
def switches() -> Iterator[list[str]]:
    """Write an overlay whose addresses are loopback's, serve every switch of the topology, and yield their names.

    The overlay lands in the state folder that `MUHTAR_HOME` names: give it one of its own.
    """
    topology = load()
    identity = Identity()
    identity.__dict__["subnet"] = _SUBNET  # nothing to choose: loopback is ours
    overlay = write(identity, topology)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    servers: list[EosServer | IosServer] = []
    found = [host for host in topology.hosts.values() if host.simulator in _PORTS]
    try:
        for host in found:
            with atomic_write(overlay.folder / "host_vars" / host.name / "port.yml") as stream:
                yaml.safe_dump({"ansible_port": _PORTS[str(host.simulator)]}, stream)
            server = _server(identity, topology, overlay, host)
            asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
            servers.append(server)
        yield [host.name for host in found]
    finally:
        for server in servers:
            asyncio.run_coroutine_threadsafe(server.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


def _server(identity: Identity, topology: Topology, overlay: Overlay, host: Host) -> EosServer | IosServer:
    folder = overlay.folder / "switches" / host.name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    address = identity.address(host.octet)
    simulator = str(host.simulator)
    common: dict[str, Any] = {
        "name": host.name,
        "password_file": _file(folder / "password", overlay.secrets["vault_switch_password"] + "\n"),
        "initial_config": _file(folder / "factory.cfg", factory_config(host.name, simulator)),
        "state": folder / "flash",
        "address": address,
        "port": _PORTS[simulator],
    }
    if simulator == "ios":
        key = overlay.host_key(host.name)
        with overlay.known_hosts.open("a", encoding="utf-8") as stream:
            stream.write(f"[{address}]:{_PORTS[simulator]} {public_of(key)}\n")
        return IosServer(IosDevice(IosSettings(host_key=key, **common)))
    issued = overlay.authority.issue(host.name, topology.domain, address)
    certificate = _file(folder / "certificate.pem", issued.certificate)
    return EosServer(Device(EosSettings(certificate=certificate, key=_file(folder / "key.pem", issued.key), **common)))


def _file(path: Path, content: str) -> Path:
    with atomic_write(path, mode=0o600) as stream:
        stream.write(content)
    return path
