"""Telephones as they are declared, and the file that each must get: role phone_provisioning's own templates are rendered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jinja2
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from muhtar.errors import MuhtarError, RegisterError
from muhtar.inventory import Target
from muhtar.settings import ROOT

__all__ = ["KEY", "Phone", "phone_files", "phones_of"]

ROLE = ROOT / "roles" / "phone_provisioning"
KEY = "phone_provisioning_phones"
_MAC = re.compile(r"[0-9a-f]{12}")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    mac: str
    model: str
    extension: str
    label: str | None = Field(default=None, pattern=r"^[^\r\n]+$")


@dataclass(frozen=True)
class Phone:
    """A telephone; `mac` without separators, in lower case. `maker` decides the format and the name of its file."""

    mac: str
    model: str
    extension: str
    label: str | None
    maker: str

    @property
    def file(self) -> str:
        """The name that it asks for."""
        before, after = _role()["__phone_provisioning_names"][self.maker]
        return f"{before}{self.mac.upper() if self.maker == 'cisco' else self.mac}{after}"


def phones_of(target: Target) -> list[Phone]:
    """The telephones that the PBX provisions. Raises RegisterError whose `problems` are all that is wrong with them."""
    problems: list[MuhtarError] = []
    found: list[Phone] = []
    makers: Mapping[str, str] = _role()["__phone_provisioning_models"]
    extensions = {str(entry["number"]) for entry in target.vars.get("phone_provisioning_extensions") or ()}
    for number, given in enumerate(target.vars.get(KEY) or ()):
        try:
            entry = _Entry.model_validate(given)
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_input=False):
                place = ".".join(str(part) for part in detail["loc"])
                problems.append(_problem(target, f"{number}].{place}", detail["msg"], "known keys: mac, model, extension, label"))
            continue
        phone = Phone(
            re.sub("[:.-]", "", entry.mac).lower(), entry.model, entry.extension, entry.label, makers.get(entry.model, "")
        )
        problems += (_problem(target, f"{number}].{key}", said, mend) for key, said, mend in _wrong(phone, found, extensions))
        found.append(phone)
    if problems:
        raise RegisterError(f"the phones of {target.name}: {problems[0].message}", problems=problems)
    return found


def _wrong(phone: Phone, others: list[Phone], extensions: set[str]) -> Iterator[tuple[str, str, str]]:
    if not _MAC.fullmatch(phone.mac):
        yield "mac", f"{phone.mac!r} is no MAC address", "write twelve hex digits, as on the phone's label"
    if first := next((other for other in others if other.mac == phone.mac), None):
        yield "mac", f"{phone.mac} is given twice, for {first.extension} and {phone.extension}", "see the labels of both phones"
    if not phone.maker:
        known = ", ".join(_role()["__phone_provisioning_models"])
        yield "model", f"the model {phone.model!r} is not known", f"choose one of {known}, or add it to the role's vars/main.yml"
    if phone.extension not in extensions:
        mend = f"declare it, or choose one of {', '.join(sorted(extensions))}"
        yield "extension", f"there is no extension {phone.extension!r}", mend


def phone_files(target: Target, phones: list[Phone]) -> dict[str, str]:
    """Name of each phone's file → its text, passwords included."""
    extensions = {str(entry["number"]): entry for entry in target.vars.get("phone_provisioning_extensions") or ()}
    shared = {
        "phone_provisioning_server": target.vars.get("phone_provisioning_server") or target.name,
        "phone_provisioning_sip_port": target.vars.get("phone_provisioning_sip_port") or 5060,
        "phone_provisioning_secrets": target.vars.get("phone_provisioning_secrets") or {},
    }
    return {
        phone.file: _template(phone.maker).render(
            phone={"extension": phone.extension, **({"label": phone.label} if phone.label else {})},
            __phone_provisioning_extension=extensions[phone.extension],
            __phone_provisioning_mac=phone.mac,
            **shared,
        )
        for phone in phones
    }


def _problem(target: Target, place: str, said: str, mend: str) -> MuhtarError:
    origin = target.origin(KEY)
    where: dict[str, Any] = {"path": origin.relative, "line": origin.line} if origin else {}
    return MuhtarError(f"{said[:1].lower()}{said[1:]}", key=f"{KEY}[{place}", mend=mend, **where)


@cache
def _role() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROLE / "vars" / "main.yml").read_text(encoding="utf-8"))
    return found


@cache
def _template(maker: str) -> jinja2.Template:
    # As Ansible renders it.
    environment = jinja2.Environment(  # noqa: S701 - the templates escape where their format is XML
        loader=jinja2.FileSystemLoader(ROLE / "templates" / "srv" / "phones"),
        trim_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template(f"{maker}.j2")
