"""Interfaces, VLANs and addresses, shown."""

from __future__ import annotations

from collections.abc import Sequence

from lab.simulators.hardware import dotted
from lab.simulators.ios.commands import Who, command
from lab.simulators.ios.ports import Port, interfaces, vlans

_COUNTERS = """\
  Last input never, output never, output hang never
  Last clearing of "show interface" counters never
  Input queue: 0/75/0/0 (size/max/drops/flushes); Total output drops: 0
  5 minute input rate 0 bits/sec, 0 packets/sec
  5 minute output rate 0 bits/sec, 0 packets/sec
     0 packets input, 0 bytes, 0 no buffer
     Received 0 broadcasts (0 multicasts)
     0 runts, 0 giants, 0 throttles
     0 input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored
     0 packets output, 0 bytes, 0 underruns
     0 output errors, 0 collisions, 1 interface resets
"""


def _states(port: Port) -> tuple[str, str]:
    if not port.enabled:
        return "administratively down", "down"
    return ("up", "up") if port.up else ("down", "down")


@command("show interfaces [ IFACE ]")
def show_interfaces(who: Who, words: Sequence[str]) -> str:
    """A block an interface; counters are zero, for nothing passes through."""
    text = ""
    for port in interfaces(who.device):
        if len(words) == 3 and words[2] != port.name:
            continue
        state, protocol = _states(port)
        suffix = " (connected)" if port.up and port.is_physical else " (notconnect)" if port.enabled and not port.up else ""
        mac = dotted(who.device.mac(port.number if port.is_physical else 0))
        kind = "Gigabit Ethernet" if port.is_physical else "EtherSVI"
        text += f"{port.name} is {state}, line protocol is {protocol}{suffix}\n"
        text += f"  Hardware is {kind}, address is {mac} (bia {mac})\n"
        if description := port.config.value("description"):
            text += f"  Description: {description}\n"
        text += "".join(f"  Internet address is {address.with_prefixlen}\n" for address in port.addresses[:1])
        text += (
            f"  MTU {port.mtu} bytes, BW 1000000 Kbit/sec, DLY 10 usec,\n     reliability 255/255, txload 1/255, rxload 1/255\n"
        )
        text += _COUNTERS
    return text


@command("show interfaces summary")
def show_summary(who: Who, _words: Sequence[str]) -> str:
    """Queues and rates, all zero."""
    rows = [
        "",
        " *: interface is up",
        " IHQ: pkts in input hold queue     IQD: pkts dropped from input queue",
        " OHQ: pkts in output hold queue    OQD: pkts dropped from output queue",
        "",
        "  Interface                   IHQ       IQD       OHQ       OQD      RXBS      RXPS      TXBS      TXPS      TRTL",
        "-" * 117,
    ]
    zeros = "".join(f"{0:10}" for _ in range(9))
    rows += [f"{'*' if port.up else ' '} {port.name:22}{zeros}" for port in interfaces(who.device)]
    return "\n".join(rows) + "\n"


@command("show interfaces status")
def show_status(who: Who, _words: Sequence[str]) -> str:
    """One line a socket."""
    rows = ["", "Port      Name               Status       Vlan       Duplex  Speed Type"]
    for port in interfaces(who.device):
        if port.is_physical:
            status = "disabled" if not port.enabled else "connected" if port.up else "notconnect"
            vlan = "trunk" if port.trunking else str(port.carries([])[0])
            name = (port.config.value("description") or "")[:18]
            rows.append(f"{port.short:9} {name:18} {status:12} {vlan:10} {'auto':>6} {'auto':>6} 10/100/1000BaseTX")
    return "\n".join(rows) + "\n"


@command("show ip interface brief")
def show_ip_brief(who: Who, _words: Sequence[str]) -> str:
    """One line an interface."""
    rows = ["Interface              IP-Address      OK? Method Status                Protocol"]
    for port in interfaces(who.device):
        state, protocol = _states(port)
        address = str(port.addresses[0].ip) if port.addresses else "unassigned"
        rows.append(f"{port.name:22} {address:15} YES {'NVRAM' if port.addresses else 'unset':6} {state:21} {protocol:8}")
    return "\n".join(rows) + "\n"


@command("show ip interface")
def show_ip(who: Who, _words: Sequence[str]) -> str:
    """Addresses of each interface."""
    text = ""
    for port in interfaces(who.device):
        state, protocol = _states(port)
        text += f"{port.name} is {state}, line protocol is {protocol}\n"
        if not port.addresses:
            text += "  Internet protocol processing disabled\n"
            continue
        text += f"  Internet address is {port.addresses[0].with_prefixlen}\n  Broadcast address is 255.255.255.255\n"
        text += "".join(f"  Secondary address {address.with_prefixlen}\n" for address in port.addresses[1:])
        text += f"  MTU is {port.mtu} bytes\n"
    return text


@command("show ipv6 interface")
def show_ipv6(who: Who, _words: Sequence[str]) -> str:
    """Interfaces with IPv6 addresses."""
    text = ""
    for port in interfaces(who.device):
        if not port.addresses6:
            continue
        state, protocol = _states(port)
        text += f"{port.name} is {state}, line protocol is {protocol}\n  IPv6 is enabled, link-local address is FE80::1\n"
        text += "  Global unicast address(es):\n"
        text += "".join(
            f"    {address.ip}, subnet is {address.network}\n".upper().replace("SUBNET IS", "subnet is")
            for address in port.addresses6
        )
    return text


@command("show vlan brief", "show vlan")
def show_vlan(who: Who, _words: Sequence[str]) -> str:
    """VLANs and the access ports in them; trunks are not listed."""
    return _vlans(who, trunks=False)


@command("show vlan all-ports")
def show_vlan_ports(who: Who, _words: Sequence[str]) -> str:
    """VLANs and all ports in them."""
    return _vlans(who, trunks=True)


def _vlans(who: Who, *, trunks: bool) -> str:
    known = vlans(who.device)
    ports = [port for port in interfaces(who.device) if trunks or not port.trunking]
    rows = ["", "VLAN Name                             Status    Ports", f"{'-' * 4} {'-' * 32} {'-' * 9} {'-' * 31}"]
    for number, name in known.items():
        names = [port.short for port in ports if number in port.carries(list(known))]
        lines = [", ".join(names[start : start + 4]) for start in range(0, len(names), 4)] or [""]
        rows.append(f"{number:<4} {name:32} active    {lines[0]}".rstrip())
        rows += [f"{'':48}{line}" for line in lines[1:]]
    return "\n".join(rows) + "\n"


@command("show vrf detail")
def show_vrf(who: Who, _words: Sequence[str]) -> str:
    """Routing instances; nothing where none is configured."""
    blocks: list[str] = []
    for line, config in who.device.running.items():
        if not line.startswith("vrf definition ") or config is None:
            continue
        name = line.split()[2]
        members = [port.short for port in interfaces(who.device) if port.vrf == name]
        held = "\n".join(["  Interfaces:", f"    {' '.join(members)}"]) if members else "  No interfaces"
        blocks.append(f"VRF {name} (VRF Id = {len(blocks) + 1}); default RD {config.value('rd') or '<not set>'};\n{held}")
    return "\n\n".join(blocks) + ("\n" if blocks else "")
