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
    # Who writes there in a mount namespace of its own: what is mounted beside it, it does not see.
    _services: ClassVar[dict[str, str]] = {"pbx1": "asterisk", "bak1": "restic-rest-server"}

    def _inject(self, context: Context, host: Host) -> str:
        folder = self._folder(host)
        if self._mounted(context, host):
            return f"{host.name}: {folder} is full already"
        owner = inside(context, host, "stat", "--format", "uid=%u,gid=%g,mode=%a", folder).stdout.strip()
        for view in self.views(context, host):
            run([*view, "mount", "-t", "tmpfs", "-o", f"size={_SIZE},{owner}", "full-disk", folder], timeout=30)
            run([*view, "dd", "if=/dev/zero", f"of={folder}/.full", "bs=64k"], timeout=30, check=False)
        return f"{host.name}: no space left in {folder}"

    def _mend(self, context: Context, host: Host) -> str:
        if not self._mounted(context, host):
            return f"{host.name}: {self._folder(host)} has space"
        for view in self.views(context, host):
            # Lazily: a program that holds a file there must not keep the fault alive. A service that was started since has the
            # mount from its host, or none.
            run([*view, "umount", "--lazy", self._folder(host)], timeout=30, check=False)
        return f"{host.name}: {self._folder(host)} has space again"

    def _folder(self, host: Host) -> str:
        return self._folders.get(host.name, self._anywhere)

    def _mounted(self, context: Context, host: Host) -> bool:
        return inside(context, host, "mountpoint", "--quiet", self._folder(host), check=False).returncode == 0

    def views(self, context: Context, host: Host) -> list[list[str]]:
        """How to run something in each mount namespace that counts. The container may not mount; this machine may, in there."""
        # umount reads /proc, which is that of the container's own processes.
        own = ["nsenter", "--target", str(pid(context, host)), "--mount", "--pid"]
        service = self._services.get(host.name)
        if service is None:
            return [own]
        main = inside(context, host, "systemctl", "show", "--property=MainPID", "--value", service).stdout.strip()
        return [own] if main in {"", "0"} else [own, [*own, "nsenter", "--target", main, "--mount"]]
