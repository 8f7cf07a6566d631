"""What this checkout's lab is called: two clones on one machine never share a name or an address."""

from __future__ import annotations

import hashlib
import ipaddress
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lab.podman import podman
from muhtar.doors.process import run
from muhtar.errors import MuhtarError
from muhtar.settings import ROOT, atomic_write, home

__all__ = ["Identity"]

# 10.100.0.0/24 to 10.227.255.0/24.
_FIRST = 100
_SUBNETS = 128 * 256


@dataclass(frozen=True)
class Identity:
    """Names and addresses of one checkout's lab; `root` is the checkout."""

    root: Path = ROOT

    @cached_property
    def id(self) -> str:
        """Six hex digits of the checkout's path."""
        return self._digest[:6]

    @property
    def network(self) -> str:
        """Name of the lab's podman network."""
        return f"muhtar-{self.id}"

    def container(self, host: str) -> str:
        """Name of a host's container."""
        return f"muhtar-{self.id}-{host}"

    def volume(self, host: str, name: str) -> str:
        """Name of a host's volume."""
        return f"muhtar-{self.id}-{host}-{name}"

    @cached_property
    def subnet(self) -> ipaddress.IPv4Network:
        """The lab's /24: the one derived from the path, or the next that nobody uses; once chosen it is kept."""
        if self._file.is_file():
            return ipaddress.IPv4Network(json.loads(self._file.read_text(encoding="utf-8"))["subnet"])
        chosen = choose(int(self._digest, 16), _taken(self.network))
        with atomic_write(self._file) as stream:
            json.dump({"subnet": str(chosen)}, stream)
        return chosen

    def address(self, octet: int) -> str:
        """Address with that last octet."""
        return str(self.subnet.network_address + octet)

    def forget_subnet(self) -> None:
        """Choose anew next time."""
        self._file.unlink(missing_ok=True)
        self.__dict__.pop("subnet", None)

    @property
    def _file(self) -> Path:
        return home() / "lab" / "network.json"

    @cached_property
    def _digest(self) -> str:
        return hashlib.sha256(str(self.root).encode()).hexdigest()


def choose(seed: int, taken: Iterable[ipaddress.IPv4Network]) -> ipaddress.IPv4Network:
    """The seed's /24, or the next one free of everything in `taken`. Raises MuhtarError when all are taken."""
    used = list(taken)
    for step in range(_SUBNETS):
        index = (seed + step) % _SUBNETS
        candidate = ipaddress.IPv4Network((f"10.{_FIRST + index // 256}.{index % 256}.0", 24))
        if not any(candidate.overlaps(other) for other in used):
            return candidate
    raise MuhtarError("no /24 of 10.100.0.0 to 10.227.255.0 is free on this machine", mend="remove unused podman networks")


def _taken(own: str) -> list[ipaddress.IPv4Network]:
    """Networks that somebody else uses: routes of this machine, and podman networks but our own."""
    found: list[ipaddress.IPv4Network] = []
    mine: set[ipaddress.IPv4Network] = set()
    for network in json.loads(podman("network", "ls", "--format", "json").stdout or "[]"):
        subnets = [ipaddress.IPv4Network(item["subnet"]) for item in network.get("subnets", []) if "." in item["subnet"]]
        (mine.update if network["name"] == own else found.extend)(subnets)
    routes = [route["dst"] for route in json.loads(run(["ip", "-json", "-4", "route"]).stdout or "[]")]
    found += [ipaddress.IPv4Network(route, strict=False) for route in routes if route != "default"]
    return [network for network in found if network not in mine]
