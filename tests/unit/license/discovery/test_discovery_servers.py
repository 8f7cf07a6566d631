"""What the play tells of servers, as real ones told it (a recorder with MariaDB, a server with PostgreSQL), made looks."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from muhtar.doors.playbook import HostRun, TaskEvent
from muhtar.license.discovery.record import Item
from muhtar.license.discovery.servers import _answers, looks_of
from muhtar.outcome import Status

TOLD: dict[str, Any] = json.loads(Path(__file__).with_name("told.json").read_text(encoding="utf-8"))
NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def test_packages_running_services_and_the_system_are_things() -> None:
    system, _, trouble = looks_of(TOLD["nvr1"], NOON)
    assert Item("package", "zoneminder", "1.36.33+dfsg1-1") in system.items
    assert Item("service", "mariadb.service") in system.items
    assert Item("service", "apt-daily.service") not in system.items, "it does not run"
    assert Item("system", "Debian", "12.15") in system.items
    assert (system.counts, trouble) == ({"socket": 1, "core": 2}, "")
    assert (system.maker, system.serial) == ("", ""), "a container has no serial number: NA is none"


def test_cores_are_those_of_all_sockets() -> None:
    told = copy.deepcopy(TOLD["db1"])
    told["machine"] |= {"processor_count": 2, "processor_cores": 16, "product_serial": "OD200-0042"}
    system, _, _ = looks_of(told, NOON)
    assert system.counts == {"socket": 2, "core": 32}
    assert system.serial == "OD200-0042"
    del told["machine"]["processor_cores"]
    assert looks_of(told, NOON)[0].counts == {}, "not known is not none"


def test_databases_say_themselves_what_they_are() -> None:
    assert looks_of(TOLD["nvr1"], NOON)[1].items == (Item("database", "MariaDB", "10.11.19-MariaDB-0+deb12u1"),)
    assert looks_of(TOLD["db1"], NOON)[1].items == (Item("database", "PostgreSQL", "15.20 (Debian 15.20-0+deb12u1)"),)
    bought = {**TOLD["nvr1"], "mysql": {"version": "8.4.3-commercial", "comment": "MySQL Enterprise Server - Commercial"}}
    assert looks_of(bought, NOON)[1].items == (Item("database", "MySQL Enterprise Server - Commercial", "8.4.3-commercial"),)


def test_a_database_that_cannot_be_asked_is_unchecked_and_the_rest_is_known() -> None:
    told = {**TOLD["nvr1"], "mysql": {"error": "unable to connect\nto database"}}
    event = TaskEvent(host="nvr1", task="Tell", status="ok", told=told)
    system, database = _answers("nvr1", HostRun("nvr1", looked=[event]), NOON, 1.0)
    assert system.look is not None
    assert (database.look, database.status) == (None, Status.UNCHECKED)
    assert database.why == "MariaDB or MySQL runs and cannot be asked: unable to connect to database"


def test_a_host_that_is_not_reached_is_unchecked_and_one_where_the_play_failed_an_error() -> None:
    for host, status, why in (
        (HostRun("x", unreachable="no route"), Status.UNCHECKED, "cannot be reached: no route"),
        (None, Status.UNCHECKED, "cannot be reached: the play did not name it"),
        (
            HostRun("x", failed=[TaskEvent("x", "Look at the packages", "failed", msg="no rpm")]),
            Status.ERROR,
            "Look at the packages: no rpm",
        ),
        (HostRun("x"), Status.ERROR, "told nothing"),
    ):
        answers = list(_answers("x", host, NOON, 1.0))
        assert [(one.kind, one.look, one.status, one.why) for one in answers] == [
            ("system", None, status, why),
            ("database", None, status, why),
        ]
