"""A town of equal servers for benchmarks: containers of the lab's image, brought to the state that the roles declare.

Run as a program, it removes what a benchmark of this checkout has left.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import yaml

from benchmarks.switches import write
from lab import containers, network
from lab.context import Context
from lab.identity import Identity
from lab.topology import FILE, Topology
from lab.town import Town
from muhtar.doors.process import run
from muhtar.drift.servers import mend
from muhtar.progress import NoProgress
from muhtar.settings import ROOT, Site

__all__ = ["Servers", "servers"]

# The first is called as in the lab, so that its image, and that of all who are made alike, is the lab's.
_FIRST = "web1"
_OCTET = 11
_LINKED = ("ansible.cfg", "filter_plugins", "muhtar", "playbooks", "roles")


@dataclass(frozen=True)
class Servers:
    """Servers that run, converged and looked at in full once: `names` in order, their site, and what the lab knows of them."""

    names: tuple[str, ...]
    site: Site
    context: Context

    def address(self, name: str) -> str:
        """A server's address."""
        return self.context.address(self.context.topology.host(name))

    def ssh(self, name: str, *argv: str) -> str:
        """What a program of the server says."""
        command: list[str | Path] = ["ssh", "-F", self.context.overlay.ssh_config, "-o", "BatchMode=yes", name, *argv]
        return run(command, timeout=60).stdout


@contextmanager
def servers(count: int, folder: Path) -> Iterator[Servers]:
    """So many servers while the block runs; containers and network go with it, at Ctrl-C and SIGTERM too.

    State is kept in `folder`, which is made anew. Names and subnet are those of this checkout, other ones than its lab's.
    """
    shutil.rmtree(folder, ignore_errors=True)
    os.environ["MUHTAR_HOME"] = str(folder / "home")
    names = (_FIRST, *(f"h{number:02d}" for number in range(2, count + 1)))
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        # A benchmark that was killed may have left some.
        _clear()
        town = Town(identity=_identity(), topology=_topology(names))
        town.up()
        found = Servers(names, _site(folder, names), town.context())
        report = mend(found.site, progress=NoProgress()).build()
        if report.exit_code:
            raise AssertionError([outcome.summary for outcome in report.outcomes])
        yield found
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _clear()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, before)
        shutil.rmtree(folder, ignore_errors=True)


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


def _clear() -> None:
    """Remove all in a process of its own, which goes on where this one is killed for taking too long."""
    run([sys.executable, "-m", "benchmarks.drift_town"], env={"PYTHONPATH": str(ROOT)}, timeout=300)


def _identity() -> Identity:
    return Identity(ROOT / "benchmarks" / "drift")


def _topology(names: Sequence[str]) -> Topology:
    """The lab's, with these servers for all of its hosts."""
    declared = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    own = declared["hosts"][_FIRST]
    hosts = {name: {**own, "octet": _OCTET + number} for number, name in enumerate(names)}
    return Topology.model_validate({**declared, "hosts": hosts, "links": []})


def _site(folder: Path, names: Sequence[str]) -> Site:
    """The lab's site, with these servers for all of its hosts, and its roles."""
    root = folder / "town"
    site = Site("lab", root=root)
    shutil.copytree(ROOT / "inventories" / "lab" / "group_vars", site.path / "group_vars")
    for name in _LINKED:
        if (ROOT / name).exists():
            (root / name).symlink_to(ROOT / name)
    write(site.path / "settings.yml", (ROOT / "inventories" / "lab" / "settings.yml").read_text(encoding="utf-8"))
    write(site.hosts_file, yaml.safe_dump({"all": {"children": {"servers": {"hosts": dict.fromkeys(names)}}}}))
    return site


if __name__ == "__main__":
    containers.remove_all(_identity().id)
    network.remove(_identity())
