"""A lock on a backup repository whose owner was killed."""

from __future__ import annotations

import shlex

from lab.context import Context
from lab.faults.fault import HostFault
from lab.inside import inside
from lab.topology import Host
from muhtar.errors import DoorError

__all__ = ["StaleLock"]

_SERVER = "bak1"
_PORT = 8000
_CA = "/etc/restic/ca.crt"
# KiB/s: slow enough that the check is certainly still at work when it is killed.
_CRAWL = "64"
_SECONDS = "4"


class StaleLock(HostFault):
    """A check of the host's repository takes the exclusive lock and is killed; the next backup waits for a dead process."""

    name = "stale-lock"
    summary = "an exclusive lock left in a host's backup repository"
    default = "web1"
    kinds = ("server",)

    def _inject(self, context: Context, host: Host) -> str:
        kill = ["timeout", "--signal=KILL", _SECONDS, "restic", "check", "--read-data", "--no-cache", "--limit-download", _CRAWL]
        self._restic(context, host, kill)
        if not self._locks(context, host):
            raise DoorError(f"no lock stayed in the repository of {host.name}", mend="./inv backup.run first, then try again")
        return f"{host.name}: its backup repository is locked by a dead process"

    def _mend(self, context: Context, host: Host) -> str:
        self._restic(context, host, ["restic", "unlock", "--remove-all"])
        return f"{host.name}: its backup repository is not locked"

    def _locks(self, context: Context, host: Host) -> list[str]:
        return self._restic(context, host, ["restic", "list", "locks", "--no-lock", "--quiet"]).split()

    def _restic(self, context: Context, host: Host, words: list[str]) -> str:
        """Run restic on the host. Credentials reach it through a script on stdin, never through an argument."""
        server = f"{_SERVER}.{context.topology.domain}"
        secrets = context.overlay.secrets
        env = {
            "RESTIC_REPOSITORY": f"rest:https://{server}:{_PORT}/{host.name}/",
            "RESTIC_PASSWORD": secrets["vault_backup_repo_password"][host.name],
            "RESTIC_REST_USERNAME": host.name,
            "RESTIC_REST_PASSWORD": secrets["vault_backup_http_password"][host.name],
            "RESTIC_CACERT": _CA,
        }
        script = "".join(f"export {key}={shlex.quote(value)}\n" for key, value in env.items()) + shlex.join(words) + "\n"
        return inside(context, host, "sh", stdin=script, check=False).stdout
