"""`network.lint` as a workflow: the lab passes, every way to fail is told, and no platform is silently clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from muhtar.errors import InventoryError, UsageError
from muhtar.exitcode import ExitCode
from muhtar.network.lint.check import check
from muhtar.network.render import rendered, write
from muhtar.outcome import Status
from muhtar.settings import Site
from tests.support.town import lab_site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    return lab_site(tmp_path / "home", monkeypatch)


def own(site: Site, host: str, text: str) -> None:
    """Give a host variables of its own, in a file of the overlay."""
    path = site.overlay / "host_vars" / f"{host}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_lab_holds_its_rules(site: Site) -> None:
    report = check(site).build()
    assert report.exit_code == ExitCode.CLEAN
    assert all(outcome.subject == "" for outcome in report.outcomes)
    said = {outcome.target: outcome.summary for outcome in report.outcomes}
    assert said["r1"] == "7 rules hold; 4 of 11 cannot judge FRRouting"
    assert said["sw1"] == "11 rules hold"
    assert "the rule ntp cannot judge FRRouting (r1, r2, r3): the clock is the operating system's" in report.notes


def test_a_rule_that_does_not_hold_names_the_line_and_the_intent(site: Site) -> None:
    own(site, "sw1", "network_vlans:\n  - {id: 10, name: offices}\nnetwork_syslog_servers: []\n")
    report = check(site, limit="sw1,sw2").build()
    assert report.exit_code == ExitCode.FINDINGS
    found = {outcome.subject: outcome for outcome in report.outcomes if outcome.target == "sw1"}
    assert set(found) == {"undefined_vlan", "syslog"}
    assert "switchport trunk allowed vlan 10,20,30: 20 is not defined" in (found["undefined_vlan"].found or "")
    assert str(found["undefined_vlan"].intent) == "inventories/lab/host_vars/sw1/network.yml:3"
    assert str(found["syslog"].intent).endswith("host_vars/sw1.yml:3")
    assert [outcome.status for outcome in report.outcomes if outcome.target == "sw2"] == [Status.OK]


def test_an_address_of_a_device_that_was_not_selected_counts(site: Site) -> None:
    own(site, "r3", "network_loopback: 192.168.255.1\n")
    report = check(site, limit="r1").build()
    assert [(outcome.target, outcome.subject) for outcome in report.outcomes] == [("r1", "duplicate_address")]
    assert (
        report.outcomes[0].found == "line 8: interface lo > ip address 192.168.255.1/32: 192.168.255.1 is on lo, and on r3 (lo)"
    )


def test_a_configuration_that_cannot_be_rendered_is_an_error_of_that_device(site: Site) -> None:
    own(site, "r1", "network_asn: null\n")
    report = check(site).build()
    assert {outcome.target: str(outcome.status) for outcome in report.outcomes} == {
        "r1": "error", "r2": "ok", "r3": "ok", "sw1": "ok", "sw2": "ok", "sw3": "ok",
    }  # fmt: skip
    assert str(report.outcomes[0].intent) == "nornir_tasks/templates/frr/bgp.j2:1"
    assert any("addresses were not compared with those of r1" in note for note in check(site, limit="r2").build().notes)


def test_a_platform_that_no_rule_knows_is_unchecked(site: Site, tmp_path: Path) -> None:
    own(site, "sw2", "muhtar_platform: panos\n")
    folder = tmp_path / "given"
    write(rendered(site, limit="sw1"), folder)
    (folder / "sw2.conf").write_text("<config/>\n")
    report = check(site, limit="sw1,sw2", folder=folder).build()
    assert {outcome.target: str(outcome.status) for outcome in report.outcomes} == {"sw1": "ok", "sw2": "unchecked"}
    assert report.exit_code == ExitCode.INCOMPLETE


def test_given_files_are_judged_and_a_missing_or_empty_one_is_an_error(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "given"
    write(rendered(site, limit="r1"), folder)
    (folder / "r2.conf").write_bytes(b"hostname r2\nlog syslog\npassword Gizli-Parola\n! T\xfcrk\xe7e\n")
    (folder / "r3.conf").write_text("!\n")
    report = check(site, limit="routers,sw1", folder=folder).build()
    found = {outcome.target: outcome for outcome in report.outcomes}
    assert {name: str(outcome.status) for name, outcome in found.items()} == {
        "r1": "ok", "r2": "finding", "r3": "error", "sw1": "error",
    }  # fmt: skip
    assert str(found["r2"].intent) == f"{folder}/r2.conf:3"
    assert "Gizli-Parola" not in report.model_dump_json()


def test_nothing_to_judge_is_an_error(site: Site, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        check(site, folder=tmp_path / "nosuch")
    with pytest.raises(InventoryError):
        check(site, limit="web1")
