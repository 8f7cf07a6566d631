"""What the simulated IOS accepts in configuration mode, in the order of its running-config.

A part of IOS: what a town's access switch needs. A line that is not here is refused with IOS's own words, so that a template
which uses more fails loudly instead of being half understood.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from functools import cache

from lab.simulators.arguments import COMMON, collapse, numbers, within
from lab.simulators.config_grammar import Argument, Grammar

__all__ = ["BASELINE", "PROMPTS", "ios_grammar", "physical"]

# What IOS shows although nobody typed it.
BASELINE = (
    "version 15.2",
    "no service pad",
    "no service password-encryption",
    "spanning-tree mode pvst",
    "spanning-tree extend system-id",
    "no ip http server",
    "no ip http secure-server",
)

_TOP = """
version = WORD
~ service pad
service timestamps debug|log = LINE
~ service password-encryption
hostname = WORD
logging buffered = NUM [ WORD ]
enable secret = HASH WORD
username WORD / = [ privilege PRIVILEGE ] secret HASH WORD
aaa new-model
aaa authentication login default = LINE
aaa authorization exec default = LINE
clock timezone = WORD HOURS [ NUM ]
ip routing
ip domain-name = WORD
ip name-server ADDR
vtp mode = transparent|off|server|client
archive > archive
spanning-tree mode = pvst|rapid-pvst|mst
spanning-tree extend system-id
spanning-tree vlan VLANLIST priority = NUM
vrf definition WORD > vrf
vlan VLANS > vlan
lldp run
interface IFACE > interface
ip default-gateway = ADDR
~ ip http server
~ ip http secure-server
ip ssh version = NUM
ip scp server enable
ip route ADDR MASK HOP [ NUM ] [ name WORD ]
ip access-list standard WORD > access-list
ip access-list extended WORD > access-list
logging trap = WORD
logging host ADDR
snmp-server community WORD RIGHTS [ WORD ]
snmp-server location = LINE
snmp-server contact = LINE
snmp-server host ADDR version 2c WORD
file prompt quiet
line con NUM > line
line vty NUM NUM > line
ntp source = IFACE
ntp server WORD [ prefer ]
"""

_INTERFACE = """
description = LINE
vrf forwarding = WORD
switchport access vlan = VLAN
switchport trunk native vlan = VLAN
switchport trunk allowed vlan = VLANLIST
switchport mode = access|trunk
switchport nonegotiate
mtu = MTU
ip address = ADDR MASK
ip address ADDR MASK secondary
ip access-group WORD = in|out
ipv6 address PREFIXSIX
shutdown
speed = WORD
duplex = auto|full|half
+ lldp transmit
+ lldp receive
storm-control broadcast level = WORD
spanning-tree portfast [ trunk ]
spanning-tree bpduguard = enable|disable
"""

_LINE = """
exec-timeout = NUM NUM
privilege level = PRIVILEGE
access-class WORD = in|out
logging synchronous
login local
transport input = LINE
"""

_MODES = {
    "config": _TOP,
    "archive": "path = WORD\nmaximum = NUM\nwrite-memory\ntime-period = NUM",
    "vrf": "description = LINE\nrd = RD",
    "vlan": "name = WORD",
    "interface": _INTERFACE,
    "access-list": "NUM permit|deny LINE\nNUM remark LINE\n# permit|deny LINE\n# remark LINE",
    "line": _LINE,
}

# What stands in the prompt in each mode.
PROMPTS = {
    "config": "config",
    "archive": "config-archive",
    "vrf": "config-vrf",
    "vlan": "config-vlan",
    "interface": "config-if",
    "access-list": "config-nacl",
    "line": "config-line",
}

_KINDS = {"gigabitethernet": "GigabitEthernet", "vlan": "Vlan", "loopback": "Loopback", "port-channel": "Port-channel"}
_INTERFACE_NAME = re.compile(r"([A-Za-z-]+)(0/)?(\d+)")


@cache
def ios_grammar(ports: int) -> Grammar:
    """The grammar of a switch that has `GigabitEthernet0/1` to `GigabitEthernet0/<ports>`."""
    bounds = {"GigabitEthernet": (1, ports), "Vlan": (1, 4094), "Loopback": (0, 2147483647), "Port-channel": (1, 48)}

    def interface(word: str) -> Sequence[str]:
        parts = _INTERFACE_NAME.fullmatch(word)
        if parts is None:
            return ()
        short = parts[1].lower()
        kinds = [kind for name, kind in _KINDS.items() if name.startswith(short)]
        if len(kinds) != 1 or bool(parts[2]) is not (kinds[0] == "GigabitEthernet"):
            return ()
        low, high = bounds[kinds[0]]
        return (f"{kinds[0]}{parts[2] or ''}{int(parts[3])}",) if low <= int(parts[3]) <= high else ()

    def vlan_list(word: str) -> Sequence[str]:
        if word in ("all", "none"):
            return (word,)
        found = numbers(word, 1, 4094)
        return (collapse(found),) if found else ()

    arguments: dict[str, Argument] = {
        **COMMON,
        "ADDR": _address,
        "MASK": _mask,
        "HASH": lambda word: (word,) if word in ("5", "8", "9") else (),
        "HOURS": lambda word: (str(int(word)),) if re.fullmatch(r"-?\d{1,2}", word) and -23 <= int(word) <= 23 else (),
        "HOP": lambda word: _address(word) or interface(word) or ((word,) if word == "Null0" else ()),
        "IFACE": interface,
        "MTU": within(68, 9198),
        "PRIVILEGE": within(0, 15),
        "RIGHTS": lambda word: (word.upper(),) if word.lower() in ("ro", "rw") else (),
        "VLAN": within(1, 4094),
        "VLANLIST": vlan_list,
        "VLANS": lambda word: [str(number) for number in numbers(word, 1, 4094)],
    }
    return Grammar(_MODES, arguments)


def physical(ports: int) -> tuple[str, ...]:
    """The sections that a switch with so many ports always has."""
    return (*(f"interface GigabitEthernet0/{n}" for n in range(1, ports + 1)), "interface Vlan1", "line con 0", "line vty 0 4")


def _address(word: str) -> Sequence[str]:
    try:
        return (str(ipaddress.IPv4Address(word)),)
    except ValueError:
        return ()


def _mask(word: str) -> Sequence[str]:
    try:
        return (str(ipaddress.IPv4Network(f"0.0.0.0/{word}").netmask),) if word.count(".") == 3 else ()
    except ValueError:
        return ()
