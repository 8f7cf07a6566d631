"""Declared extensions against the endpoints that a PBX runs. Pure but for reading the inventory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from muhtar.errors import InventoryError
from muhtar.inventory import Target
from muhtar.secrets import Secret
from nornir_tasks.get_pbx_endpoints import Endpoint

__all__ = ["CONTEXT", "Difference", "Extension", "compare", "declared"]

# Where role asterisk puts every phone.
CONTEXT = "internal"


@dataclass(frozen=True)
class Extension:
    """A phone as it is declared. `secret` is its SIP password."""

    number: str
    name: str
    secret: Secret = field(repr=False)

    @property
    def callerid(self) -> str:
        """What others see, as Asterisk writes it."""
        return f'"{self.name}" <{self.number}>'


@dataclass(frozen=True)
class Difference:
    """An extension that does not run as declared; `wanted` and `found` are free of secrets."""

    number: str
    summary: str
    wanted: str
    found: str


def declared(target: Target) -> list[Extension]:
    """The extensions that the inventory gives this PBX. Raises InventoryError for one without a secret."""
    secrets = target.vars.get("asterisk_extension_secrets") or {}
    found = []
    for entry in target.vars.get("asterisk_extensions") or []:
        number = str(entry["number"])
        if number not in secrets:
            raise InventoryError(
                f"extension {number} of {target.name} has no secret",
                key="asterisk_extension_secrets",
                mend="add it to the vault",
            )
        found.append(Extension(number, str(entry["name"]), Secret(str(secrets[number]))))
    return found


def compare(wanted: Iterable[Extension], running: Iterable[Endpoint]) -> list[Difference]:
    """Differences: extensions that do not run or run otherwise, in their order; then endpoints that nobody declared."""
    rest = {endpoint["number"]: endpoint for endpoint in running}
    found: list[Difference] = []
    for extension in wanted:
        endpoint = rest.pop(extension.number, None)
        if endpoint is None:
            found.append(Difference(extension.number, "does not run on the PBX", extension.callerid, "(absent)"))
        elif difference := _compared(extension, endpoint):
            found.append(difference)
    strangers = (
        Difference(number, "runs on the PBX, but nobody declared it", "(absent)", endpoint["callerid"] or "(without a name)")
        for number, endpoint in sorted(rest.items())
    )
    return [*found, *strangers]


def _compared(extension: Extension, endpoint: Endpoint) -> Difference | None:
    sides = {
        "caller id": (extension.callerid, endpoint["callerid"]),
        "context": (CONTEXT, endpoint["context"]),
        "user": (extension.number, endpoint["user"]),
    }
    differing = {key: pair for key, pair in sides.items() if pair[0] != pair[1]}
    if endpoint["secret"] != extension.secret:
        differing["password"] = ("the one in the vault", "another one" if endpoint["secret"] else "none at all")
    if not differing:
        return None
    return Difference(
        extension.number,
        f"{', '.join(differing)} not as declared",
        "\n".join(f"{key}: {pair[0]}" for key, pair in differing.items()),
        "\n".join(f"{key}: {pair[1] or '(empty)'}" for key, pair in differing.items()),
    )
