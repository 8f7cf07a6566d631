"""The workflows around the sessions, with the fleet played."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from muhtar.doors.fleet import HostResult
from muhtar.drift import network as drift
from muhtar.errors import DoorError, InventoryError
from muhtar.exitcode import ExitCode
from muhtar.inventory import Inventory
from muhtar.network import apply as applying
from muhtar.network import facts as asking
from muhtar.network.render import rendered, write
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.render.view import actions
from muhtar.settings import Site, locked
from nornir_tasks.examine_drift import Drift
from nornir_tasks.rendering import RenderError
from nornir_tasks.replace_config import Replaced
from tests.support.town import lab_site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    return lab_site(tmp_path, monkeypatch)


def fleet(otherwise: object = "", **results: HostResult) -> Callable[..., dict[str, HostResult]]:
    def run(_: Inventory, targets: Any, *__: Any, **___: Any) -> dict[str, HostResult]:
        return {target.name: results.get(target.name, HostResult(result=otherwise)) for target in targets}

    return run


def test_drift_has_one_outcome_for_each_device(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    drifted = HostResult(result=Drift("-hostname x", "hostname x\n", ""))
    lost = HostResult(error=DoorError("gone"), unreachable=True)
    answers = fleet(r1=drifted, sw2=lost, **dict.fromkeys(("r2", "r3", "sw1", "sw3"), HostResult(result=Drift(""))))
    monkeypatch.setattr(drift, "run_fleet", answers)
    report = drift.check(site, progress=NoProgress()).build()
    assert {outcome.target: str(outcome.status) for outcome in report.outcomes} == {
        "r1": "finding", "r2": "ok", "r3": "ok", "sw1": "ok", "sw2": "unchecked", "sw3": "ok",
    }  # fmt: skip
    assert report.exit_code == ExitCode.INCOMPLETE


def test_the_same_difference_on_many_devices_is_one_group(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    drifted = HostResult(result=Drift("-ntp server x", "ntp server x\n", ""))
    monkeypatch.setattr(drift, "run_fleet", fleet(**dict.fromkeys(("r1", "r2", "r3", "sw1", "sw2", "sw3"), drifted)))
    (group,) = actions(drift.check(site, progress=NoProgress()).build())
    assert group.targets == ["r1", "r2", "r3", "sw1", "sw2", "sw3"]


def test_a_policy_that_cannot_be_read_is_an_error_of_its_device(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    own = site.overlay / "host_vars" / "r1.yml"
    own.parent.mkdir()
    own.write_text("network_drift: {extra: maybe}\n")
    asked: list[str] = []

    def run(_: Inventory, targets: Any, *__: Any, **___: Any) -> dict[str, HostResult]:
        asked.extend(target.name for target in targets)
        return {target.name: HostResult(result=Drift("")) for target in targets}

    monkeypatch.setattr(drift, "run_fleet", run)
    report = drift.check(site, limit="r1,r2", progress=NoProgress()).build()
    assert asked == ["r2"]
    assert [(outcome.target, str(outcome.status)) for outcome in report.outcomes] == [("r1", "error"), ("r2", "ok")]
    assert "network_drift.extra" in report.outcomes[0].summary


def test_a_limit_without_network_devices_is_an_error(site: Site) -> None:
    with pytest.raises(InventoryError):
        drift.check(site, limit="web1", progress=NoProgress())


def test_mending_says_what_was_changed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "run_fleet", fleet(Replaced(), r1=HostResult(result=Replaced("-a\n+b"), changed=True)))
    report = drift.mend(site, limit="r1,r2", progress=NoProgress()).build()
    assert [outcome.status for outcome in report.outcomes] == [Status.OK, Status.OK]
    assert report.outcomes[0].summary.startswith("configured: 2 lines changed")
    assert report.outcomes[1].summary == "configured as intended already"


def test_a_device_that_another_run_is_changing_is_left_alone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    touched: list[str] = []

    def run(_: Inventory, targets: Any, *__: Any, **___: Any) -> dict[str, HostResult]:
        touched.extend(target.name for target in targets)
        return {target.name: HostResult(result=Replaced()) for target in targets}

    monkeypatch.setattr(applying, "run_fleet", run)
    with locked("target-lab-r1"):
        report = applying.apply(site, limit="r1,r2", progress=NoProgress(), check="provision.converge").build()
    assert touched == ["r2"]
    assert {(outcome.target, str(outcome.status)) for outcome in report.outcomes} == {("r1", "error"), ("r2", "ok")}
    assert {outcome.check for outcome in report.outcomes} == {"provision.converge"}


def test_facts_of_devices_that_do_not_answer_are_incomplete(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    about = {"vendor": "v", "model": "m", "os_version": "1", "serial_number": "s", "uptime": 60.0}
    everyone = {name: HostResult(result=about) for name in ("r1", "r2", "r3", "sw1", "sw2", "sw3")}
    monkeypatch.setattr(asking, "run_fleet", fleet(**everyone))
    found = asking.facts(site, progress=NoProgress())
    assert found.exit_code == ExitCode.CLEAN
    everyone["r1"] = HostResult(error=DoorError("gone"), unreachable=True)
    monkeypatch.setattr(asking, "run_fleet", fleet(**everyone))
    found = asking.facts(site, progress=NoProgress())
    assert found.exit_code == ExitCode.INCOMPLETE
    assert asking.table(found).row_count == 6


def test_rendered_configurations_are_concealed_unless_they_are_kept(site: Site, tmp_path: Path) -> None:
    shown = rendered(site, limit="sw1")
    assert "secret sha512 <removed>" in shown["sw1"]
    kept = write(rendered(site, limit="sw1,r1", concealed=False), tmp_path / "out")
    assert [path.name for path in kept] == ["r1.conf", "sw1.conf"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept)
    assert "secret sha512 $6$" in kept[1].read_text(encoding="utf-8")


def test_a_device_that_cannot_be_rendered_is_named_with_the_template_and_the_line(site: Site) -> None:
    own = site.overlay / "host_vars" / "r2.yml"
    own.parent.mkdir()
    own.write_text("network_bgp: {keepalive: 3}\n")
    with pytest.raises(RenderError, match=r"r2 cannot be rendered: .*hold_time") as caught:
        rendered(site, limit="routers")
    assert (caught.value.path or "").endswith("templates/frr/bgp.j2")
    assert caught.value.line == 7
