"""Did a full check look at nothing that its roles' observations do not cover? Only then may they stand for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from muhtar.doors.playbook import HostRun, TaskEvent

__all__ = ["OBSERVE", "UNDERSTOOD", "observations", "uncovered"]

OBSERVE = "muhtar_observe"
# Looks each time, in the fast check too; no role's answer depends on it.
_SURVEY = "muhtar_survey"
# How modules come to their answer: from variables alone; from a file that they name; from a unit; from dpkg's list of packages.
_VARIABLES = frozenset(
    {"assert", "debug", "fail", "import_role", "import_tasks", "include_role", "include_tasks", "include_vars", "meta",
     "set_fact", "validate_argument_spec"}
)  # fmt: skip
_FILE = frozenset(
    {"authorized_key", "blockinfile", "copy", "file", "lineinfile", "openssl_privatekey", "slurp", "stat", "template"}
)
# Of these, whatever needs no more than the thing itself, and nothing of what is in it.
_ITSELF = frozenset({"file", "stat"})
_UNIT = frozenset({"service", "systemd", "systemd_service"})
_PACKAGES = frozenset({"apt"})
# From something that only the role's author can name; the role's own observation must cover it.
_DECLARED = frozenset(
    {"command", "group", "mysql_query", "mysql_user", "openssl_csr_pipe", "postgresql_db", "postgresql_ext", "postgresql_privs",
     "postgresql_query", "postgresql_user", "shell", "user", "x509_certificate_pipe"}
)  # fmt: skip
UNDERSTOOD = _VARIABLES | _FILE | _UNIT | _PACKAGES | _DECLARED | {OBSERVE}


def uncovered(host: HostRun) -> list[str]:
    """Why a later look at the observed things could miss what this run would have found: one line a task; none means it cannot.

    What a task looks at must have been observed before it, so that a change in between shows the next time.
    """
    seen = _Seen()
    why: list[str] = []
    for event in host.looked:
        module = event.module.rpartition(".")[2]
        if module == OBSERVE:
            seen.add(event)
            why += [f"{event.title}: {failure}" for observation in event.observed for failure in observation["failed"]]
        elif event.handler or module == _SURVEY or module in _VARIABLES:
            continue
        elif module not in UNDERSTOOD:
            why.append(f"{event.title}: nobody has said what decides the answers of module {event.module}")
        elif not seen.covers(event, module):
            named = f" ({event.about})" if event.about else ""
            why.append(f"{event.title}{named}: role {event.role or 'none'} does not observe it before, in tasks/observe.yml")
    return why


class _Seen:
    """What has been observed so far."""

    def __init__(self) -> None:
        self._roles: set[str] = set()
        self._paths: set[PurePosixPath] = set()
        self._folders: set[PurePosixPath] = set()
        self._units: set[str] = set()

    def add(self, event: TaskEvent) -> None:
        self._roles.add(event.role or "")
        for observation in event.observed:
            self._paths |= {PurePosixPath(path) for path in observation["paths"]}
            self._folders |= {PurePosixPath(path) for path in observation["folders"]}
            self._units |= set(observation["units"])

    def covers(self, event: TaskEvent, module: str) -> bool:
        if module in _PACKAGES:
            return bool(self._roles)
        # A task that hides its result names nothing either: like those that never do, it is the role's to declare.
        if module in _FILE and event.about:
            path = PurePosixPath(event.about)
            itself = module in _ITSELF and path in self._folders
            return itself or not self._paths.isdisjoint({path, *path.parents})
        if module in _UNIT and event.about:
            return not self._units.isdisjoint({event.about, f"{event.about}.service"})
        return (event.role or "") in self._roles


def observations(host: HostRun) -> list[Mapping[str, Any]]:
    """All that was observed in a run, in order: the module's options, and the digest."""
    return [observation for event in host.looked for observation in event.observed]
