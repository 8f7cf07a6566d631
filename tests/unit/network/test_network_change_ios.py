"""Plans carried out on a simulated IOS switch by NAPALM's own driver, alone and in one run with an EOS switch.

What is proven is orchestration and faults, not that a real switch takes a line (docs/simulators.md).
"""

from __future__ import annotations

import pytest

from lab.simulators.config_shell import parse
from muhtar.exitcode import ExitCode
from muhtar.network.apply import Options
from muhtar.network.change import apply_plan, carry, options, show_plan
from muhtar.network.journal import Journal, State
from muhtar.network.plan import Plan
from muhtar.network.planfile import default_path, read_plan, write_plan
from muhtar.network.planning import plan_intended, plan_rollback
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.settings import Site
from nornir_tasks.steady import steady
from tests.support.simulated_ios import IosSwitch
from tests.support.simulated_switch import Switch
from tests.support.town import SWITCH_PASSWORD

QUIET = NoProgress()
# Seconds; IOS takes whole minutes.
HOW = options(None, 1, 60, None)
# The switch came from the factory without LLDP.
BACK = options(None, 1, 60, "LLDP neighbour sw2*")


def running(switch: IosSwitch | Switch) -> str:
    """What it runs, without its clock."""
    switch.device.settle()
    return steady(switch.device.text(switch.device.running), "ios")


def planned(site: Site, limit: str = "sw3") -> Plan:
    """A plan that was on the disk."""
    plan = plan_intended(site, limit=limit, progress=QUIET).plan
    return read_plan(write_plan(plan, site, default_path(plan)), site)


def changed(site: Site, how: Options = HOW, limit: str = "sw3") -> Report:
    return apply_plan(site, planned(site, limit), how, progress=QUIET).build()


def changes(report: Report) -> dict[str, Outcome]:
    return {outcome.target: outcome for outcome in report.outcomes if outcome.check == "network.change"}


def statuses(report: Report) -> dict[str, Status]:
    return {name: outcome.status for name, outcome in changes(report).items()}


def the_timer_runs_out(switch: IosSwitch) -> None:
    pending = switch.device.pending
    assert pending is not None, "nothing waits to be confirmed"
    pending.deadline = 0.0


def test_there_and_back(ios_site: Site, sw3: IosSwitch) -> None:
    factory = running(sw3)
    report = changed(ios_site)
    assert report.exit_code == ExitCode.CLEAN
    assert {outcome.check for outcome in report.outcomes} == {"network.change", "drift.network"}
    assert "description trunk to sw2" in running(sw3)
    assert sw3.device.pending is None, "it was confirmed"
    assert SWITCH_PASSWORD not in Journal(ios_site).path.read_text(encoding="utf-8")
    back = carry(plan_rollback(ios_site, progress=QUIET), "network.rollback", BACK, progress=QUIET).build()
    assert statuses(back) == {"sw3": Status.OK}
    assert running(sw3) == factory
    sw3.restart()
    assert running(sw3) == factory, "what was confirmed is saved"


def test_the_plan_holds_the_commands_and_no_secret(ios_site: Site, sw3: IosSwitch) -> None:
    plan = planned(ios_site)
    commands = plan.device("sw3").remediation
    assert "interface GigabitEthernet0/2" in commands
    assert "  description library desks" in commands
    assert "username muhtar privilege 15 secret 8 <removed>" in commands
    text = default_path(plan).read_text(encoding="utf-8")
    assert "$8$" not in text
    assert SWITCH_PASSWORD not in text
    assert "$8$" in str(plan.candidate("sw3"))


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_connection_cut_in_the_commit_leaves_the_old_configuration(moment: str, ios_site: Site, sw3: IosSwitch) -> None:
    factory = running(sw3)
    sw3.fault(drop_commit=moment)
    report = changed(ios_site)
    assert statuses(report) == {"sw3": Status.UNCHECKED}
    assert "takes the change back by itself" in changes(report)["sw3"].summary
    assert report.exit_code == ExitCode.INCOMPLETE
    assert Journal(ios_site).changes()[-1].devices["sw3"].state is State.LEFT
    assert ("description trunk to sw2" in running(sw3)) is (moment == "after")
    the_timer_runs_out(sw3)
    assert running(sw3) == factory
    sw3.restart()
    assert running(sw3) == factory, "nothing of it was saved"


