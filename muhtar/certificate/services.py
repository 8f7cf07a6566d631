"""Which TLS services a host has, as the inventory declares them: `muhtar_tls_services`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from muhtar.errors import MuhtarError, RegisterError
from muhtar.inventory import Target
from muhtar.outcome import Intent
from muhtar.registers.fields import Days, Name
from nornir_tasks.get_certificates import StartTls, TlsService
from nornir_tasks.tls import name_of

__all__ = ["VARIABLE", "Declared", "declared", "intent_of_services"]

VARIABLE = "muhtar_tls_services"
_MEND = "write a list of {port: 443, name: www.example.org, starttls: postgresql, thresholds_days: [30, 14, 7]}; port is enough"


class Declared(BaseModel):
    """A service of a host. Notice is given from each of `thresholds_days` before the certificate's end on.

    The thresholds are shorter than those of licenses: certificates are renewed by programs, the lab's 30 days before their end.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    port: Annotated[int, Field(strict=True, ge=1, le=65535)]
    name: Name | None = None
    starttls: StartTls | None = None
    thresholds_days: tuple[Days, ...] = (30, 14, 7)

    @property
    def service(self) -> TlsService:
        """As the task takes it."""
        return TlsService(self.port, self.name, self.starttls)

    def id(self, host: str) -> str:
        """What never changes of it: `web1-443`, `web1-www.example.org-443`."""
        return "-".join([host, *([self.name] if self.name else []), str(self.port)])

    def subject(self, target: Target) -> str:
        """What outcomes call it: `www.example.org:443`."""
        return f"{self.name or name_of(target)}:{self.port}"

    @field_validator("thresholds_days", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


_SERVICES = TypeAdapter(list[Declared])


def declared(targets: Iterable[Target]) -> dict[str, list[Declared]]:
    """Host → its services, of those hosts that declare some. Raises RegisterError with every mistake of all of them."""
    found: dict[str, list[Declared]] = {}
    problems: dict[str, MuhtarError] = {}
    for target in targets:
        given = target.vars.get(VARIABLE)
        if given is None:
            continue
        try:
            services = _SERVICES.validate_python(given)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                problem = _problem(target, detail["loc"], detail["msg"])
                problems.setdefault(str(problem), problem)
            continue
        subjects = [service.subject(target) for service in services]
        for subject in sorted({subject for subject in subjects if subjects.count(subject) > 1}):
            problem = _problem(target, (), f"names {subject} twice")
            problems.setdefault(str(problem), problem)
        if services:
            found[target.name] = services
    if problems:
        raise RegisterError(f"the inventory's {VARIABLE} are wrong; nothing was looked at", problems=list(problems.values()))
    return found


def intent_of_services(target: Target) -> Intent | None:
    """The file that declares the host's services."""
    origin = target.origin(VARIABLE)
    return Intent(file=origin.relative, line=origin.line) if origin else None


def _problem(target: Target, place: tuple[int | str, ...], said: str) -> MuhtarError:
    origin = target.origin(VARIABLE)
    key = VARIABLE + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    told = said.removeprefix("Value error, ")
    # Without a file to name, the host is what a reader can look for.
    message = told if origin else f"{target.name}: {told}"
    return MuhtarError(
        message, path=origin.relative if origin else None, line=origin.line if origin else None, key=key, mend=_MEND
    )
