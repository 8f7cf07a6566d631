"""What the simulated EOS accepts in configuration mode, in the order of its running-config.

A part of EOS: what a town's access switch needs. A line that is not here is refused with EOS's own words, so that a template
which uses more fails loudly instead of being half understood. Sections stand last in each mode, and no line of an outer mode
that may follow a section is also a line of that section: fed without indentation, as NAPALM does, a configuration means the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from lab.simulators.arguments import COMMON, collapse, numbers, within
from lab.simulators.config_grammar import Argument, Grammar

__all__ = ["BASELINE", "eos_grammar", "physical"]

# What EOS shows although nobody typed it.
BASELINE = ("spanning-tree mode mstp", "no aaa root", "no ip routing")

_TOP = """
transceiver qsfp default-mode = WORD
service routing protocols model = multi-agent|ribd
alias WORD = LINE
logging buffered = NUM [ WORD ]
logging trap = WORD
logging source-interface = IFACE
logging host ADDR [ NUM ] [ protocol tcp|udp ]
hostname = WORD
ip name-server [ vrf WORD ] ADDR...
dns domain = WORD
ntp local-interface = IFACE
ntp server [ vrf WORD ] WORD [ prefer ] [ iburst ]
snmp-server location = LINE
snmp-server contact = LINE
snmp-server community WORD ro|rw
snmp-server host ADDR version 2c WORD
spanning-tree mode = mstp|rstp|rapid-pvst|none
spanning-tree mst NUM priority = NUM
spanning-tree vlan-id VLANLIST priority = NUM
aaa authorization exec default local
aaa authentication login default local
~ aaa root
username WORD / = [ privilege PRIVILEGE ] [ role WORD ] secret sha512|5 WORD
username WORD / = [ privilege PRIVILEGE ] [ role WORD ] nopassword
clock timezone = WORD
+ lldp run
vlan VLANS > vlan
vrf instance WORD > vrf
interface IFACES > interface
ip access-list standard WORD > access-list
ip access-list WORD > access-list
~ ip routing
ip routing vrf WORD
ipv6 unicast-routing
ip prefix-list WORD / seq NUM = permit|deny NETWORK [ ge|le NUM ]
ip route [ vrf WORD ] NETWORK HOP [ NUM ] [ tag NUM ] [ name WORD ]
banner login|motd TEXT
route-map WORD permit|deny NUM > route-map
router bgp / ASN > bgp
router ospf NUM > ospf
management api http-commands > api
management ssh > ssh
"""

_INTERFACE = """
description = LINE
shutdown
mtu = MTU
speed = WORD
load-interval = NUM
+ switchport
switchport access vlan = VLAN
switchport trunk native vlan = VLAN
switchport trunk allowed vlan = VLANLIST
switchport mode = access|trunk|dot1q-tunnel
vrf = WORD
channel-group NUM = mode active|passive|on
ip address = PREFIX
ip address PREFIX secondary
ipv6 enable
ipv6 address PREFIXSIX
ip access-group WORD = in|out
ip ospf area = WORD
ip ospf cost = NUM
ip ospf network = point-to-point|broadcast
+ lldp transmit
+ lldp receive
spanning-tree portfast
spanning-tree bpduguard = enable|disable
storm-control broadcast level = WORD
"""

_NEIGHBOR = """
neighbor PEER / remote-as = ASN
neighbor PEER peer group = WORD
neighbor PEER peer group
neighbor PEER update-source = IFACE
neighbor PEER description = LINE
neighbor PEER shutdown
neighbor PEER ebgp-multihop = [ NUM ]
neighbor PEER next-hop-self
neighbor PEER route-reflector-client
neighbor PEER send-community
neighbor PEER route-map WORD = in|out
neighbor PEER maximum-routes = NUM [ warning-only ]
neighbor PEER activate
redistribute connected|static|ospf [ route-map WORD ]
network NETWORK
"""

_MODES = {
    "config": _TOP,
    "vlan": "name = WORD\nstate = active|suspend",
    "vrf": "description = LINE\nrd = RD",
    "interface": _INTERFACE,
    "access-list": "NUM permit|deny LINE\nNUM remark LINE\n# permit|deny LINE\n# remark LINE",
    "route-map": "description LINE\nmatch LINE\nset LINE",
    "bgp": "router-id = ADDR\nmaximum-paths = NUM\nbgp log-neighbor-changes"
    + _NEIGHBOR
    + "address-family ipv4|ipv6|evpn > bgp address-family\nvrf WORD > bgp vrf",
    "bgp address-family": _NEIGHBOR,
    "bgp vrf": "rd = RD\nrouter-id = ADDR" + _NEIGHBOR,
    "ospf": """
router-id = ADDR
passive-interface IFACE
passive-interface default
network NETWORK area WORD
redistribute connected|static|bgp
max-lsa = NUM
log-adjacency-changes detail
""",
    "api": "+ shutdown\nprotocol https = [ port NUM ]\nprotocol http = [ port NUM ]\nvrf WORD > api vrf",
    "api vrf": "+ shutdown",
    "ssh": "idle-timeout = NUM\nserver-port = NUM\nip access-group WORD in",
}

_KINDS = {
    "ethernet": "Ethernet",
    "management": "Management",
    "loopback": "Loopback",
    "vlan": "Vlan",
    "port-channel": "Port-Channel",
}
_INTERFACE_NAME = re.compile(r"([A-Za-z-]+)([\d,-]+)")


@cache
def eos_grammar(ports: int) -> Grammar:
    """The grammar of a switch that has `Ethernet1` to `Ethernet<ports>` and `Management1`."""
    bounds = {
        "Ethernet": (1, ports),
        "Management": (1, 1),
        "Loopback": (0, 2100),
        "Vlan": (1, 4094),
        "Port-Channel": (1, 2000),
    }

    def interfaces(word: str) -> Sequence[str]:
        parts = _INTERFACE_NAME.fullmatch(word)
        if parts is None:
            return ()
        short = parts[1].lower()
        kinds = [kind for name, kind in _KINDS.items() if name.startswith(short) and len(short) > 1]
        return tuple(f"{kinds[0]}{number}" for number in numbers(parts[2], *bounds[kinds[0]])) if len(kinds) == 1 else ()

    def interface(word: str) -> Sequence[str]:
        found = interfaces(word)
        return found if len(found) == 1 else ()

    def vlan_list(word: str) -> Sequence[str]:
        if word in ("all", "none"):
            return (word,)
        found = numbers(word, 1, 4094)
        return (collapse(found),) if found else ()

    def hop(word: str) -> Sequence[str]:
        return COMMON["ADDR"](word) or interface(word) or ((word,) if word == "Null0" else ())

    arguments: dict[str, Argument] = {
        **COMMON,
        "IFACE": interface,
        "IFACES": interfaces,
        "VLAN": within(1, 4094),
        "VLANS": lambda word: [str(number) for number in numbers(word, 1, 4094)],
        "VLANLIST": vlan_list,
        "HOP": hop,
        # A neighbor is an address or the name of a peer group; a word that merely looks like an address is neither.
        "PEER": lambda word: COMMON["ADDR"](word) or ((word,) if re.fullmatch(r"[A-Za-z][\w.-]*", word) else ()),
        "MTU": within(68, 65535),
        "PRIVILEGE": within(0, 15),
    }
    return Grammar(_MODES, arguments)


def physical(ports: int) -> tuple[str, ...]:
    """The sections that a switch with so many ports always has."""
    return (*(f"interface Ethernet{number}" for number in range(1, ports + 1)), "interface Management1")
