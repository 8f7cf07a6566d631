"""A town of simulated IOS switches for benchmarks: one process of its own that is all of them, and an inventory beside it."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import asyncssh
import yaml

from lab.simulators.ios.many import address, name, switches
from lab.simulators.stopping import serve

__all__ = ["PASSWORD", "PORT", "SITE", "USER", "address", "name", "simulated", "town", "write"]

SITE = "bench"
PORT = 2022
USER, PASSWORD = "muhtar", "of-the-benchmark-only"


@contextmanager
def simulated(count: int, latency: float, key: asyncssh.SSHKey, configurations: Sequence[str] = ()) -> Iterator[None]:
    """So many devices while the block runs, all with that host key; `latency` in seconds before each answer.

    Without `configurations` they run the simulator's own; otherwise each runs, and has saved, its own one.
    """
    child = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(count, latency, key.export_private_key().decode(), list(configurations)), daemon=True
    )
    child.start()
    try:
        _wait(address(count - 1))
        yield
    finally:
        child.terminate()
        child.join(10)


def town(folder: Path, count: int, key: asyncssh.SSHKey) -> Path:
    """Write an inventory of so many devices into `folder`, and their pinned host key into its state folder `home`."""
    site = folder / "inventories" / SITE
    hosts = {name(number): {"ansible_host": address(number)} for number in range(count)}
    common = {
        "muhtar_platform": "ios",
        "network_password": PASSWORD,
        "ansible_user": USER,
        "ansible_password": PASSWORD,
        "ansible_port": PORT,
    }
    write(site / "hosts.yml", yaml.safe_dump({"all": {"children": {"network": {"hosts": hosts}}}}))
    write(site / "group_vars" / "network" / "main.yml", yaml.safe_dump(common))
    public = key.export_public_key().decode()
    known = "".join(f"[{address(number)}]:{PORT} {public}" for number in range(count))
    write(folder / "home" / "sites" / SITE / "ssh" / "known_hosts", known)
    return site


def write(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def _serve(count: int, latency: float, key: str, configurations: Sequence[str]) -> None:
    # Ansible and expect hang up without a word, which asyncio finds worth a line each time.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    imported = asyncssh.import_private_key(key)
    devices = switches(count, PORT, key=imported, password=PASSWORD, user=USER, latency=latency, configurations=configurations)
    asyncio.run(serve(devices))


def _wait(host: str) -> None:
    deadline = time.monotonic() + 240
    while True:
        try:
            socket.create_connection((host, PORT), 1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
