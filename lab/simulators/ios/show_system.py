"""`show version`, users, clock, NTP, SNMP."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from lab.simulators.hardware import dotted
from lab.simulators.ios.commands import Who, command
from lab.simulators.ios.device import MODEL
from lab.simulators.ios.ports import heard


@command("show version")
def show_version(who: Who, _words: Sequence[str]) -> str:
    """Says in its model name that it is a simulator."""
    device = who.device
    minutes = int(device.uptime) // 60
    uptime = f"{minutes // 10080} weeks, {minutes // 1440 % 7} days, {minutes // 60 % 24} hours, {minutes % 60} minutes"
    release = device.settings.ios_version
    return (
        f"Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version {release}, RELEASE SOFTWARE (simulated)\n"
        "This is a simulator of the project Muhtar, not a product of Cisco.\n\n"
        f"{device.hostname} uptime is {uptime}\nSystem returned to ROM by power-on\n"
        'System image file is "flash:/c2960x-simulated.bin"\n\n'
        f"cisco {MODEL} (APM86XXX) processor (revision A0) with 524288K bytes of memory.\n"
        f"Processor board ID {device.serial}\nLast reset from power-on\n"
        f"{device.settings.ports} Gigabit Ethernet interfaces\n\n"
        f"Base ethernet MAC Address       : {device.mac(0)}\nModel number                    : {MODEL}\n"
        f"System serial number            : {device.serial}\n\nConfiguration register is 0xF\n"
    )


@command("show inventory")
def show_inventory(who: Who, _words: Sequence[str]) -> str:
    """The chassis; there is nothing else in it."""
    return f'NAME: "1", DESCR: "{MODEL}"\nPID: {MODEL}, VID: V01, SN: {who.device.serial}\n'


@command("show hosts")
def show_hosts(who: Who, _words: Sequence[str]) -> str:
    """The domain name and the name servers."""
    servers = [line.split()[-1] for line in who.device.running if line.startswith("ip name-server ")]
    return (
        f"Default domain is {who.device.domain or 'not set'}\nName/address lookup uses domain service\n"
        f"Name servers are {', '.join(servers) or '255.255.255.255'}\n"
    )


@command("show clock")
def show_clock(_who: Who, _words: Sequence[str]) -> str:
    """The host's clock."""
    now = datetime.now(UTC)
    return f"{now:%H:%M:%S}.{now.microsecond // 1000:03} UTC {now:%a %b} {now.day} {now:%Y}\n"


@command("show users")
def show_users(who: Who, _words: Sequence[str]) -> str:
    """Who is logged in."""
    rows = ["    Line       User       Host(s)              Idle       Location"]
    for number, login in enumerate(who.device.logins):
        idle = time.strftime("%H:%M:%S", time.gmtime(time.monotonic() - login.since))
        mark = "*" if login is who.login else " "
        rows.append(f"{mark} {number + 1} vty {number:<5} {login.user:10} idle                 {idle}   {login.address}")
    return "\n".join(rows) + "\n\n  Interface    User               Mode         Idle     Peer Address\n"


@command("show privilege")
def show_privilege(_who: Who, _words: Sequence[str]) -> str:
    """Only asked by who is privileged."""
    return "Current privilege level is 15\n"


@command("show ntp associations")
def show_ntp(who: Who, _words: Sequence[str]) -> str:
    """The configured servers, none of them ever reached: the clock is the host's."""
    servers = [line.split()[2] for line in who.device.running if line.startswith("ntp server ")]
    if not servers:
        return "%NTP is not enabled.\n"
    rows = ["", "  address         ref clock       st   when   poll reach  delay  offset   disp"]
    rows += [f" ~{name:15} .INIT.          16      -     64     0  0.000   0.000 15937." for name in servers]
    return "\n".join(rows) + "\n * sys.peer, # selected, + candidate, - outlyer, x falseticker, ~ configured\n"


@command("show ntp status")
def show_ntp_status(who: Who, _words: Sequence[str]) -> str:
    """Never synchronised."""
    if not any(line.startswith("ntp server ") for line in who.device.running):
        return "%NTP is not enabled.\n"
    return "Clock is unsynchronized, stratum 16, no reference clock\n"


@command("show snmp chassis")
def show_snmp_chassis(who: Who, _words: Sequence[str]) -> str:
    """The serial number."""
    return f"{who.device.serial}\n"


@command("show switch virtual", "show switch")
def show_switch(_who: Who, _words: Sequence[str]) -> str:
    """A switch that stands alone."""
    return "Switch mode                  : Standalone\n"


@command("show lldp")
def show_lldp(who: Who, _words: Sequence[str]) -> str:
    """Whether LLDP runs."""
    if "lldp run" not in who.device.running:
        return "% LLDP is not enabled\n"
    return "\nGlobal LLDP Information:\n    Status: ACTIVE\n    LLDP advertisements are sent every 30 seconds\n"


@command("show lldp neighbors")
def show_lldp_neighbors(who: Who, _words: Sequence[str]) -> str:
    """One line a neighbour."""
    if "lldp run" not in who.device.running:
        return "% LLDP is not enabled\n"
    rows = ["", "Device ID           Local Intf     Hold-time  Capability      Port ID"]
    found = heard(who.device)
    for neighbor in found:
        short = neighbor.port.replace("GigabitEthernet", "Gi")
        rows.append(f"{neighbor.device[:20]:20}{short:15}{120:<11}{'B':16}{neighbor.device_port}")
    return "\n".join([*rows, "", f"Total entries displayed: {len(found)}", ""])


@command("show lldp neighbors [ IFACE ] detail")
def show_lldp_detail(who: Who, words: Sequence[str]) -> str:
    """A block a neighbour."""
    if "lldp run" not in who.device.running:
        return "% LLDP is not enabled\n"
    blocks = []
    for neighbor in heard(who.device):
        if len(words) == 5 and words[3] != neighbor.port:
            continue
        short = neighbor.port.replace("GigabitEthernet", "Gi")
        blocks.append(
            f"------------------------------------------------\nLocal Intf: {short}\nChassis id: {dotted(neighbor.chassis)}\n"
            f"Port id: {neighbor.device_port}\n"
            f"Port Description: {neighbor.description or neighbor.device_port}\nSystem Name: {neighbor.device}\n\n"
            "System Description: \nsimulated\n\nTime remaining: 100 seconds\nSystem Capabilities: B,R\nEnabled Capabilities: B\n"
            "Management Addresses - not advertised\nAuto Negotiation - not supported\n"
        )
    return "\n".join(blocks) + f"\n\nTotal entries displayed: {len(blocks)}\n"
