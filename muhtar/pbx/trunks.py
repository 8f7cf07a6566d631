"""Declared trunks against what runs: how we log in, who is let in, whether the other side answers. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from muhtar.pbx.declared import Declared
from muhtar.pbx.difference import Difference, differing
from muhtar.pbx.extensions import password
from muhtar.pbx.models import Trunk
from nornir_tasks.get_pbx_state import UNKNOWN, PbxState
from nornir_tasks.pbx_endpoints import Endpoint

__all__ = ["trunks_apart"]

KEY = "asterisk_trunks"
_PROVIDER = "see whether the line and the provider are up: asterisk -rx 'pjsip show contacts'"


def trunks_apart(wanted: Declared, state: PbxState) -> list[Difference]:
    """Trunks that do not run, run otherwise, do not answer or are not registered; then registrations that nobody declared."""
    running = {endpoint["number"]: endpoint for endpoint in state["endpoints"]}
    found: list[Difference] = []
    for trunk in wanted.trunks:
        subject = f"trunk {trunk.name}"
        if trunk.name not in running:
            found.append(Difference(subject, "does not run on the PBX", trunk.server, "(absent)", KEY))
        elif difference := _settings(wanted, trunk, running[trunk.name]):
            found.append(difference)
        else:
            # What is set wrongly comes first: it may be why nobody answers.
            found += _alive(trunk, running[trunk.name], state["registrations"].get(trunk.name))
    declared = {trunk.name for trunk in wanted.trunks if trunk.register_there}
    found += (
        Difference(f"trunk {name}", "registers elsewhere, but nobody declared it", "(absent)", status, KEY)
        for name, status in sorted(state["registrations"].items())
        if name not in declared
    )
    return found


def _settings(wanted: Declared, trunk: Trunk, endpoint: Endpoint) -> Difference | None:
    networks = sorted(
        network if "/" in network else f"{network}/{'128' if ':' in network else '32'}" for network in trunk.networks
    )
    sides = {
        "context": (f"from-{trunk.name}", endpoint["context"]),
        "transport": (f"transport-{trunk.transport}", endpoint["transport"]),
        "user": (trunk.user or "", endpoint["user"]),
        "password": password(wanted.trunk_secrets[trunk.name] if trunk.user else None, endpoint["secret"]),
        "server": (trunk.server, ", ".join(address for address, _ in endpoint["contacts"])),
    }
    if networks:
        sides["networks"] = (", ".join(networks), ", ".join(endpoint["networks"]))
    elif not endpoint["networks"]:
        # The PBX resolves the name when it starts; where it could not, nobody can call in.
        sides["networks"] = (f"those of {trunk.host}", "")
    return differing(f"trunk {trunk.name}", KEY, sides)


def _alive(trunk: Trunk, endpoint: Endpoint, registration: str | None) -> Iterator[Difference]:
    subject = f"trunk {trunk.name}"
    (_, status), *_ = endpoint["contacts"]
    if status in UNKNOWN:
        said = "it cannot be told whether it answers: the PBX has not asked it yet"
        yield Difference(subject, said, f"{trunk.server} answers", status, KEY, unknown=True, mend="look again in a minute")
    elif status != "Reachable":
        yield Difference(subject, "does not answer", f"{trunk.server} answers", status, KEY, mend=_PROVIDER)
    elif trunk.register_there and registration != "Registered":
        found = registration or "no registration at all"
        yield Difference(subject, "is not registered", "Registered", found, KEY, mend="see user and secret; " + _PROVIDER)
