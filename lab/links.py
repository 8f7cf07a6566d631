"""Cables: a veth pair for each link of the topology, between the network namespaces of two containers."""

from __future__ import annotations

import json

from lab.context import Context
from lab.podman import inspect
from lab.topology import Host
from muhtar.doors.process import Completed, run
from muhtar.errors import DoorError

__all__ = ["ensure_links", "in_namespace", "interface", "link_states"]


def interface(other: str) -> str:
    """Name of the interface that leads to another host."""
    return f"to-{other}"


def ensure_links(context: Context) -> int:
    """Plug in every cable that is not, and bring it up; returns how many were mended. Both its hosts must run."""
    return sum(
        _ensure(context, context.topology.host(one), context.topology.host(other)) for one, other in context.topology.links
    )


def in_namespace(context: Context, host: Host, *argv: str, check: bool = True) -> Completed:
    """Run a program of this machine in the network namespace of a host. Raises DoorError where the host does not run."""
    return run(["nsenter", "--target", str(pid(context, host)), "--net", *argv], check=check, timeout=30)


def pid(context: Context, host: Host) -> int:
    """Process id of a host's init. Raises DoorError where it does not run."""
    found = int(inspect("container", context.container(host))["State"]["Pid"])
    if not found:
        raise DoorError(f"{host.name} does not run", mend="./inv lab.up")
    return found


def link_states(context: Context) -> dict[tuple[str, str], bool]:
    """For each link, whether both ends are plugged in and up."""
    # Both ends are asked in any case: the cable of a host that is gone is gone too, and would hide it.
    return {(one, other): all([_up(context, one, other), _up(context, other, one)]) for one, other in context.topology.links}


def _ensure(context: Context, one: Host, other: Host) -> bool:
    if _up(context, one.name, other.name) and _up(context, other.name, one.name):
        return False
    here, there = _has(context, one, other.name), _has(context, other, one.name)
    if not (here and there):
        _replug(context, one, other, here=here, there=there)
    for host, end in ((one, other.name), (other, one.name)):
        in_namespace(context, host, "ip", "link", "set", interface(end), "up")
    return True


def _replug(context: Context, one: Host, other: Host, *, here: bool, there: bool) -> None:
    for host, end, there_is in ((one, other.name, here), (other, one.name, there)):
        if there_is:
            in_namespace(context, host, "ip", "link", "delete", interface(end))
    # Both ends are born where they belong: being killed between two steps leaves nothing in this machine's own namespace.
    here_end = [interface(other.name), "netns", str(pid(context, one))]
    there_end = [interface(one.name), "netns", str(pid(context, other))]
    run(["ip", "link", "add", *here_end, "type", "veth", "peer", "name", *there_end])


def _has(context: Context, host: Host, other: str) -> bool:
    return in_namespace(context, host, "ip", "link", "show", interface(other), check=False).returncode == 0


def _up(context: Context, one: str, other: str) -> bool:
    told = in_namespace(context, context.topology.host(one), "ip", "-json", "link", "show", interface(other), check=False)
    if told.returncode != 0:
        return False
    return "UP" in json.loads(told.stdout)[0]["flags"]
