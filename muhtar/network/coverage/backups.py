"""Which devices were backed up, and when: by the history of past runs, without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from muhtar.backup.policy import Policy
from muhtar.history import History
from muhtar.inventory import Target
from muhtar.settings import Site

__all__ = ["Backups", "Lack"]

CHECK = "backup.snapshot"
KIND = "device_config"


@dataclass(frozen=True)
class Lack:
    """What is wrong with the backup of a device: a sentence, what was wanted, what was found, and the mend."""

    said: str
    wanted: str
    found: str
    mend: str


class Backups:
    """What the history knows of devices' backups, and what the policy wants of them."""

    def __init__(self, site: Site, history: History, now: datetime) -> None:
        """Raises RegisterError for a policy that is missing or wrong."""
        self._policy = Policy.load(site.register("backup"))
        self._now = now
        self._last: Mapping[str, datetime] = {
            target: moment for (target, _), moment in history.last_success([CHECK], site=site.name).items()
        }
        entries = [*self._policy.groups.values(), *self._policy.hosts.values()]
        devices = {source.name for entry in entries for source in entry.sources if source.kind == KIND}
        self.hosts: frozenset[str] = frozenset(
            outcome.target for outcome in history.last_outcomes([CHECK], site=site.name) if outcome.subject in devices
        )

    def last(self, host: str) -> datetime | None:
        """When the host's backup last succeeded as a whole."""
        return self._last.get(host)

    def lack(self, target: Target) -> Lack | None:
        """What is wrong with the device's backup; None where it is young enough, or exempt."""
        found = self._policy.of(target)
        rpos = [item.rpo_hours for item in found.items if item.source.kind == KIND] if found else []
        if not rpos:
            if self._policy.exemption(target) is not None:
                return None
            return Lack("no policy backs it up", "a policy", "none", "name its group in registers/backup.yml")
        wanted = f"a backup younger than {min(rpos):g} h"
        mend = "./inv backup.run"
        last = self.last(target.name)
        if last is None:
            return Lack("never backed up, as far as the history of reports goes", wanted, "none", mend)
        age = self._now - last
        if age > timedelta(hours=min(rpos)):
            return Lack(
                f"last backed up {age.total_seconds() / 3600:.0f} h ago", wanted, last.isoformat(timespec="minutes"), mend
            )
        return None