def test_a_refused_line_changes_nothing(ios_site: Site, sw3: IosSwitch) -> None:
    """IOS says no in the commit, by `revert trigger error`; EOS says it before."""
    factory = running(sw3)
    plan = planned(ios_site)
    sw3.fault(refuse=["spanning-tree"])
    report = apply_plan(ios_site, plan, HOW, progress=QUIET).build()
    assert statuses(report) == {"sw3": Status.ERROR}
    assert "not supported on this platform" in changes(report)["sw3"].summary
    assert running(sw3) == factory
    assert sw3.device.pending is None
    assert Journal(ios_site).changes()[-1].devices["sw3"].state is State.FAILED


def test_its_clock_makes_no_plan_stale_and_a_typed_line_does(ios_site: Site, sw3: IosSwitch) -> None:
    plan = planned(ios_site)
    sw3.device.touch("ahmet")
    assert statuses(show_plan(ios_site, plan, HOW, progress=QUIET).build()) == {"sw3": Status.FINDING}
    parse(["hostname gece"], sw3.device.grammar, sw3.device.running)
    assert statuses(show_plan(ios_site, plan, HOW, progress=QUIET).build()) == {"sw3": Status.ERROR}
    report = apply_plan(ios_site, plan, HOW, progress=QUIET).build()
    assert statuses(report) == {"sw3": Status.ERROR}
    assert "was changed since the plan was made" in changes(report)["sw3"].summary
    assert sw3.device.hostname == "gece"


def test_what_a_site_may_leave_out_is_taken_by_the_switch(ios_site: Site, sw3: IosSwitch) -> None:
    """Access lists and SNMP, and nothing of it is a difference afterwards."""
    (ios_site.overlay / "host_vars" / "sw3" / "more.yml").write_text(
        "network_access_lists: [{name: MANAGEMENT, permit: [127.0.0.0/8, 192.0.2.53/32]}]\n"
        "network_vty_access_list: MANAGEMENT\n"
        "network_snmp:\n"
        "  communities: [{name: Uydurma-Topluluk-1, access: ro, access_list: MANAGEMENT}]\n"
        "  location: town hall, ground floor\n"
        "  contact: network@town.example\n"
        "  traps: [{address: 192.0.2.53, community: Uydurma-Topluluk-1}]\n",
        encoding="utf-8",
    )
    report = changed(ios_site)
    assert report.exit_code == ExitCode.CLEAN
    assert " 10 permit 127.0.0.0 0.255.255.255\n 20 permit 192.0.2.53" in running(sw3)
    assert "snmp-server community Uydurma-Topluluk-1 RO MANAGEMENT" in running(sw3)
    assert "Uydurma-Topluluk" not in report.model_dump_json()


# ---- mixed with an EOS switch, in one plan


def test_two_makes_in_one_plan(ios_site: Site, eos_site: Site, sw1: Switch, sw3: IosSwitch) -> None:
    assert ios_site is eos_site
    factory = running(sw1), running(sw3)
    plan = planned(ios_site, "sw1,sw3")
    assert [(device.name, device.platform) for device in plan.devices] == [("sw1", "eos"), ("sw3", "ios")]
    assert all(device.remediation for device in plan.devices)
    report = apply_plan(ios_site, plan, options("1,100%", 1, 60, None), progress=QUIET).build()
    assert report.exit_code == ExitCode.CLEAN
    assert statuses(report) == {"sw1": Status.OK, "sw3": Status.OK}
    assert "description trunk to sw2" in running(sw1)
    assert "description trunk to sw2" in running(sw3)
    change = Journal(ios_site).changes()[-1]
    assert {name: device.platform for name, device in change.devices.items()} == {"sw1": "eos", "sw3": "ios"}
    back = carry(plan_rollback(ios_site, progress=QUIET), "network.rollback", BACK, progress=QUIET).build()
    assert statuses(back) == {"sw1": Status.OK, "sw3": Status.OK}
    assert (running(sw1), running(sw3)) == factory


def test_one_make_in_trouble_is_not_the_others(ios_site: Site, eos_site: Site, sw1: Switch, sw3: IosSwitch) -> None:
    assert ios_site is eos_site
    factory = running(sw3)
    plan = planned(ios_site, "sw1,sw3")
    sw3.fault(drop_commit="after")
    report = apply_plan(ios_site, plan, HOW, progress=QUIET).build()
    assert statuses(report) == {"sw1": Status.OK, "sw3": Status.UNCHECKED}
    assert report.exit_code == ExitCode.INCOMPLETE
    the_timer_runs_out(sw3)
    assert running(sw3) == factory
    assert "description trunk to sw2" in running(sw1)
