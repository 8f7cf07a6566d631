"""Backups while something is broken: nobody is told that all is well, and the next run goes through."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from muhtar.backup.run import run
from muhtar.backup.status import status
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from tests.support.lab import Lab

pytestmark = [pytest.mark.lab, pytest.mark.faults]

QUIET = NoProgress()


def backed_up(lab: Lab, limit: str, only: str | None = None) -> Report:
    return run(lab.site, limit=limit, only=only, progress=QUIET).build()


@contextmanager
def stopped(lab: Lab, host: str, *services: str) -> Iterator[None]:
    lab.inside(host, "systemctl", "stop", *services)
    try:
        yield
    finally:
        lab.inside(host, "systemctl", "start", *services)


def test_a_server_that_is_down_leaves_all_unchecked_and_soon(lab: Lab) -> None:
    started = time.monotonic()
    with stopped(lab, "bak1", "restic-rest-server"):
        taken = backed_up(lab, "web1:r1")
        asked = status(lab.site, limit="web1:r1", progress=QUIET).build()
    assert time.monotonic() - started < 150
    for report in (taken, asked):
        assert report.exit_code == 3
        assert {outcome.status for outcome in report.outcomes} == {Status.UNCHECKED}
        assert all("repository server does not answer" in outcome.summary for outcome in report.outcomes)
    assert backed_up(lab, "web1:r1").exit_code == 0


def test_a_host_that_does_not_answer_is_unchecked_and_the_others_are_backed_up(lab: Lab) -> None:
    with stopped(lab, "web1", "ssh"):
        report = backed_up(lab, "web1:r1")
    assert {(outcome.target, outcome.status) for outcome in report.outcomes} == {
        ("web1", Status.UNCHECKED),
        ("r1", Status.OK),
    }
    assert report.exit_code == 3


def test_a_dump_of_a_stopped_database_is_an_error_and_its_files_are_backed_up(lab: Lab) -> None:
    with stopped(lab, "db1", "postgresql@15-main"):
        report = backed_up(lab, "db1")
    assert {outcome.subject: outcome.status for outcome in report.outcomes} == {
        "databases": Status.ERROR,
        "settings": Status.OK,
    }
    assert report.exit_code == 1
