"""A volume without a byte left."""

from __future__ import annotations

from typing import ClassVar

from lab.context import Context
from lab.faults.fault import HostFault
from lab.inside import inside
from lab.links import pid
from lab.topology import Host
from muhtar.doors.process import run

__all__ = ["FullDisk"]

_SIZE = "1m"


class FullDisk(HostFault):
    """A volume of 1 MiB, filled, lies over the folder where a server writes; what was there comes back with the mend."""

    name = "full-disk"
    summary = "no space left where a server writes"
    default = "nvr1"
    kinds = ("server",)

    _folders: ClassVar[dict[str, str]] = {
        "nvr1": "/var/cache/zoneminder/events",
        "pbx1": "/var/spool/asterisk/monitor",
        "bak1": "/srv/restic",
    }
    _anywhere = "/var/log"

    def _inject(self, context: Context, host: Host) -> str:
        folder = self._folder(host)
        if self._mounted(context, host):
            return f"{host.name}: {folder} is full already"
        owner = inside(context, host, "stat", "--format", "uid=%u,gid=%g,mode=%a", folder).stdout.strip()
        # The container may not mount; this machine may, in the container's namespace.
        self._in_mounts(context, host, "mount", "-t", "tmpfs", "-o", f"size={_SIZE},{owner}", "full-disk", folder)
        inside(context, host, "dd", "if=/dev/zero", f"of={folder}/.full", "bs=64k", check=False)
        return f"{host.name}: no space left in {folder}"

    def _mend(self, context: Context, host: Host) -> str:
        if not self._mounted(context, host):
            return f"{host.name}: {self._folder(host)} has space"
        # Lazily: a program that holds a file there must not keep the fault alive.
        self._in_mounts(context, host, "umount", "--lazy", self._folder(host))
        return f"{host.name}: {self._folder(host)} has space again"

    def _folder(self, host: Host) -> str:
        return self._folders.get(host.name, self._anywhere)

    def _mounted(self, context: Context, host: Host) -> bool:
        return inside(context, host, "mountpoint", "--quiet", self._folder(host), check=False).returncode == 0

    def _in_mounts(self, context: Context, host: Host, *argv: str) -> None:
        # umount reads /proc, which is that of the container's own processes.
        run(["nsenter", "--target", str(pid(context, host)), "--mount", "--pid", *argv], timeout=30)
