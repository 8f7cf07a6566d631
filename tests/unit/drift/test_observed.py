"""What the roles observed must cover all that the check looked at, before it looked."""

from __future__ import annotations

from typing import Any

import pytest

from muhtar.doors.playbook import HostRun, TaskEvent
from muhtar.drift.observed import OBSERVE, uncovered


def observe(role: str = "web", **options: Any) -> TaskEvent:
    empty: dict[str, Any] = {"paths": [], "folders": [], "units": [], "commands": [], "sources": [], "failed": []}
    return TaskEvent(host="h", task="Look", status="ok", module=OBSERVE, role=role, observed=({**empty, **options},))


def task(module: str, about: str = "", role: str | None = "web", **more: Any) -> TaskEvent:
    return TaskEvent(host="h", task="Ask", status="ok", module=f"ansible.builtin.{module}", role=role, about=about, **more)


def why(*events: TaskEvent) -> list[str]:
    run = HostRun("h")
    for event in events:
        run.add(event)
    return uncovered(run)


@pytest.mark.parametrize(
    "event",
    [
        task("template", "/etc/nginx/nginx.conf"),
        task("file", "/etc/nginx"),
        task("file", "/srv/data"),
        task("systemd_service", "nginx"),
        task("systemd_service", "nginx.service"),
        task("apt", "nginx"),
        task("command"),
        task("copy", hidden=True),
        task("set_fact", role=None),
        task("reboot", handler=True),
    ],
)
def test_covered(event: TaskEvent) -> None:
    assert why(observe(paths=["/etc/nginx"], folders=["/srv/data"], units=["nginx.service"]), event) == []


@pytest.mark.parametrize(
    "event",
    [
        task("template", "/etc/nginx.conf"),
        task("template", "/etc/nginxes/a"),
        task("copy", "/srv/data/file"),
        task("copy", "/srv/data"),
        task("systemd_service", "apache2"),
        task("command", role="other"),
        task("copy", role="other", hidden=True),
        task("command", role=None),
        task("made_up"),
    ],
)
def test_not_covered(event: TaskEvent) -> None:
    found = why(observe(paths=["/etc/nginx"], folders=["/srv/data"], units=["nginx.service"]), event)
    assert len(found) == 1
    assert "Ask" in found[0]


def test_what_is_observed_after_the_question_does_not_count() -> None:
    late = observe(paths=["/etc/nginx"])
    assert why(task("template", "/etc/nginx/nginx.conf"), late)
    assert why(task("apt", "nginx"), late)


def test_a_command_that_failed_has_seen_nothing() -> None:
    assert why(observe(failed=["psql: no such role"])) == ["web: Look: psql: no such role"]
