"""A plan: what a change will do to each device, in a shape that can be read, kept and carried out as it was read."""

from __future__ import annotations

import getpass
import os
import re
import secrets
import socket
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, PrivateAttr

from muhtar.errors import MuhtarError, UsageError
from muhtar.inventory import Target

__all__ = ["SCHEMA", "Kind", "Plan", "PlanError", "PlannedDevice", "author", "checked_ticket", "new_id", "unseen"]

SCHEMA = "muhtar.network.plan/2"
_TICKET = re.compile(r"[\w][\w ./#:-]{0,63}")


class PlanError(MuhtarError):
    """A plan cannot be read, or cannot be carried out here."""


class Kind(StrEnum):
    """What a plan's configurations are: the inventory's intent, or a section of it, what a change replaced, an old version."""

    INTENDED = "intended"
    SECTION = "section"
    ROLLBACK = "rollback"
    RESTORE = "restore"


class PlannedDevice(BaseModel):
    """One device of a plan.

    `running_hash` is the fingerprint of what it ran when the plan was made (None: nobody looked); `diff` is concealed;
    `remediation` are the commands that would make the change by hand, in their order and concealed too; empty where the
    platform has no grammar. What is carried out is the candidate, not they.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    platform: str
    running_hash: str | None = None
    diff: str = ""
    remediation: tuple[str, ...] = ()


class Plan(BaseModel):
    """Who planned what, when and why, and each device's part of it. Candidates are no part of its fields: they hold secrets."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal["muhtar.network.plan/2"] = "muhtar.network.plan/2"
    id: str
    site: str
    kind: Kind
    about: str
    made: datetime
    by: str
    ticket: str | None = None
    undoes: str | None = None
    devices: tuple[PlannedDevice, ...]

    _candidates: dict[str, str] = PrivateAttr(default_factory=dict)

    @classmethod
    def new(
        cls,
        site: str,
        kind: Kind,
        about: str,
        devices: Iterable[PlannedDevice],
        candidates: Mapping[str, str],
        *,
        ticket: str | None = None,
        undoes: str | None = None,
    ) -> Plan:
        """A plan made now, by whoever runs this."""
        plan = cls(
            id=new_id(),
            site=site,
            kind=kind,
            about=about,
            made=datetime.now(UTC),
            by=author(),
            ticket=checked_ticket(ticket),
            undoes=undoes,
            devices=tuple(devices),
        )
        return plan.with_candidates(candidates)

    def with_candidates(self, candidates: Mapping[str, str]) -> Plan:
        """The plan with the configurations that its devices are to run."""
        self._candidates.update(candidates)
        return self

    @property
    def candidates(self) -> dict[str, str]:
        """Whole configurations by device, with their secrets."""
        return dict(self._candidates)

    def candidate(self, name: str) -> str | None:
        """The configuration that a device is to run; None where it is what the inventory intends at the time of the change."""
        return self._candidates.get(name)

    def device(self, name: str) -> PlannedDevice:
        """The part of a device. Raises KeyError."""
        return next(iter(device for device in self.devices if device.name == name))

    @property
    def names(self) -> list[str]:
        """Its devices, in the plan's order."""
        return [device.name for device in self.devices]


def unseen(site: str, targets: Iterable[Target], *, ticket: str | None = None) -> Plan:
    """The plan to make devices run what the inventory intends, whatever they run now: nobody has looked yet."""
    parts = [PlannedDevice(name=target.name, platform=target.platform or "") for target in targets]
    return Plan.new(site, Kind.INTENDED, "the inventory's intent", parts, {}, ticket=ticket)


def new_id() -> str:
    """Sorts by time; two in one second differ."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def author() -> str:
    """Who runs this: the person whom GitLab names, or the login and the machine."""
    if person := os.environ.get("GITLAB_USER_LOGIN"):
        return f"{person} (GitLab job {os.environ.get('CI_JOB_ID', '?')})"
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = f"user {os.getuid()}"
    return f"{user}@{socket.gethostname()}"


def checked_ticket(ticket: str | None) -> str | None:
    """The number of a change ticket. Raises UsageError for what cannot be one."""
    if ticket is None or ticket == "":
        return None
    if not _TICKET.fullmatch(ticket):
        raise UsageError(f"{ticket!r} is no ticket", mend="letters, digits, spaces and ./#:_- are, up to 64: --ticket CHG-123")
    return ticket
