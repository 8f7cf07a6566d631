"""The command line itself: modes, prompts, abbreviations, errors, questions, pipes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lab.simulators.control import Control
from lab.simulators.faults import DropConnectionError, Faults
from lab.simulators.ios.cli import Cli, LoggedOutError
from lab.simulators.ios.device import Device, Login
from lab.simulators.ios.settings import Settings
from lab.simulators.settings import SettingsError
from tests.support.simulated_ios import IOS_DATA

Make = Callable[..., tuple[Device, Cli]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def build(faults: Faults | None = None, **overrides: Any) -> tuple[Device, Cli]:
        settings = Settings(
            name="sw3",
            host_key=tmp_path / "unused",
            password_file=tmp_path / "unused",
            initial_config=IOS_DATA / "initial.conf",
            state=tmp_path / "state",
            ports=4,
        )
        device = Device(replace(settings, **overrides))
        return device, Cli(device, Login("muhtar", "192.0.2.1"), Control(Faults, faults or Faults()))

    return build


def test_prompts_follow_the_modes(make: Make) -> None:
    _, cli = make()
    shown = [cli.prompt]
    for line in ("configure terminal", "interface gi0/1", "vlan 10", "line vty 0 4", "exit", "archive", "end"):
        cli.run(line)
        shown.append(cli.prompt)
    assert shown == [
        "sw3#", "sw3(config)#", "sw3(config-if)#", "sw3(config-vlan)#", "sw3(config-line)#", "sw3(config)#",
        "sw3(config-archive)#", "sw3#",
    ]  # fmt: skip


def test_a_long_name_is_cut_in_the_prompt(make: Make) -> None:
    _, cli = make()
    cli.run("conf t")
    cli.run(f"hostname {'x' * 30}")
    assert cli.prompt == f"{'x' * 20}(config)#"


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        ("sh ru", "show running-config"),
        ("sh ip int br", "show ip interface brief"),
        ("sh run | i ntp", "show running-config | include ntp"),
        ("sh run | sec line vty", "show running-config | section line vty"),
        ("sh run int gi0/1", "show running-config interface GigabitEthernet0/1"),
        ("dir", "dir flash:"),
    ],
)
def test_commands_may_be_shortened(make: Make, short: str, whole: str) -> None:
    _, cli = make()
    assert cli.run(short) == cli.run(whole) != ""
    assert "%" not in cli.run(short)


def test_what_is_not_understood_is_marked_where_it_begins(make: Make) -> None:
    _, cli = make()
    assert cli.run("show versoin") == f"{' ' * len('sw3#show ')}^\n% Invalid input detected at '^' marker.\n\n"
    assert cli.run("show") == "% Incomplete command.\n"
    assert cli.run("show in") == '% Ambiguous command:  "show in"\n'
    assert "Invalid input" in cli.run("show version | grep x")
    cli.run("configure terminal")
    assert cli.run("interface gi0/9").startswith(f"{' ' * len('sw3(config)#interface ')}^\n")
    assert "Incomplete" in cli.run("hostname")


def test_without_privilege_little_is_known(make: Make, tmp_path: Path) -> None:
    (tmp_path / "enable").write_text("yukari\n")
    _, cli = make(privilege=1, enable_file=tmp_path / "enable")
    assert cli.prompt == "sw3>"
    assert "Cisco IOS" in cli.run("show version")
    for line in ("show running-config", "configure terminal", "write memory"):
        assert "Invalid input" in cli.run(line), line
    cli.run("enable")
    assert (cli.prompt, cli.hidden) == ("Password: ", True)
    assert "Access denied" in cli.run("asagi")
    assert cli.prompt == "sw3>"
    cli.run("en")
    cli.run("yukari")
    assert cli.prompt == "sw3#"
    cli.run("disable")
    assert cli.prompt == "sw3>"


def test_without_an_enable_password_there_is_no_way_up(make: Make) -> None:
    _, cli = make(privilege=1)
    assert "No password set" in cli.run("enable")


def test_files_are_asked_about_unless_switched_off(make: Make) -> None:
    device, cli = make()
    del device.running["file prompt quiet"]
    assert cli.run("copy running-config flash:before") == ""
    assert cli.prompt == "Destination filename [before]? "
    assert "bytes copied" in cli.run("")
    cli.run("copy running-config flash:other")
    assert "bytes copied" in cli.run("renamed")
    assert "renamed" in cli.run("dir flash:")
    cli.run("delete flash:renamed")
    assert cli.prompt == "Delete flash:renamed? [confirm]"
    cli.run("")
    assert "renamed" not in cli.run("dir flash:")
    assert cli.prompt == "sw3#"


def test_files_that_are_not_there(make: Make) -> None:
    _, cli = make()
    for line in (
        "more flash:none",
        "dir flash:/none",
        "copy flash:none running-config",
        "configure replace flash:none force",
        "delete /force flash:none",
        "verify /md5 flash:none",
        "show archive config differences flash:none",
    ):
        assert "%Error" in cli.run(line), line


def test_configuration_takes_effect_line_by_line_and_is_lost_unless_saved(make: Make) -> None:
    device, cli = make()
    cli.run("configure terminal")
    cli.run("interface GigabitEthernet0/2")
    cli.run("description printer")
    assert "description printer" in cli.run("do show running-config interface gi0/2")
    cli.run("end")
    difference = cli.run("show archive config differences")
    assert "+description printer" in difference
    assert Device(device.settings).running.section("interface GigabitEthernet0/2").value("description") is None
    cli.run("write memory")
    assert Device(device.settings).running.section("interface GigabitEthernet0/2").value("description") == "printer"
    assert "No changes were found" in cli.run("show archive config differences")


def test_the_revert_timer_by_hand(make: Make) -> None:
    device, cli = make()
    assert "No Rollback" in cli.run("configure confirm")
    assert "No Rollback" in cli.run("configure revert now")
    cli.run("configure terminal revert timer 5")
    cli.run("hostname trial")
    cli.run("end")
    assert "Timer value: 5 min" in cli.run("show archive config rollback timer")
    assert "already active" in cli.run("configure terminal revert timer 5")
    cli.run("configure revert timer 7")
    assert "Timer value: 7 min" in cli.run("show archive config rollback timer")
    cli.run("configure revert now")
    assert device.hostname == "sw3"
    cli.run("configure terminal revert timer 5")
    cli.run("hostname kept")
    cli.run("end")
    assert cli.run("configure confirm") == ""
    assert device.hostname == "kept"


def test_without_an_archive_there_is_no_timer(make: Make) -> None:
    device, cli = make()
    del device.running["archive"]
    assert "archive" in cli.run("configure terminal revert timer 5")
    assert cli.prompt == "sw3#"
    assert "not enabled" in cli.run("show archive")


def test_what_the_hardware_always_has_cannot_be_taken_away(make: Make) -> None:
    device, cli = make()
    cli.run("conf t")
    cli.run("no interface GigabitEthernet0/1")
    assert device.running.section("interface GigabitEthernet0/1") == {}
    assert "interface GigabitEthernet0/1" in device.running


def test_a_truncated_answer_and_a_refused_line(make: Make) -> None:
    _, cli = make(Faults(truncate=40, refuse=("vlan",)))
    assert len(cli.run("show running-config")) == 40
    cli.run("conf t")
    assert "not supported" in cli.run("vlan 99")
    assert cli.run("interface gi0/1") == ""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_commit_that_cuts_the_line(make: Make, when: str) -> None:
    device, cli = make(Faults(drop_commit=when))
    device.flash.write("flash:new", (IOS_DATA / "new_good.conf").read_text())
    with pytest.raises(DropConnectionError):
        cli.run("configure replace flash:new force")
    assert device.hostname == ("sw3" if when == "before" else "sw3-changed")


def test_every_show_command_answers(make: Make) -> None:
    _, cli = make()
    for line in (
        "show inventory", "show clock", "show users", "show privilege", "show ntp status", "show ntp associations", "show lldp",
        "show lldp neighbors", "show lldp neighbors gi0/1 detail", "show interfaces gi0/1", "show interfaces status",
        "show vlan brief", "show ip route", "show ip route 10.9.0.7", "show arp", "show file systems", "ping 10.9.0.1",
        "ping 10.9.0.99 repeat 2",
    ):  # fmt: skip
        said = cli.run(line)
        assert said, line
        assert not said.startswith("%"), said
        assert "Invalid" not in said, said


def test_routes_follow_the_configuration(make: Make) -> None:
    _, cli = make()
    assert "S        0.0.0.0/0 [1/0] via 10.9.0.254" in cli.run("show ip route")
    assert 'Known via "connected"' in cli.run("show ip route 10.9.0.7")
    assert 'Known via "static"' in cli.run("show ip route 8.8.8.8")


def test_leaving(make: Make) -> None:
    _, cli = make()
    with pytest.raises(LoggedOutError):
        cli.run("exit")


def test_an_initial_configuration_with_an_unknown_line_is_refused(make: Make, tmp_path: Path) -> None:
    (tmp_path / "initial.conf").write_text("hostnam sw3\n")
    with pytest.raises(SettingsError, match="hostnam"):
        make(initial_config=tmp_path / "initial.conf", state=tmp_path / "other")
