"""license.discover as a whole, with looks that a test makes: what is kept, what is said, and of whom nothing is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from muhtar.errors import NothingSelectedError
from muhtar.inventory import Inventory, Target
from muhtar.license.discovery import discover as workflow
from muhtar.license.discovery.answer import Answer
from muhtar.license.discovery.record import Item, Look, LookKind, keep, read
from muhtar.outcome import Status
from muhtar.progress import NoProgress, Progress
from muhtar.settings import Site

HOSTS = "all: {children: {servers: {hosts: {db1: , web1: }}, network: {hosts: {sw1: }}, spare: {hosts: {x: }}}}\n"
NOW = datetime.now(UTC)


@pytest.fixture
def town(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """web1 does not answer."""
    site.hosts_file.write_text(HOSTS, encoding="utf-8")

    def asking(kind: LookKind, look: Look) -> object:
        def ask(_inventory: Inventory, targets: Sequence[Target], _progress: Progress) -> list[Answer]:
            gone = Answer("web1", kind, None, Status.UNCHECKED, "cannot be reached: no route")
            return [gone if target.name == "web1" else Answer(target.name, kind, look) for target in targets]

        return ask

    system = Look(seen=NOW, items=(Item("package", "bash", "5"), Item("package", "gitlab-ee", "17")), counts={"core": 2})
    monkeypatch.setattr(
        workflow, "_ASK", {"system": asking("system", system), "device": asking("device", Look(seen=NOW, serial="X1"))}
    )
    return site


def test_what_answers_is_kept_and_what_does_not_is_unchecked_with_the_age_of_what_is_known(town: Site) -> None:
    old = Look(seen=NOW - timedelta(days=6, hours=1))
    keep(town, "web1", {"system": old})
    report = workflow.discover(town, progress=NoProgress()).build()
    assert {(one.target, one.subject): one.status for one in report.outcomes} == {
        ("db1", "system"): Status.OK,
        ("web1", "system"): Status.UNCHECKED,
        ("sw1", "device"): Status.OK,
    }
    said = {one.target: one.summary for one in report.outcomes}
    assert said["db1"] == "2 packages, 2 cores, to be licensed: gitlab-ee"
    assert said["sw1"] == "serial number X1"
    assert said["web1"] == f"cannot be reached: no route; what is known is of {old.seen:%Y-%m-%d %H:%M} UTC, 6 days old"
    assert (report.exit_code, read(town, "web1")["system"], read(town, "db1")["system"].counts) == (3, old, {"core": 2})


def test_of_a_host_that_never_answered_nothing_is_known_and_nothing_is_kept(town: Site) -> None:
    (outcome,) = workflow.discover(town, limit="web1", progress=NoProgress()).build().outcomes
    assert outcome.summary.endswith("nothing is known of it")
    assert read(town, "web1") == {}


def test_a_selection_without_anything_to_look_at_is_an_error(town: Site) -> None:
    with pytest.raises(NothingSelectedError):
        workflow.discover(town, limit="spare", progress=NoProgress())
