"""Ask servers what is installed and runs on them, through one play."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from muhtar.doors.playbook import HostRun, run_playbook
from muhtar.inventory import Inventory, Target
from muhtar.license.discovery.answer import Answer
from muhtar.license.discovery.record import Item, Look
from muhtar.license.told import told as identity
from muhtar.outcome import Status
from muhtar.progress import Progress
from muhtar.settings import ROOT

__all__ = ["PLAYBOOK", "ask", "looks_of"]

PLAYBOOK = ROOT / "playbooks" / "discover.yml"


def ask(inventory: Inventory, targets: Sequence[Target], progress: Progress) -> list[Answer]:
    """Two answers a server: `system` and `database`. Raises DoorError where the play itself failed."""
    started = datetime.now(UTC)
    progress.phase("servers: packages, services, databases", None)
    names = [target.name for target in targets]
    run = run_playbook(inventory.site, PLAYBOOK, inventory=inventory, limit=names, diff=False, progress=progress)
    return [answer for name in names for answer in _answers(name, run.hosts.get(name), started, run.duration)]


def _answers(name: str, host: HostRun | None, started: datetime, duration: float) -> Iterator[Answer]:
    if host is not None and host.told is not None:
        system, database, trouble = looks_of(host.told, started)
        yield Answer(name, "system", system, started=started, duration=duration)
        if trouble:
            yield Answer(name, "database", None, Status.UNCHECKED, trouble, started, duration)
        else:
            yield Answer(name, "database", database, started=started, duration=duration)
        return
    if host is None or host.unreachable:
        status, why = Status.UNCHECKED, f"cannot be reached: {host.unreachable if host else 'the play did not name it'}"
    else:
        status, why = Status.ERROR, "; ".join(f"{event.title}: {event.msg}" for event in host.failed) or "told nothing"
    yield Answer(name, "system", None, status, why, started, duration)
    yield Answer(name, "database", None, status, why, started, duration)


def looks_of(told: Mapping[str, Any], seen: datetime) -> tuple[Look, Look, str]:
    """The looks `system` and `database` from what the play told, and why the second one is not to be believed (or empty)."""
    machine, packages, services = told["machine"], told["packages"], told["services"]
    items = [Item("system", str(machine.get("distribution", "")), str(machine.get("distribution_version", "")))]
    items += [Item("package", name, str(one["version"])) for name, versions in packages.items() for one in versions]
    items += [Item("service", name) for name, service in services.items() if service.get("state") == "running"]
    system = Look(
        seen=seen,
        items=tuple(sorted(set(items))),
        counts=_processors(machine),
        maker=identity(machine.get("system_vendor")),
        model=identity(machine.get("product_name")),
        serial=identity(machine.get("product_serial")),
    )
    found, troubles = [], []
    for kind, name in (("postgresql", "PostgreSQL"), ("mysql", "")):
        answer = told.get(kind) or {}
        if "error" in answer:
            troubles.append(f"{name or 'MariaDB or MySQL'} runs and cannot be asked: {' '.join(str(answer['error']).split())}")
        elif answer:
            found.append(Item("database", name or _edition(answer), str(answer["version"])))
    return system, Look(seen=seen, items=tuple(found)), "; ".join(troubles)


def _processors(machine: Mapping[str, Any]) -> dict[Any, int]:
    """Sockets, and cores in all of them: threads of a core are not counted, as licenses by the core do not count them."""
    sockets, cores = machine.get("processor_count"), machine.get("processor_cores")
    if not (sockets and cores):
        return {}
    return {"socket": int(sockets), "core": int(sockets) * int(cores)}


def _edition(answer: Mapping[str, Any]) -> str:
    """MariaDB says its name in the version; MySQL says its edition in the comment: `MySQL Enterprise Server - Commercial`."""
    return "MariaDB" if "mariadb" in str(answer["version"]).casefold() else str(answer["comment"])
