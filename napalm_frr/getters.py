"""NAPALM's questions, asked of FRR and of the Linux under it."""

from __future__ import annotations

import ipaddress
import json
import shlex
from collections.abc import Mapping
from typing import Any

from napalm.base.exceptions import CommandErrorException

from napalm_frr.parsing import accounts, bgp, clock, environment, interfaces, lldp, probes, routes, system
from napalm_frr.reload import Tools
from napalm_frr.transport import Transport

__all__ = ["Getters"]


class Getters:
    """Reads state over a session. Raises CommandErrorException where a command fails or prints no JSON."""

    def __init__(self, transport: Transport, tools: Tools) -> None:
        self._transport = transport
        self._tools = tools

    def facts(self) -> dict[str, Any]:
        """Version, names, uptime and interfaces."""
        said = self._transport.run(system.SYSTEM_COMMAND, check=False).out
        return system.facts(self._tools.vtysh("show version"), said, self._frr("show interface"))

    def interfaces(self) -> dict[str, dict[str, Any]]:
        """State, speed and description of every interface."""
        return interfaces.interfaces(self._frr("show interface"))

    def interfaces_ip(self) -> dict[str, Any]:
        """Addresses of every interface."""
        return interfaces.interfaces_ip(self._frr("show interface"))

    def counters(self) -> dict[str, dict[str, int]]:
        """Traffic of every interface since it came up."""
        return interfaces.counters(self._json("ip -j -s link show"))

    def arp_table(self, vrf: str) -> list[dict[str, Any]]:
        """IPv4 neighbours, of one VRF where it is named."""
        return interfaces.arp_table(self._json(f"ip -j -4 neigh show{_in_vrf(vrf)}"))

    def ipv6_neighbors(self) -> list[dict[str, Any]]:
        """IPv6 neighbours."""
        return interfaces.ipv6_neighbors(self._json("ip -j -6 neigh show"))

    def lldp(self) -> dict[str, list[dict[str, str]]]:
        """Who is behind each interface."""
        return lldp.neighbors(self._json("sudo -n lldpcli -f json show neighbors"))

    def lldp_detail(self, interface: str) -> dict[str, list[dict[str, Any]]]:
        """All about who is behind each interface, or behind one."""
        return lldp.neighbors_detail(self._json("sudo -n lldpcli -f json show neighbors details"), interface)

    def bgp_neighbors(self) -> dict[str, dict[str, Any]]:
        """Peers of every VRF."""
        return bgp.neighbors(self._frr("show bgp vrf all summary"), self._frr("show bgp vrf all neighbors"))

    def route_to(self, destination: str, protocol: str, longer: bool) -> dict[str, list[dict[str, Any]]]:
        """Routes to an address or prefix; to all without one."""
        if not destination:
            return {
                **routes.routes(self._frr("show ip route"), protocol, ""),
                **routes.routes(self._frr("show ipv6 route"), protocol, ""),
            }
        try:
            family = "ipv6" if ipaddress.ip_network(destination, strict=False).version == 6 else "ip"
        except ValueError as error:
            raise CommandErrorException(f"{destination!r} is neither an address nor a prefix") from error
        more = " longer-prefixes" if longer else ""
        return routes.routes(self._frr(f"show {family} route {destination}{more}"), protocol, destination)

    def environment(self) -> dict[str, Any]:
        """Load and memory."""
        return environment.environment(self._transport.run(environment.ENVIRONMENT_COMMAND).out)

    def ping(self, destination: str, *, source: str, ttl: int, wait: int, size: int, count: int, vrf: str) -> dict[str, Any]:
        """Send `count` echoes from the router; `wait` in seconds, times of the result in milliseconds."""
        words = [
            "ping",
            "-n",
            "-i",
            "0.2",
            "-c",
            str(int(count)),
            "-t",
            str(int(ttl)),
            "-W",
            str(int(wait)),
            "-s",
            str(int(size)),
        ]
        if source:
            words += ["-I", source]
        if vrf:
            words = ["ip", "vrf", "exec", vrf, *words]
        ran = self._transport.run(shlex.join([*words, "--", destination]), check=False)
        return probes.ping(ran.out or ran.err, destination)

    def traceroute(self, destination: str, *, source: str, ttl: int, wait: int, vrf: str) -> dict[str, Any]:
        """The way to an address, three probes a hop; `wait` in seconds, times of the result in milliseconds."""
        words = ["traceroute", "-n", "-q", "3", "-m", str(int(ttl)), "-w", str(int(wait))]
        if source:
            words += ["-s", source]
        if vrf:
            words = ["ip", "vrf", "exec", vrf, *words]
        ran = self._transport.run(shlex.join([*words, "--", destination]), check=False, patience=float(int(ttl) * int(wait)))
        return probes.traceroute(ran.out or ran.err)

    def users(self) -> dict[str, dict[str, Any]]:
        """Accounts that may configure FRR."""
        return accounts.users(self._transport.run(accounts.ACCOUNTS_COMMAND).out)

    def ntp_servers(self) -> dict[str, dict[str, Any]]:
        """Servers that chrony asks."""
        return clock.servers(self._transport.run(clock.CLOCK_COMMAND).out)

    def ntp_peers(self) -> dict[str, dict[str, Any]]:
        """Peers that chrony asks."""
        return clock.peers(self._transport.run(clock.CLOCK_COMMAND).out)

    def ntp_stats(self) -> list[dict[str, Any]]:
        """Whom the clock follows, and how well."""
        return clock.stats(self._transport.run(clock.CLOCK_COMMAND).out)

    def _frr(self, command: str) -> Mapping[str, Any]:
        text = self._tools.vtysh(f"{command} json")
        return _decoded(text, command) if text.strip() else {}

    def _json(self, command: str) -> Any:
        text = self._transport.run(command).out
        return _decoded(text, command) if text.strip() else []


def _decoded(text: str, command: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise CommandErrorException(f"{command}: no JSON: {text.strip()[:200]}") from error


def _in_vrf(vrf: str) -> str:
    return f" vrf {shlex.quote(vrf)}" if vrf else ""
