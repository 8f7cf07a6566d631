"""What a run has to do: the selected hosts, what the policy says of each, and how to reach host and repository."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from muhtar.backup.policy import HostPolicy, Item, Keeper, Kept, Policy
from muhtar.backup.runs import device_tag
from muhtar.backup.sources.base import Machine
from muhtar.doors.restic import Here, Look, OnHost, Repository, Restic, Servers, Snapshot
from muhtar.errors import InventoryError, MuhtarError, RegisterError, UsageError
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Intent
from muhtar.registers.document import Place, dotted
from muhtar.secrets import Secret
from muhtar.settings import ROOT, Site, home
from nornir_tasks.get_configs import Configs

__all__ = ["Job", "Plan", "reach"]

# Role backup_client makes this folder, for root alone.
_HOST_CACHE = "/var/cache/restic"


def reach(site: Site, target: Target, account: str | None = None) -> OnHost:
    """A host of the site over OpenSSH; `account` is whose programs run there, where that is not root."""
    return OnHost(target.name, site.ssh_config, target.address, target.user, target.port, account=account)


@dataclass(frozen=True)
class Job:
    """One host that is to be backed up, and its part of the policy."""

    target: Target
    policy: HostPolicy

    @property
    def name(self) -> str:
        """The host's name."""
        return self.target.name

    @property
    def shared(self) -> bool:
        """Is its repository that of others too?"""
        return self.policy.keeper.shared is not None

    @property
    def repository(self) -> str:
        """The name of its repository: its own, or the shared one."""
        return self.policy.keeper.repository_of(self.name)

    @property
    def items(self) -> tuple[Item, ...]:
        """Its sources."""
        return self.policy.items


