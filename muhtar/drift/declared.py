"""What is declared to be on a server: what its roles say is their own, and what the site allows besides, each with a reason."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from muhtar.drift.roles import ROLES, owned_by
from muhtar.errors import InventoryError, MuhtarError
from muhtar.inventory import Inventory, Target
from muhtar.registers.document import Place, dotted, read
from muhtar.registers.fields import Name
from muhtar.settings import ROOT

__all__ = ["KINDS", "VARIABLE", "Allowance", "Declared", "declared_of"]

# The sum of it and of all variables drift_allowed_<group> holds, so that no group takes away what another allows.
VARIABLE = "drift_allowed"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Allowance(_Strict):
    """One thing that may be there: its name as a finding tells it (`*` stands for anything), and why."""

    name: Name = Field(description="the name as a finding tells it; * stands for anything")
    reason: Name = Field(description="why it may be there")


class _Allowed(_Strict):
    users: tuple[Allowance, ...] = ()
    members: tuple[Allowance, ...] = ()
    sudoers: tuple[Allowance, ...] = ()
    keys: tuple[Allowance, ...] = ()
    ports: tuple[Allowance, ...] = ()
    cron: tuple[Allowance, ...] = ()
    units: tuple[Allowance, ...] = ()
    packages: tuple[Allowance, ...] = ()
    setuid: tuple[Allowance, ...] = ()
    sources: tuple[Allowance, ...] = ()


KINDS = tuple(_Allowed.model_fields)


class _Owns(_Strict):
    users: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    sudoers: tuple[str, ...] = ()
    keys: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    ports: tuple[str, ...] = ()
    cron: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    setuid: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def of(self, kind: str) -> tuple[str, ...]:
        if kind == "keys":
            return tuple(f"{user} {key}" for user, keys in self.keys.items() for key in keys)
        return tuple(getattr(self, kind))


class Declared(BaseModel):
    """Of each kind (see muhtar_survey) the names that are declared, and what is allowed besides. Keys are `user SHA256:…`."""

    model_config = ConfigDict(frozen=True)

    owned: Mapping[str, tuple[str, ...]]
    allowed: Mapping[str, tuple[Allowance, ...]]


def declared_of(target: Target, roles: Iterable[str], inventory: Inventory) -> Declared:
    """What is declared for the host. Raises InventoryError with every mistake in what its roles or the site say."""
    problems: list[MuhtarError] = []
    owns: list[_Owns] = []
    for role in roles:
        given = owned_by(role, inventory, target.name)
        try:
            owns.append(_Owns.model_validate(given or {}))
        except ValidationError as error:
            path = (ROLES / role / "vars" / "main.yml").relative_to(ROOT)
            problems += [_told(each, f"__{role}_owns", path=str(path)) for each in error.errors(include_url=False)]
    allowed: list[_Allowed] = []
    for name in sorted(key for key in target.vars if key == VARIABLE or key.startswith(f"{VARIABLE}_")):
        try:
            allowed.append(_Allowed.model_validate(target.vars[name] or {}))
        except ValidationError as error:
            origin = target.origin(name)
            for each in error.errors(include_url=False):
                line = _line(origin.path, (name, *each["loc"])) if origin and not origin.vaulted else None
                problems.append(_told(each, name, path=origin.relative if origin else None, line=line))
    if problems:
        raise _joined(problems)
    return Declared(
        owned={kind: tuple(dict.fromkeys(_normal(kind, name) for own in owns for name in own.of(kind))) for kind in KINDS},
        allowed={
            kind: tuple(
                each.model_copy(update={"name": _normal(kind, each.name)}) for allow in allowed for each in getattr(allow, kind)
            )
            for kind in KINDS
        },
    )


def _normal(kind: str, name: str) -> str:
    """The name as the survey gives it: lines of sudoers with single blanks, keys by their fingerprint."""
    words = name.split()
    if kind == "sudoers":
        return " ".join(words)
    if kind != "keys" or len(words) < 3:
        return name
    try:
        body = base64.b64decode(words[2], validate=True)
    except ValueError:
        return name
    return f"{words[0]} SHA256:{base64.b64encode(hashlib.sha256(body).digest()).decode().rstrip('=')}"


def _line(path: str, place: Place) -> int | None:
    try:
        return read(Path(path)).line(place)
    except MuhtarError:
        return None


def _told(problem: Any, variable: str, *, path: str | None, line: int | None = None) -> MuhtarError:
    said = str(problem["msg"])
    place: Place = (variable, *problem["loc"])
    mend = f"known kinds: {', '.join(KINDS)}; an entry of {VARIABLE} has a name and a reason (docs/drift.md)"
    unknown = f"there is no key {place[-1]!r} here" if problem["type"] == "extra_forbidden" else f"{said[:1].lower()}{said[1:]}"
    return InventoryError(unknown, path=path, line=line, key=dotted(place), mend=mend)


def _joined(problems: list[MuhtarError]) -> InventoryError:
    first = problems[0]
    rest = "".join(f"; {problem.where()}: {problem.message}" for problem in problems[1:])
    return InventoryError(first.message + rest, path=first.path, line=first.line, key=first.key, mend=first.mend)
