"""A configuration file that somebody edited on the server itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lab.context import Context
from lab.faults.fault import HostFault
from lab.inside import inside
from lab.topology import Host
from muhtar.errors import UsageError

__all__ = ["EditedFile"]

_KEPT = "/root/.fault-edited-file"


@dataclass(frozen=True)
class _Edit:
    path: str
    old: str
    new: str


class EditedFile(HostFault):
    """One line is changed; the file stays valid, so nothing complains, and the running service does not know it yet."""

    name = "edited-file"
    summary = "a line of a service's configuration changed on the server"
    default = "web1"
    kinds = ("server",)

    _edits: ClassVar[dict[str, _Edit]] = {"web1": _Edit("/etc/nginx/nginx.conf", "server_tokens off;", "server_tokens on;")}
    # Every server has it, from role base.
    _anywhere = _Edit("/etc/ssh/sshd_config.d/10-muhtar.conf", "PasswordAuthentication no", "PasswordAuthentication yes")

    def _inject(self, context: Context, host: Host) -> str:
        edit = self._edits.get(host.name, self._anywhere)
        if inside(context, host, "grep", "-qF", edit.old, edit.path, check=False).returncode != 0:
            raise UsageError(f"{host.name}:{edit.path} has no line {edit.old!r}", mend="./inv provision --apply first")
        inside(context, host, "cp", "--preserve=all", edit.path, _KEPT)
        inside(context, host, "sed", "-i", f"s/{edit.old}/{edit.new}/", edit.path)
        return f"{host.name}: {edit.path} says {edit.new!r}"

    def _mend(self, context: Context, host: Host) -> str:
        edit = self._edits.get(host.name, self._anywhere)
        if inside(context, host, "test", "-f", _KEPT, check=False).returncode != 0:
            return f"{host.name}: {edit.path} was not edited by us"
        inside(context, host, "mv", _KEPT, edit.path)
        return f"{host.name}: {edit.path} is as it was"

    def _findings(self, host: Host) -> list[tuple[str, str]]:
        return [(host.name, "drift.servers")]