@dataclass
class Plan:
    """The selected hosts that the policy knows (`jobs`), and those it says nothing about (`unplanned`) or exempts (`exempt`).

    `exempt` maps each host to the reason, "" where the policy gives none; `exempted_at` to the line of the register.
    """

    site: Site
    inventory: Inventory
    register: Path
    jobs: list[Job] = field(default_factory=list)
    unplanned: list[str] = field(default_factory=list)
    exempt: dict[str, str] = field(default_factory=dict)
    exempted_at: dict[str, Intent] = field(default_factory=dict)
    _listed: dict[str, list[Snapshot]] = field(default_factory=dict, init=False, repr=False)
    _asking: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @classmethod
    def make(
        cls,
        site: Site,
        limit: str | None = None,
        shard: str | None = None,
        *,
        inventory: Inventory | None = None,
        only: str | None = None,
        group: str | None = None,
        kind: str | None = None,
        or_nothing: bool = False,
    ) -> Plan:
        """Read policy and inventory. `only` keeps the sources of that name, `kind` those of that kind, `group` its hosts.

        Raises RegisterError for a policy that is wrong or names a group that the inventory lacks, InventoryError for a
        selection of nothing, UsageError where nothing selected is to be backed up (unless that is allowed: `or_nothing`).
        """
        register = site.register("backup")
        policy = Policy.load(register)
        inventory = inventory or Inventory.load(site)
        _refuse_unknown(policy, inventory, register)
        plan = cls(site, inventory, register)
        for target in inventory.select(limit, shard, group=group):
            try:
                found = policy.of(target)
            except RegisterError as error:
                error.path = error.path or str(register)
                raise
            if found is None:
                reason = policy.exemption(target)
                if reason is None:
                    plan.unplanned.append(target.name)
                else:
                    plan.exempt[target.name] = reason
                    if place := policy.exempted_at(target):
                        plan.exempted_at[target.name] = place
                continue
            items = tuple(item for item in found.items if only in (None, item.source.name) and kind in (None, item.source.kind))
            if items:
                plan.jobs.append(Job(target, replace(found, items=items)))
            elif kind:
                plan.unplanned.append(target.name)
        if not plan.jobs and not or_nothing and not (kind and plan.unplanned):
            raise UsageError(plan._nothing(only), path=register, mend="./inv inventory.graph shows hosts and groups")
        return plan

    @property
    def intent(self) -> Intent:
        """The register, as outcomes name it."""
        path = self.register
        return Intent(file=str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path))

    @property
    def exemptions(self) -> list[str]:
        """Which selected hosts are not backed up, by the reason."""
        hosts: dict[str, list[str]] = {}
        for host, reason in self.exempt.items():
            hosts.setdefault(reason or "nobody says why", []).append(host)
        return [f"not backed up: {', '.join(names)}: {reason}" for reason, names in hosts.items()]

    @property
    def notes(self) -> list[str]:
        """What was selected and left out, and why."""
        found = self.exemptions
        if self.unplanned:
            found.append(f"the policy says nothing about {', '.join(self.unplanned)}")
        return found

    def machine(self, job: Job, configs: Callable[[], Configs] | None = None) -> Machine:
        """The job's host as its sources see it."""
        return Machine(job.name, None if job.target.platform else reach(self.site, job.target), configs)

    def restic(self, job: Job, where: Literal["host", "runner"], kept: Kept | None = None) -> Restic:
        """restic on the job's repository, run beside the data or on this machine; or on that of another server, `kept`."""
        keeper = kept.keeper if kept else job.policy.keeper
        repository = self._repository(job, keeper)
        if where == "host":
            return Restic(reach(self.site, job.target), repository, cacert=keeper.ca, cache=_HOST_CACHE)
        return Restic(Here(), repository, binary=self._binary, cacert=self._authority, cache=str(home() / "cache" / "restic"))

    def look(self, job: Job) -> Look:
        """The job's repository as this machine sees its files; a server that does not answer is asked once."""
        return Look(self._repository(job, job.policy.keeper), self._servers)

    @cached_property
    def _servers(self) -> Servers:
        return Servers(self._authority)

    @property
    def _authority(self) -> str | None:
        """Whom this machine knows the repository servers by; None: the system's authorities."""
        own = self.site.overlay / "ca" / "ca.crt"
        return str(own) if own.is_file() else None

    @cached_property
    def _binary(self) -> str:
        from muhtar.doors.tools import restic_binary

        return str(restic_binary())

    def snapshots(self, job: Job) -> list[Snapshot]:
        """What the job's repository lists of it, oldest first; a shared one is asked once. Raises as `Restic.snapshots` does."""
        if not job.shared:
            return self.restic(job, "runner").snapshots()
        with self._asking:
            if job.repository not in self._listed:
                self._listed[job.repository] = self.restic(job, "runner").snapshots()
        tag = device_tag(job.name)
        return [shot for shot in self._listed[job.repository] if tag in shot.tags]

    def _repository(self, job: Job, keeper: Keeper) -> Repository:
        address = self.inventory.target(keeper.server).address
        host = f"[{address}]" if ":" in address else address
        name = keeper.repository_of(job.name)
        return Repository(
            url=f"rest:https://{host}:{keeper.port}/{name}/",
            password=_secret(job, keeper.passwords, name),
            user=name,
            user_password=_secret(job, keeper.user_passwords, name),
        )

    def _nothing(self, only: str | None) -> str:
        if self.exempt and not self.unplanned and not only:
            return "; ".join(self.notes)
        return "nothing that is selected is backed up" + (f" under the name {only!r}" if only else "")


def _secret(job: Job, variable: str, repository: str) -> Secret:
    """The entry of a repository in an inventory variable that maps them to passwords."""
    table: Any = job.target.vars.get(variable)
    value = table.get(repository) if isinstance(table, dict) else None
    if not isinstance(value, str) or not value:
        raise InventoryError(
            f"{repository} has no password in {variable}",
            key=variable,
            mend=f"add one to the vault: {variable}: {{{repository}: …}}",
        )
    return Secret(value)


def _refuse_unknown(policy: Policy, inventory: Inventory, register: Path) -> None:
    """A misspelt group would be a group that silently is not backed up."""
    groups, hosts = {"all", *inventory.groups}, set(inventory.hosts)
    named: list[tuple[str, str, Place, set[str]]] = [
        *(("group", name, ("groups", name), groups) for name in policy.groups),
        *(("host", name, ("hosts", name), hosts) for name in policy.hosts),
        *(("group or host", name, ("exempt", name), groups | hosts) for name in policy.exempt),
        *(("host", keeper.server, ("repositories", name, "server"), hosts) for name, keeper in policy.repositories.items()),
    ]
    problems: list[MuhtarError] = [
        RegisterError(f"there is no {kind} {name!r}", path=register, line=policy.line(place), key=dotted(place))
        for kind, name, place, known in named
        if name not in known
    ]
    if problems:
        raise RegisterError("the policy does not fit the inventory", path=register, mend="mend the names", problems=problems)
