"""Plans carried out on a simulated EOS switch by NAPALM's own driver: orchestration and faults, not the vendor's semantics."""

from __future__ import annotations

import pytest

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
from tests.support.simulated_switch import Switch
from tests.support.town import SWITCH_PASSWORD

QUIET = NoProgress()


def running(sw1: Switch) -> str:
    sw1.device.settle()
    return sw1.device.text(sw1.device.running)


def changed(site: Site, how: Options | None = None) -> Report:
    plan = plan_intended(site, limit="sw1", progress=QUIET).plan
    path = write_plan(plan, site, default_path(plan))
    return apply_plan(site, read_plan(path, site), how or options(None, 1, 60, None), progress=QUIET).build()


def test_there_and_back(eos_site: Site, sw1: Switch) -> None:
    factory = running(sw1)
    report = changed(eos_site)
    assert report.exit_code == ExitCode.CLEAN
    assert "description trunk to sw2" in running(sw1)
    assert SWITCH_PASSWORD not in Journal(eos_site).path.read_text(encoding="utf-8")
    planned = plan_rollback(eos_site, progress=QUIET)
    back = carry(planned, "network.rollback", options(None, 1, 60, None), progress=QUIET).build()
    assert [str(outcome.status) for outcome in back.outcomes] == ["ok"]
    assert running(sw1) == factory
    sw1.restart()
    assert running(sw1) == factory, "what was confirmed is saved"


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_connection_cut_in_the_commit_leaves_the_old_configuration(moment: str, eos_site: Site, sw1: Switch) -> None:
    factory = running(sw1)
    sw1.fault(drop_commit=moment)
    report = changed(eos_site)
    assert [outcome.status for outcome in report.outcomes] == [Status.UNCHECKED]
    assert "takes the change back by itself" in report.outcomes[0].summary
    assert running(sw1) == factory
    assert Journal(eos_site).changes()[-1].devices["sw1"].state is State.LEFT


def test_a_refused_line_changes_nothing(eos_site: Site, sw1: Switch) -> None:
    factory = running(sw1)
    planned = plan_intended(eos_site, limit="sw1", progress=QUIET)
    sw1.fault(refuse=["spanning-tree"])
    report = carry(planned, "network.apply", options(None, 1, 60, None), progress=QUIET).build()
    assert [outcome.status for outcome in report.outcomes] == [Status.ERROR]
    assert running(sw1) == factory
    assert Journal(eos_site).changes() == []
    assert Inventory.load(eos_site).target("sw1").platform == "eos"


def test_what_a_site_may_leave_out_is_taken_by_the_switch(eos_site: Site, sw1: Switch) -> None:
    """Access lists and SNMP, and nothing of it is a difference afterwards."""
    (eos_site.overlay / "host_vars" / "sw1" / "more.yml").write_text(
        "network_access_lists: [{name: MANAGEMENT, permit: [127.0.0.0/8, 192.0.2.53/32]}]\n"
        "network_snmp:\n"
        "  communities: [{name: Uydurma-Topluluk-1, access: ro}]\n"
        "  location: town hall, ground floor\n"
        "  traps: [{address: 192.0.2.53, community: Uydurma-Topluluk-1}]\n",
        encoding="utf-8",
    )
    report = changed(eos_site)
    assert report.exit_code == ExitCode.CLEAN
    assert "   10 permit 127.0.0.0/8\n   20 permit host 192.0.2.53" in running(sw1)
    assert "Uydurma-Topluluk" not in report.model_dump_json()
