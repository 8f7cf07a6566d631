"""Plans carried out on a simulated EOS switch by NAPALM's own driver: orchestration and faults, not the vendor's semantics."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.files import factory_config
from lab.simulators.eos.settings import Settings
from muhtar.exitcode import ExitCode
from muhtar.inventory import Inventory
from muhtar.network.apply import Options
from muhtar.network.change import apply_plan, carry, options
from muhtar.network.journal import Journal, State
from muhtar.network.planfile import default_path, read_plan, write_plan
from muhtar.network.planning import plan_intended, plan_rollback
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.settings import Site
from tests.support.simulated_switch import Switch, certificate
from tests.support.town import SWITCH_PASSWORD, lab_site

QUIET = NoProgress()


@pytest.fixture
def switch(tmp_path: Path) -> Iterator[Switch]:
    certificate(tmp_path, "127.0.0.1", certificate(tmp_path, "ca", None))
    (tmp_path / "factory.cfg").write_text(factory_config("sw1", "eos"), encoding="utf-8")
    (tmp_path / "password").write_text(SWITCH_PASSWORD, encoding="utf-8")
    found = Switch(
        Settings(
            name="sw1",
            certificate=tmp_path / "127.0.0.1.crt",
            key=tmp_path / "127.0.0.1.key",
            password_file=tmp_path / "password",
            initial_config=tmp_path / "factory.cfg",
            state=tmp_path / "flash",
            address="127.0.0.1",
            port=0,
            control=tmp_path / "control.json",
        ),
        tmp_path / "ca.crt",
    )
    yield found
    found.stop()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, switch: Switch) -> Site:
    site = lab_site(tmp_path / "home", monkeypatch)
    own = site.overlay / "host_vars" / "sw1"
    own.mkdir(parents=True)
    # The address of the management port is rendered too; the session goes to where the simulator listens.
    (own / "way.yml").write_text(f"ansible_host: 127.0.0.1\nansible_port: {switch.port}\n", encoding="utf-8")
    (site.overlay / "hosts.yml").write_text("all:\n  hosts:\n    sw1:\n", encoding="utf-8")
    (site.overlay / "ca").mkdir()
    shutil.copy(switch.ca, site.overlay / "ca" / "ca.crt")
    return site


def running(switch: Switch) -> str:
    switch.device.settle()
    return switch.device.text(switch.device.running)


def changed(site: Site, how: Options | None = None) -> Report:
    plan = plan_intended(site, limit="sw1", progress=QUIET).plan
    path = write_plan(plan, site, default_path(plan))
    return apply_plan(site, read_plan(path, site), how or options(None, 1, 60, None), progress=QUIET).build()


def test_there_and_back(site: Site, switch: Switch) -> None:
    factory = running(switch)
    report = changed(site)
    assert report.exit_code == ExitCode.CLEAN
    assert "description trunk to sw2" in running(switch)
    assert SWITCH_PASSWORD not in Journal(site).path.read_text(encoding="utf-8")
    planned = plan_rollback(site, progress=QUIET)
    back = carry(planned, "network.rollback", options(None, 1, 60, None), progress=QUIET).build()
    assert [str(outcome.status) for outcome in back.outcomes] == ["ok"]
    assert running(switch) == factory
    switch.restart()
    assert running(switch) == factory, "what was confirmed is saved"


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_connection_cut_in_the_commit_leaves_the_old_configuration(moment: str, site: Site, switch: Switch) -> None:
    factory = running(switch)
    switch.fault(drop_commit=moment)
    report = changed(site)
    assert [outcome.status for outcome in report.outcomes] == [Status.UNCHECKED]
    assert "takes the change back by itself" in report.outcomes[0].summary
    assert running(switch) == factory
    assert Journal(site).changes()[-1].devices["sw1"].state is State.LEFT


def test_a_refused_line_changes_nothing(site: Site, switch: Switch) -> None:
    factory = running(switch)
    planned = plan_intended(site, limit="sw1", progress=QUIET)
    switch.fault(refuse=["spanning-tree"])
    report = carry(planned, "network.apply", options(None, 1, 60, None), progress=QUIET).build()
    assert [outcome.status for outcome in report.outcomes] == [Status.ERROR]
    assert running(switch) == factory
    assert Journal(site).changes() == []
    assert Inventory.load(site).target("sw1").platform == "eos"
