"""Running a program in a host of the lab, past its network and its accounts: the hand that breaks things needs neither."""

from __future__ import annotations

from lab.context import Context
from lab.podman import podman
from lab.topology import Host
from muhtar.doors.process import Completed

__all__ = ["inside"]


def inside(
    context: Context, host: Host, *argv: str, stdin: str | None = None, check: bool = True, timeout: float = 60.0
) -> Completed:
    """Run argv as root in the host's container. Raises DoorError where it fails or the host does not run."""
    options = ["--interactive"] if stdin is not None else []
    return podman("exec", *options, context.container(host), *argv, stdin=stdin, check=check, timeout=timeout)
