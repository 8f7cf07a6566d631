"""The whole lab: up, down and how it is. Being killed at any moment is no harm: the next call finishes or removes the rest."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lab import containers, network, overlay, requirements
from lab.answers import answers, wait_for
from lab.context import Context
from lab.identity import Identity
from lab.images.removal import Removal, remove
from lab.images.store import Store
from lab.links import ensure_links, link_states
from lab.parallel import each
from lab.podman import installed, podman
from lab.topology import Host, Topology, load
from muhtar.errors import DoorError
from muhtar.progress import NoProgress, Progress
from muhtar.settings import locked

__all__ = ["HostStatus", "Town"]

# Two cores: more starts at once only wait for each other.
_STARTS = 4


@dataclass(frozen=True)
class HostStatus:
    """How one host is: its container's state ("" where there is none) and what is wrong with its answer ("" is well)."""

    host: Host
    address: str
    state: str
    problem: str

    @property
    def well(self) -> bool:
        """It runs and answers."""
        return self.state == "running" and not self.problem


class Town:
    """This checkout's lab."""

    def __init__(
        self, progress: Progress | None = None, identity: Identity | None = None, topology: Topology | None = None
    ) -> None:
        self.identity = identity or Identity()
        self.topology = topology or load()
        self._progress = progress or NoProgress()

    def up(self) -> list[str]:
        """Build what is missing, start what does not run, plug in the cables, wait until everybody answers.

        Returns remarks for the reader. Raises DoorError naming the host that does not come up, LockedError where another
        run works on this lab.
        """
        with self._alone():
            remarks = self._prepare_machine()
            store = Store(self.topology.recipes, self._progress)
            hosts = list(self.topology.hosts.values())
            images = store.need(host.boots_from for host in hosts)
            if not containers.running_hosts(self.identity.id):
                network.forget_leases(self.identity)
                _forget_repositories()
            network.ensure(self.identity)
            context = Context(self.identity, self.topology, overlay.write(self.identity, self.topology))
            self._start(context, hosts, images)
            self._progress.phase("wait until everybody answers", len(hosts))
            ensure_links(context)
            each(hosts, lambda host: self._answered(context, host), at_once=len(hosts))
            return remarks

    def context(self) -> Context:
        """Names, addresses and the overlay. Raises MuhtarError where the lab was never up."""
        return Context(self.identity, self.topology, overlay.load())

    def status(self) -> list[HostStatus]:
        """How every host is; asks those that run."""
        states = containers.ours(self.identity.id)
        if not states:
            return [HostStatus(host, "", "", "") for host in self.topology.hosts.values()]
        context = self.context()

        def look(host: Host) -> HostStatus:
            state = states.get(context.container(host), "")
            problem = answers(context, host) if state == "running" else ""
            return HostStatus(host, context.address(host), state, problem)

        return each(self.topology.hosts.values(), look, at_once=len(self.topology.hosts))

    def links(self) -> dict[tuple[str, str], bool]:
        """Each cable, and whether it is plugged in and up. Raises DoorError where one of its hosts does not run."""
        return link_states(self.context())

    def require(self) -> Context:
        """The context of a lab that runs. Raises DoorError where it does not."""
        if not containers.running_hosts(self.identity.id):
            raise DoorError("the lab is not up", mend="./inv lab.up")
        return self.context()

    def down(self) -> int:
        """Remove containers, network and cables; returns how many containers there were. Secrets and packages are kept."""
        with self._alone():
            return self._remove()

    def reset(self) -> None:
        """Down, and forget keys, secrets and the subnet: the next lab is another one."""
        with self._alone():
            self._remove()
            overlay.remove()
            self.identity.forget_subnet()

    def clean(self) -> Removal:
        """Down, and remove images and fetched packages; those images stay that somebody else's containers use."""
        with self._alone():
            self._remove()
            for host in self.topology.hosts.values():
                for volume in host.volumes:
                    podman("volume", "rm", "--force", self.identity.volume(host.name, volume), check=False)
            return self._remove_images()

    def clean_old(self) -> Removal:
        """Remove images of recipes as they used to be, this lab's and other checkouts', unless containers use them."""
        return self._remove_images(Store(self.topology.recipes).today())

    def _remove_images(self, keep: Collection[str] = ()) -> Removal:
        self._progress.phase("remove images", None)
        return remove(keep, lambda names: self._progress.step("image", f"{names} removed", "changed"))

    def _prepare_machine(self) -> list[str]:
        remarks = requirements.ready_to_build(self._progress)
        if said := requirements.raise_inotify():
            remarks.append(said)
        return remarks

    def _start(self, context: Context, hosts: list[Host], images: dict[str, str]) -> None:
        self._progress.phase("start hosts", len(hosts))

        def start(host: Host) -> None:
            self._progress.activity(host.name, "starting")
            did = containers.ensure_running(context, host, images[host.boots_from])
            self._progress.step(host.name, did, "ok" if did == "kept" else "changed")

        each(hosts, start, at_once=_STARTS)

    def _answered(self, context: Context, host: Host) -> None:
        self._progress.activity(host.name, f"waiting for {host.answers}")
        seconds = wait_for(context, host)
        self._progress.step(host.name, f"answers on {host.answers} after {seconds:.1f} s")

    def _remove(self) -> int:
        self._progress.phase("remove the lab", None)
        started = time.monotonic()
        if not installed():
            return 0
        count = containers.remove_all(self.identity.id)
        network.remove(self.identity)
        self._progress.step("lab", f"{count} hosts removed in {time.monotonic() - started:.0f} s")
        return count

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with locked("lab", wait=1):
            yield


def _forget_repositories() -> None:
    """What the lab's servers kept went with them: nobody is to look for it on the new ones."""
    # SQLAlchemy takes its time, and only who starts a lab needs it.
    from muhtar.backup.standing import PREFIX
    from muhtar.history import History

    History.open().forget(PREFIX, site="lab")
