"""What is declared for a PBX, read from the inventory: every mistake in it is told at once, with file, line, key and mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from muhtar.errors import MuhtarError, RegisterError
from muhtar.inventory import Target
from muhtar.pbx.models import Extension, Inbound, Queue, Route, Trunk
from muhtar.secrets import Secret
from muhtar.settings import ROOT

__all__ = ["Declared", "declared", "value_of"]

Model = TypeVar("Model", bound=BaseModel)
Loose = tuple[str, str, str]
"""A variable, what is wrong with it, the mend."""


@dataclass(frozen=True)
class Declared:
    """A PBX as the inventory wants it. `secrets` are the extensions', by number; `trunk_secrets` by trunk, `pins` by route.

    `recordings` are the days that a recording must be there, and after which it must not (0: for ever). `own` are the numbers
    that the PBX itself answers: echo and voicemail. `networks` are those that phones may be in.
    """

    extensions: tuple[Extension, ...] = ()
    trunks: tuple[Trunk, ...] = ()
    routes: tuple[Route, ...] = ()
    inbound: tuple[Inbound, ...] = ()
    queues: tuple[Queue, ...] = ()
    secrets: dict[str, Secret] = field(default_factory=dict, repr=False)
    trunk_secrets: dict[str, Secret] = field(default_factory=dict, repr=False)
    pins: dict[str, Secret] = field(default_factory=dict, repr=False)
    recordings: tuple[int, int] = (0, 0)
    own: tuple[str, str] = ("", "")
    networks: tuple[str, ...] = ()


def declared(target: Target) -> Declared:
    """What the inventory gives this PBX. Raises RegisterError whose `problems` are all that is wrong with it."""
    problems: list[MuhtarError] = []

    def read(key: str, model: type[Model]) -> tuple[Model, ...]:
        return tuple(_entries(target, key, model, problems))

    def secrets(key: str) -> dict[str, Secret]:
        return {str(name): Secret(str(value)) for name, value in (value_of(target, key) or {}).items()}

    def days(key: str) -> int:
        value = value_of(target, key)
        if isinstance(value, int) and value >= 0:
            return value
        problems.append(_problem(target, key, f"{value!r} is no number of days", "write 0 or a number above"))
        return 0

    found = Declared(
        read("asterisk_extensions", Extension),
        read("asterisk_trunks", Trunk),
        read("asterisk_routes", Route),
        read("asterisk_inbound", Inbound),
        read("asterisk_queues", Queue),
        secrets("asterisk_extension_secrets"),
        secrets("asterisk_trunk_secrets"),
        secrets("asterisk_pins"),
        (days("asterisk_recording_days_minimum"), days("asterisk_recording_days_maximum")),
        (str(value_of(target, "asterisk_echo_number")), str(value_of(target, "asterisk_voicemail_number"))),
        tuple(value_of(target, "asterisk_sip_networks")),
    )
    if not problems:
        problems += [_problem(target, key, message, mend) for key, message, mend in _loose_ends(found)]
    if problems:
        what = "a mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
        raise RegisterError(f"what is declared for {target.name} has {what}: {problems[0].message}", problems=problems)
    return found


def _loose_ends(found: Declared) -> Iterator[Loose]:
    """References to nothing, and what cannot be together."""
    trunks = {trunk.name for trunk in found.trunks}
    extensions = {extension.number for extension in found.extensions}
    reachable = extensions | {queue.number for queue in found.queues} | set(found.own)
    yield from _without_secrets(found)
    for trunk in found.trunks:
        if trunk.register_there and trunk.user is None:
            yield "asterisk_trunks", f"trunk {trunk.name} registers, but as nobody", "give it a user"
    for key, what, name, known in (
        *(("asterisk_routes", f"route {route.name} leads to trunk", route.trunk, trunks) for route in found.routes),
        *(("asterisk_inbound", f"number {call.number} comes over trunk", call.trunk, trunks) for call in found.inbound),
        *(("asterisk_inbound", f"number {call.number} leads to", call.to, reachable) for call in found.inbound),
        *(("asterisk_queues", f"queue {q.number} rings", member, extensions) for q in found.queues for member in q.members),
    ):
        if name not in known:
            yield key, f"{what} {name!r}, which is not declared", f"name one of {', '.join(sorted(known)) or 'none yet'}"
    least, most = found.recordings
    if most and least > most:
        key = "asterisk_recording_days_maximum"
        yield key, f"recordings must be there for {least} days and are deleted after {most}", "let the maximum be the greater one"


def _without_secrets(found: Declared) -> Iterator[Loose]:
    for key, what, names, known in (
        ("asterisk_extension_secrets", "extension", [extension.number for extension in found.extensions], found.secrets),
        ("asterisk_trunk_secrets", "trunk", [trunk.name for trunk in found.trunks if trunk.user], found.trunk_secrets),
        ("asterisk_pins", "route", [route.name for route in found.routes if route.pin], found.pins),
    ):
        yield from ((key, f"{what} {name} has no secret", "add it to the vault") for name in names if name not in known)


def _entries(target: Target, key: str, model: type[Model], problems: list[MuhtarError]) -> Iterator[Model]:
    given = value_of(target, key)
    if not isinstance(given, list):
        problems.append(_problem(target, key, "must be a list", "write - {...} for each entry"))
        return
    for number, entry in enumerate(given):
        try:
            yield model.model_validate(entry)
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_input=False):
                place = ".".join(str(part) for part in detail["loc"])
                said = detail["msg"].removeprefix("Value error, ")
                known = ", ".join(about.alias or name for name, about in model.model_fields.items())
                mend = f"known keys: {known}" if detail["type"] == "extra_forbidden" else "see roles/asterisk/README.md"
                problems.append(_problem(target, f"{key}[{number}].{place}".rstrip("."), f"{said[:1].lower()}{said[1:]}", mend))


def _problem(target: Target, key: str, message: str, mend: str) -> MuhtarError:
    origin = target.origin(key.partition("[")[0])
    return MuhtarError(
        message, path=origin.relative if origin else None, line=origin.line if origin else None, key=key, mend=mend
    )


def value_of(target: Target, key: str) -> Any:
    """An input of role asterisk: what the inventory says, or else the role's default."""
    return target.vars[key] if key in target.vars else _defaults()[key]


@cache
def _defaults() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "roles/asterisk/defaults/main.yml").read_text(encoding="utf-8"))
    return loaded
