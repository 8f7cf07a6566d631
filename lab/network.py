"""The lab's management network: a bridge on this machine, with this checkout's name and subnet."""

from __future__ import annotations

import shutil
from pathlib import Path

from lab.identity import Identity
from lab.podman import exists, inspect, podman
from muhtar.errors import DoorError, ProcessFailedError

__all__ = ["LABEL", "ensure", "remove"]

# Every container and network of a lab carries it; its value is the checkout's id.
LABEL = "muhtar.lab"
# Machines that are themselves virtual often lose full-sized frames on the way out.
_MTU = "1400"
# Where CNI keeps which addresses are given away; a killed start leaves some behind.
_LEASES = Path("/var/lib/cni/networks")
_TRIES = 5


def ensure(identity: Identity) -> None:
    """Create the network unless it is there; when its subnet was taken meanwhile, choose another. Raises DoorError."""
    if exists("network", identity.network):
        if _subnets(identity.network) == {str(identity.subnet)}:
            return
        remove(identity)
    for _ in range(_TRIES):
        done = podman(
            "network", "create", "--subnet", str(identity.subnet), "-o", f"mtu={_MTU}", "--disable-dns",
            "--label", f"{LABEL}={identity.id}", identity.network, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            return
        if "subnet" not in done.stderr:
            raise DoorError(f"the lab's network cannot be made: {done.stderr.strip()}", mend="./inv doctor")
        identity.forget_subnet()
    raise DoorError(f"no subnet for the lab: {done.stderr.strip()}", mend="remove unused podman networks")


def remove(identity: Identity) -> None:
    """Remove the network and what hangs on it; harmless where there is none."""
    if exists("network", identity.network):
        try:
            podman("network", "rm", "--force", identity.network)
        except ProcessFailedError as error:
            if exists("network", identity.network):
                raise DoorError(f"the lab's network stays: {error.message}", mend="./inv lab.down") from error
    forget_leases(identity)


def forget_leases(identity: Identity) -> None:
    """Give back every address of the network. Only for when none of its containers runs."""
    shutil.rmtree(_LEASES / identity.network, ignore_errors=True)


def _subnets(name: str) -> set[str]:
    return {item["subnet"] for item in inspect("network", name).get("subnets", [])}
