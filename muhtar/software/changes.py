"""What has changed between two looks at a host's packages, and who did it when, as far as its logs tell. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from muhtar.software.debian import later
from muhtar.words import some

__all__ = ["KINDS", "Change", "changes", "counted", "grouped"]

KINDS = ("installed", "upgraded", "downgraded", "removed", "installed and removed again")
_NAMED = 20
_HOSTS = 8


@dataclass(frozen=True)
class Change:
    """One package. `before` and `after` are versions, empty where there was none; `when` and `by` are what the log tells."""

    kind: str
    package: str
    before: str = ""
    after: str = ""
    when: datetime | None = None
    by: str = ""
    command: str = ""

    @property
    def what(self) -> str:
        """`hello:amd64 2.10-3`, `hello:amd64 2.10-2 → 2.10-3`."""
        versions = " → ".join(version for version in (self.before, self.after) if version)
        return f"{self.package} {versions}"

    @property
    def who(self) -> str:
        """`2026-11-26 19:40 UTC by ali`; empty where nothing is told."""
        return " ".join(
            part for part in (f"{self.when:%Y-%m-%d %H:%M} UTC" if self.when else "", self.by and f"by {self.by}") if part
        )

    def __str__(self) -> str:
        about = ", ".join(part for part in (self.who, self.command) if part)
        return f"{self.kind} {self.what}" + (f" ({about})" if about else "")


def changes(before: Mapping[str, str], after: Mapping[str, str], log: Sequence[Mapping[str, Any]]) -> list[Change]:
    """By kind, then by name. `log` is in the order of time, as the module muhtar_packages returns it."""
    last = {event["package"]: event for event in log}
    came = {event["package"]: event["after"] for event in log if event["action"] == "install"}
    found = []
    for package in sorted({*before, *after, *last}):
        old, new = before.get(package, ""), after.get(package, "")
        event = last.get(package, {})
        if old != new:
            kind = ("upgraded" if later(new, old) else "downgraded") if old and new else "installed" if new else "removed"
        elif not new and package in came:
            kind, old = "installed and removed again", came[package]
        else:
            continue
        when = datetime.fromtimestamp(event["when"], UTC) if event else None
        found.append(Change(kind, package, old, new, when, event.get("by", ""), event.get("command", "")))
    return sorted(found, key=lambda change: (KINDS.index(change.kind), change.package))


def counted(found: Iterable[Change]) -> str:
    """`2 installed, 1 removed`."""
    kinds = [change.kind for change in found]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in KINDS if kind in kinds)


def grouped(by_host: Mapping[str, Sequence[Change]]) -> Iterator[str]:
    """A line for each set of hosts on which the same was done: what, where, and when by whom on each."""
    hosts_of: dict[tuple[str, str], list[str]] = {}
    told: dict[tuple[str, str], dict[str, str]] = {}
    for host, found in by_host.items():
        for change in found:
            key = (change.kind, change.what)
            hosts_of.setdefault(key, []).append(host)
            told.setdefault(key, {})[host] = change.who
    sets: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (kind, what), hosts in hosts_of.items():
        sets.setdefault((kind, tuple(hosts)), []).append(what)
    for (kind, names), whats in sorted(sets.items(), key=lambda item: (KINDS.index(item[0][0]), -len(item[0][1]), item[0][1])):
        shown = [_host(name, [told[kind, what][name] for what in whats]) for name in names]
        yield f"{kind} on {some(shown, _HOSTS)}: {some(whats, _NAMED)}"


def _host(name: str, told: Sequence[str]) -> str:
    known = sorted({who for who in told if who})
    return f"{name} ({known[0]}{' and later' if len(known) > 1 else ''})" if known else name
