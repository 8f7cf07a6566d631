"""Routes and the ARP table: what follows from the configuration, and nothing that only traffic would teach."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence

from lab.simulators.hardware import dotted
from lab.simulators.ios.commands import Who, command
from lab.simulators.ios.ports import interfaces

_CODES = "Codes: L - local, C - connected, S - static, * - candidate default\n"


@command("show ip route [ WORD ]")
def show_route(who: Who, words: Sequence[str]) -> str:
    """Connected and static routes."""
    routes = list(_routes(who))
    if len(words) == 4:
        return _entry(routes, words[3])
    gateway = who.device.running.value("ip default-gateway")
    if not any(code == "S" for code, _, _ in routes) and "ip routing" not in who.device.running:
        head = f"Default gateway is {gateway or 'not set'}"
        return f"{head}\n\nHost               Gateway           Last Use    Total Uses  Interface\n"
    head = "Gateway of last resort is " + next((via.split()[-1] for _, net, via in routes if net == "0.0.0.0/0"), "not set")
    return _CODES + f"\n{head}\n\n" + "".join(f"{code:8} {net} {via}\n" for code, net, via in routes)


@command("show arp", "show ip arp", "show arp vrf WORD")
def show_arp(who: Who, words: Sequence[str]) -> str:
    """The switch's own addresses: it never meets anybody else's."""
    rows = ["Protocol  Address          Age (min)  Hardware Addr   Type   Interface"]
    vrf = words[3] if len(words) == 4 else ""
    for port in interfaces(who.device):
        if port.up and port.vrf == vrf:
            mac = dotted(who.device.mac(0))
            rows += [f"Internet  {address.ip!s:16}        -   {mac}  ARPA   {port.name}" for address in port.addresses]
    return "\n".join(rows) + "\n"


@command(
    "ping WORD [ timeout NUM ] [ size NUM ] [ repeat NUM ] [ source WORD ]",
    "ping vrf WORD WORD [ timeout NUM ] [ size NUM ] [ repeat NUM ] [ source WORD ]",
)
def ping(who: Who, words: Sequence[str]) -> str:
    """The switch reaches itself and nobody else."""
    target = words[3] if words[1] == "vrf" else words[1]
    count = int(words[words.index("repeat") + 1]) if "repeat" in words else 5
    size = words[words.index("size") + 1] if "size" in words else "100"
    own = any(str(address.ip) == target for port in interfaces(who.device) if port.up for address in port.addresses)
    head = f"Type escape sequence to abort.\nSending {count}, {size}-byte ICMP Echos to {target}, timeout is 2 seconds:\n"
    if own:
        return f"{head}{'!' * count}\nSuccess rate is 100 percent ({count}/{count}), round-trip min/avg/max = 1/1/1 ms\n"
    return f"{head}{'.' * count}\nSuccess rate is 0 percent (0/{count})\n"


def _routes(who: Who) -> Iterator[tuple[str, str, str]]:
    for port in interfaces(who.device):
        for address in port.addresses if port.up and not port.vrf else ():
            yield "C", str(address.network), f"is directly connected, {port.name}"
            yield "L", f"{address.ip}/32", f"is directly connected, {port.name}"
    for line in who.device.running:
        if line.startswith("ip route "):
            words = line.split()
            yield "S", str(ipaddress.IPv4Network(f"{words[2]}/{words[3]}")), f"[1/0] via {words[4]}"


def _entry(routes: list[tuple[str, str, str]], wanted: str) -> str:
    """The most specific route to an address."""
    try:
        address = ipaddress.IPv4Interface(wanted).ip
    except ValueError:
        return "% Invalid destination\n"
    fitting = [route for route in routes if address in ipaddress.IPv4Network(route[1])]
    if not fitting:
        return "% Network not in table\n"
    code, net, via = max(fitting, key=lambda route: int(route[1].split("/")[1]))
    known = {"C": "connected", "L": "connected", "S": "static"}[code]
    return f'Routing entry for {net}\n  Known via "{known}", distance {1 if code == "S" else 0}, metric 0\n  * {via}\n'
