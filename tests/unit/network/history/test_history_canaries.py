"""Secrets of every kind and platform, through the whole way: none in git, reports, logs or anywhere in the state."""

from __future__ import annotations

import logging
import subprocess
from pathlib import Path
from typing import Any, cast

import pytest

from muhtar.backup.plan import Plan
from muhtar.cli import _log
from muhtar.network.history.backup import run
from muhtar.network.history.keep import repository
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.render import FORMATS, OF_CALENDARS, render
from muhtar.render.context import Context
from muhtar.report import Report
from muhtar.settings import Site
from nornir_tasks.config_rules import rules_of
from tests.support.backup_town import FakeTown, policy
from tests.support.device_configs import PLATFORMS, sample, with_canaries
from tests.support.device_fleet import Fleet

GROUPS = {"network": {"sources": [{"name": "config", "kind": "device_config"}]}}


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def planted(seed: str) -> tuple[dict[str, tuple[str, Any]], list[str]]:
    """A device of each platform that runs its sample and starts with another one, all secrets being different."""
    devices: dict[str, tuple[str, Any]] = {}
    canaries: list[str] = []
    for platform in PLATFORMS:
        running, mine = with_canaries(sample(platform), f"{seed}r{platform}")
        canaries += mine
        startup = None
        if rules_of(platform).startup is not None:
            text, more = with_canaries(sample(platform), f"{seed}s{platform}")
            canaries += more
            startup = text.encode()
        devices[f"{platform}1"] = (platform, (running.encode(), startup))
    return devices, canaries


def backed_up(monkeypatch: pytest.MonkeyPatch, devices: dict[str, tuple[str, Any]]) -> tuple[Report, FakeTown]:
    fleet = Fleet(monkeypatch, **devices)
    plan = FakeTown(policy(groups=GROUPS), *fleet.targets)
    plan.inventory = fleet.inventory
    return run(Site("lab"), progress=NoProgress(), plan=cast("Plan", plan)).build(), plan


def everything(state: Path) -> bytes:
    """Every version of every file in git, and every file below the state folder as it stands."""
    history = ["git", f"--git-dir={repository().path}"]
    log = subprocess.run([*history, "log", "-p", "--all"], capture_output=True, check=True).stdout
    objects = subprocess.run([*history, "cat-file", "--batch-all-objects", "--batch"], capture_output=True, check=True).stdout
    files = b"\n".join(path.read_bytes() for path in state.rglob("*") if path.is_file())
    return log + objects + files


def test_no_secret_of_any_platform_is_seen_anywhere(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    _log.start("network.backup")
    logging.getLogger("muhtar").info("a line for the log to be there")
    canaries: list[str] = []
    for seed in ("Za", "Zb"):
        devices, mine = planted(seed)
        canaries += mine
        report, _ = backed_up(monkeypatch, devices)
        kept = {outcome.target: outcome for outcome in report.outcomes if outcome.check == "network.history"}
        assert {outcome.status for outcome in kept.values()} == {Status.OK}, [outcome.summary for outcome in kept.values()]
    context = Context(lang="en", timezone="UTC", comparison=None)
    printed = "".join(render(kind, report, context) for kind in sorted(set(FORMATS) - OF_CALENDARS))
    seen = everything(state) + printed.encode()
    assert len(canaries) > 400
    assert not [canary for canary in canaries if canary.encode() in seen]
    assert seen.count(b"<removed:") > 200


def test_every_changed_secret_makes_a_commit_but_those_that_the_device_varies(monkeypatch: pytest.MonkeyPatch) -> None:
    backed_up(monkeypatch, planted("Za")[0])
    report, _ = backed_up(monkeypatch, planted("Zb")[0])
    summaries = {outcome.target: outcome.summary for outcome in report.outcomes if outcome.check == "network.history"}
    assert all(summary.startswith("kept: ") for summary in summaries.values()), summaries


def test_the_originals_go_to_restic_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    devices, _ = planted("Za")
    _, plan = backed_up(monkeypatch, devices)
    for name, (_, (running, startup)) in devices.items():
        assert f"backup_bytes {running!r}" in plan.fakes[name].calls
        assert startup is None or f"backup_bytes {startup!r}" in plan.fakes[name].calls


def test_a_device_without_a_policy_is_kept_in_git_and_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    fleet = Fleet(monkeypatch, ios1=("ios", sample("ios").encode()))
    plan = FakeTown(policy(), *fleet.targets)
    plan.inventory = fleet.inventory
    report = run(Site("lab"), progress=NoProgress(), plan=cast("Plan", plan)).build()
    found = {outcome.check: outcome for outcome in report.outcomes}
    assert found["network.history"].status is Status.OK
    assert found["backup.snapshot"].status is Status.FINDING
    assert "registers/backup.yml" in str(found["backup.snapshot"].mend)
