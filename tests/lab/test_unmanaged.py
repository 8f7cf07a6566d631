"""What nobody declared, on real servers: each kind is planted, found by its name, and gone when it is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from muhtar.drift import servers
from muhtar.drift.unmanaged import CHECK
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from tests.support.lab import Lab

pytestmark = pytest.mark.lab

SERVERS = ("bak1", "db1", "nvr1", "pbx1", "web1")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC9oJF5FTg1afuF5Iy2alrtU4+qKLLmcKsWh69fgC60N"
FINGERPRINT = "SHA256:peupYpX0Ss1WDbpqNLc7acNZ6hARze0xc+hCNwe8Cqg"
CANARY = "canary-of-the-planted-things"
UNIT = "[Unit]\\nDescription=planted\\n[Timer]\\nOnCalendar=daily\\n[Install]\\nWantedBy=timers.target\\n"
PACKAGE = "Package: planted\\nVersion: 1\\nArchitecture: all\\nMaintainer: x <x@example>\\nDescription: planted\\n"


@dataclass(frozen=True)
class Plant:
    """On which server, a shell line for root that plants it and one that takes it away, and the findings that must come of it."""

    host: str
    do: str
    undo: str
    found: tuple[str, ...]


PLANTS = (
    Plant(
        "web1",
        f"useradd --uid 4711 eve && usermod -aG sudo eve && echo 'eve:{CANARY}' | chpasswd",
        "userdel eve",
        ("user eve", "group member sudo:eve"),
    ),
    Plant(
        "web1",
        "echo 'eve ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/planted",
        "rm -f /etc/sudoers.d/planted",
        ("sudoers line eve ALL=(ALL) NOPASSWD: ALL",),
    ),
    Plant(
        "db1",
        f"mkdir -p /root/.ssh && echo '{KEY} planted' >/root/.ssh/authorized_keys",
        "rm -rf /root/.ssh",
        (f"key root {FINGERPRINT}",),
    ),
    Plant(
        "db1",
        "systemd-run --quiet --unit planted-port python3 -m http.server 4444",
        "systemctl stop planted-port",
        ("port 4444/tcp of root",),
    ),
    Plant(
        "bak1",
        f"mkdir -p /etc/cron.d && echo '* * * * * root x --password {CANARY}' >/etc/cron.d/planted",
        "rm -f /etc/cron.d/planted",
        ("cron /etc/cron.d/planted",),
    ),
    Plant(
        "bak1",
        f"printf '{UNIT}' >/etc/systemd/system/planted.timer && systemctl enable --quiet planted.timer",
        "systemctl disable --quiet planted.timer; rm -f /etc/systemd/system/planted.timer; systemctl daemon-reload",
        ("unit planted.timer",),
    ),
    Plant(
        "pbx1",
        "systemctl enable --quiet debug-shell.service",
        "systemctl disable --quiet debug-shell.service",
        ("unit debug-shell.service",),
    ),
    Plant(
        "pbx1",
        f"mkdir -p /tmp/p/DEBIAN && printf '{PACKAGE}' >/tmp/p/DEBIAN/control && dpkg-deb -b /tmp/p /tmp/p.deb"
        " && dpkg -i /tmp/p.deb",
        "dpkg --purge planted; rm -rf /tmp/p /tmp/p.deb",
        ("package planted",),
    ),
    Plant(
        "nvr1",
        "cp /usr/bin/id /usr/local/bin/planted && chmod 4755 /usr/local/bin/planted && chmod u+s /usr/bin/env",
        "rm -f /usr/local/bin/planted; chmod u-s /usr/bin/env",
        ("setuid /usr/bin/env", "setuid /usr/local/bin/planted"),
    ),
    Plant(
        "nvr1",
        f"echo 'deb [trusted=yes] http://me:{CANARY}@apt.example/debian bookworm main' >/etc/apt/sources.list.d/planted.list",
        "rm -f /etc/apt/sources.list.d/planted.list",
        ("package source http://apt.example/debian bookworm",),
    ),
)


def looked(lab: Lab) -> list[Outcome]:
    report = servers.check(lab.site, limit=",".join(SERVERS), progress=NoProgress(), inventory=lab.inventory).build()
    return [outcome for outcome in report.outcomes if outcome.check == CHECK]


@pytest.fixture(scope="module")
def planted(lab: Lab) -> Iterator[list[Outcome]]:
    """What the check says while all of it is there. The servers were clean before."""
    assert {outcome.status for outcome in looked(lab)} == {Status.OK}
    done = []
    try:
        for plant in PLANTS:
            done.append(plant)
            lab.inside(plant.host, "bash", "-c", plant.do)
        yield looked(lab)
    finally:
        for plant in done:
            lab.inside(plant.host, "bash", "-c", plant.undo, check=False)


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.found[0])
def test_it_is_found_by_its_name(planted: list[Outcome], plant: Plant) -> None:
    found = {outcome.subject for outcome in planted if outcome.target == plant.host and outcome.status is Status.FINDING}
    assert set(plant.found) <= found


def test_nothing_else_is_found(planted: list[Outcome]) -> None:
    wanted = {(plant.host, subject) for plant in PLANTS for subject in plant.found}
    assert {(outcome.target, outcome.subject) for outcome in planted} == wanted


def test_neither_a_password_nor_the_body_of_a_key_is_told(planted: list[Outcome]) -> None:
    text = "".join(outcome.model_dump_json() for outcome in planted)
    assert CANARY not in text
    assert KEY.split()[1] not in text


def test_taken_away_it_is_gone(lab: Lab, planted: list[Outcome]) -> None:
    assert planted
    for plant in PLANTS:
        lab.inside(plant.host, "bash", "-c", plant.undo)
    assert {outcome.status for outcome in looked(lab)} == {Status.OK}
