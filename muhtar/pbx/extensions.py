"""Declared extensions against the endpoints that a PBX runs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muhtar.pbx.declared import Declared
from muhtar.pbx.difference import Difference, differing
from muhtar.pbx.models import Extension
from muhtar.secrets import Secret
from nornir_tasks.pbx_endpoints import Endpoint

__all__ = ["extensions_apart", "password"]


def extensions_apart(wanted: Declared, running: Sequence[Endpoint]) -> list[Difference]:
    """Extensions that do not run, run otherwise or have no phone, in their order; then endpoints that nobody declared."""
    trunks = {trunk.name for trunk in wanted.trunks}
    rest = {endpoint["number"]: endpoint for endpoint in running if endpoint["number"] not in trunks}
    found: list[Difference] = []
    for extension in wanted.extensions:
        endpoint = rest.pop(extension.number, None)
        if endpoint is None:
            found.append(Difference(extension.number, "does not run on the PBX", extension.callerid, "(absent)"))
        else:
            found += _compared(extension, wanted.secrets[extension.number], endpoint)
    strangers = (
        Difference(number, "runs on the PBX, but nobody declared it", "(absent)", endpoint["callerid"] or "(without a name)")
        for number, endpoint in sorted(rest.items())
    )
    return [*found, *strangers]


def password(wanted: Secret | None, found: Secret | None) -> tuple[str, str]:
    """Both sides of a password in words; the same words where it is the right one."""
    right = "the one in the vault" if wanted else "none at all"
    if wanted == found:
        return right, right
    return right, "another one" if found else "none at all"


def _compared(extension: Extension, secret: Secret, endpoint: Endpoint) -> Iterator[Difference]:
    sides = {
        "caller id": (extension.callerid, endpoint["callerid"]),
        "context": (extension.service, endpoint["context"]),
        "user": (extension.number, endpoint["user"]),
        "password": password(secret, endpoint["secret"]),
    }
    if difference := differing(extension.number, "asterisk_extensions", sides):
        yield difference
    elif extension.registered and not any(status != "Unreachable" for _, status in endpoint["contacts"]):
        said = "its phone does not answer" if endpoint["contacts"] else "no phone is registered for it"
        mend = "see whether the phone has power, network and its configuration"
        yield Difference(extension.number, said, "a phone that answers", said, mend=mend)
