"""What is on a server that nobody declared: a survey of the host compared with what is declared for it. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from muhtar.drift.declared import KINDS, VARIABLE, Declared
from muhtar.outcome import Outcome, Status
from muhtar.words import count

__all__ = ["CHECK", "Watch", "outcomes"]

CHECK = "drift.unmanaged"
Survey = Mapping[str, Any]
_PORTS = re.compile(r"(\d+)-(\d+)/(.+)")


@dataclass(frozen=True)
class _Kind:
    """One thing of a kind, several, and how one is taken away: `{name}` and `{place}` are quoted for a shell."""

    one: str
    several: str
    away: str


_SAID = {
    "users": _Kind("user", "users", "userdel --remove {name}"),
    "members": _Kind("group member", "members of groups that give power", "gpasswd --delete {user} {group}"),
    "sudoers": _Kind("sudoers line", "sudoers", "delete the line: visudo -f {place}"),
    "keys": _Kind("key", "authorized keys", "delete its line: editor {place}"),
    "ports": _Kind("port", "listening ports", "stop what listens there: ss -lntup 'sport = :{port}'"),
    "cron": _Kind("cron", "cron entries", "rm {place}"),
    "units": _Kind("unit", "systemd units", "systemctl disable --now {name}"),
    "packages": _Kind("package", "packages", "apt-get purge {name}"),
    "setuid": _Kind("setuid", "setuid programs", "chmod u-s,g-s {place}"),
    "sources": _Kind("package source", "package sources", "delete it: editor {place}"),
}


class Watch:
    """The surveys of one check's hosts as they come in, and the outcomes of all of these hosts in the end."""

    def __init__(self, declared: Mapping[str, Declared]) -> None:
        self._declared = declared
        self._surveys: dict[str, Survey] = {}
        self._started = datetime.now(UTC)

    def saw(self, host: str, survey: Survey | None) -> None:
        """Keep a host's survey; None for one that gave none."""
        if survey is not None:
            self._surveys[host] = survey

    def outcomes(self) -> list[Outcome]:
        """At least one of each host: unchecked for one that was not surveyed."""
        return [
            outcome
            for host, declared in self._declared.items()
            for outcome in outcomes(host, self._surveys.get(host), declared, started=self._started)
        ]


def outcomes(host: str, survey: Survey | None, declared: Declared, *, started: datetime) -> list[Outcome]:
    """A finding of each thing that nobody declared, unchecked for each kind that was not seen whole; else one ok."""
    if survey is None:
        said = "nobody could see what is there that nobody declared; the host's outcome of drift.servers says why"
        return [Outcome(target=host, check=CHECK, status=Status.UNCHECKED, summary=said, mend="mend that first", started=started)]
    found: list[Outcome] = []
    looked = allowed = 0
    for kind in KINDS:
        for name, things in _by_name(survey["facts"].get(kind, [])).items():
            looked += 1
            if any(_matches(rule, thing) for thing in things for rule in declared.owned[kind]) or _needed(kind, things, declared):
                continue
            if any(_matches(each.name, thing) for thing in things for each in declared.allowed[kind]):
                allowed += 1
                continue
            found.append(_finding(host, kind, name, things, started))
        if why := survey["unread"].get(kind):
            found.append(_unread(host, kind, why, started))
    if found:
        return found
    said = f"{count(looked, 'thing')} beyond the distribution, all declared" + (f" or allowed ({allowed})" if allowed else "")
    return [Outcome(target=host, check=CHECK, status=Status.OK, summary=said, started=started)]


def _by_name(things: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """What goes by the same name is one thing: a line that stands in two files, say."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for thing in things:
        found.setdefault(str(thing["name"]), []).append(thing)
    return found


def _matches(rule: str, thing: Mapping[str, Any]) -> bool:
    names = [str(thing["name"]), *map(str, thing["also"])]
    return rule in names or any(fnmatchcase(name, rule) or _within(rule, name) for name in names)


def _within(rule: str, name: str) -> bool:
    """Is the port one of the declared range? `10000-10199/udp` has `10003/udp`."""
    ports = _PORTS.fullmatch(rule)
    number, _, rest = name.partition("/")
    return bool(ports and number.isdigit() and rest == ports[3] and int(ports[1]) <= int(number) <= int(ports[2]))


def _needed(kind: str, things: Sequence[Mapping[str, Any]], declared: Declared) -> bool:
    """A package that a declared one depends on came with it, whoever installed it first."""
    if kind != "packages":
        return False
    rules = [*declared.owned[kind], *(each.name for each in declared.allowed[kind])]
    return any(fnmatchcase(str(other), rule) for thing in things for other in thing["needed_by"] for rule in rules)


def _finding(host: str, kind: str, name: str, things: Sequence[Mapping[str, Any]], started: datetime) -> Outcome:
    said = _SAID[kind]
    about = "; ".join(dict.fromkeys(str(thing["about"]) for thing in things if thing["about"]))
    return Outcome(
        target=host,
        check=CHECK,
        status=Status.FINDING,
        subject=f"{said.one} {name}",
        summary=f"{said.one} {name}{f' ({about})' if about else ''} is there, and nobody declared it",
        mend=f"{_away(kind, name, things[0])}; or declare it in a role or, with a reason, in {VARIABLE} (docs/drift.md)",
        started=started,
    )


def _away(kind: str, name: str, thing: Mapping[str, Any]) -> str:
    place = next((str(other) for other in thing["also"] if str(other).startswith("/")), name)
    group, _, user = name.partition(":")
    words = {"name": name, "place": place, "group": group, "user": user, "port": name.partition("/")[0]}
    quoted = {key: shlex.quote(value) for key, value in words.items()}
    if kind == "units" and place != name:
        # Additions to a unit and scripts of the boot are only files; a unit of its own must be stopped before.
        stop = "" if "/" in name or "." not in name else f"systemctl disable --now {quoted['name']}; "
        return f"{stop}rm {quoted['place']}; systemctl daemon-reload"
    return _SAID[kind].away.format(**quoted)


def _unread(host: str, kind: str, why: Sequence[str], started: datetime) -> Outcome:
    said = _SAID[kind].several
    return Outcome(
        target=host,
        check=CHECK,
        status=Status.UNCHECKED,
        subject=said,
        summary=f"{said} could not be seen whole: {why[0]}{f', and {len(why) - 1} more' if len(why) > 1 else ''}",
        found="\n".join(why),
        mend="let Ansible become root there, and have the named file or program",
        started=started,
    )
