"""A configuration file that somebody edited on the server itself."""

from __future__ import annotations

from typing import ClassVar

from lab.context import Context
from lab.edits import LineEdit
from lab.faults.fault import HostFault
from lab.topology import Host

__all__ = ["EditedFile"]


class EditedFile(HostFault):
    """One line is changed; the file stays valid, so nothing complains, and the running service does not know it yet."""

    name = "edited-file"
    summary = "a line of a service's configuration changed on the server"
    default = "web1"
    kinds = ("server",)

    _edits: ClassVar[dict[str, LineEdit]] = {"web1": LineEdit("/etc/nginx/nginx.conf", "server_tokens off;", "server_tokens on;")}
    # Every server has it, from role base.
    _anywhere = LineEdit("/etc/ssh/sshd_config.d/10-muhtar.conf", "PasswordAuthentication no", "PasswordAuthentication yes")

    def _inject(self, context: Context, host: Host) -> str:
        edit = self._edit(host)
        edit.make(context, host)
        return f"{host.name}: {edit.path} says {edit.new!r}"

    def _mend(self, context: Context, host: Host) -> str:
        edit = self._edit(host)
        if not edit.take_back(context, host):
            return f"{host.name}: {edit.path} is not edited by us"
        return f"{host.name}: {edit.path} is as it was"

    def _edit(self, host: Host) -> LineEdit:
        return self._edits.get(host.name, self._anywhere)

    def _findings(self, host: Host) -> list[tuple[str, str]]:
        return [(host.name, "drift.servers")]
