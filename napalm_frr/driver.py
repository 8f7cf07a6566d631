"""The driver as NAPALM knows it: its methods, each a line or two; the work is done in the modules beside it."""

from __future__ import annotations

from typing import Any

from napalm.base import constants as c
from napalm.base.base import NetworkDriver
from napalm.base.exceptions import NapalmException

from napalm_frr.configuration import Configuration
from napalm_frr.getters import Getters
from napalm_frr.options import SSHOptions
from napalm_frr.sanitize import sanitize
from napalm_frr.transport import Transport

__all__ = ["FRRDriver"]


class FRRDriver(NetworkDriver):  # type: ignore[misc] # NAPALM ships no types
    """FRRouting 8 and later. See README.md for what the router must grant its login user.

    optional_args: port (22), key_file, passphrase, known_hosts (path or list of paths), host_key_alias, ssh_config_file,
    allow_agent (False), use_keys (False), keepalive (5 s), auto_add_host_keys (False: unknown host keys are refused).
    """

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        self.hostname = hostname
        self.username = username
        self.password = password
        self.timeout = timeout
        self.platform = "frr"
        self.profile = [self.platform]
        self.optional_args = dict(optional_args or {})
        self._transport = Transport(SSHOptions.resolve(hostname, username, self.optional_args), password, timeout)
        self._configuration = Configuration(self._transport)
        self._getters = Getters(self._transport, self._configuration.tools)

    def open(self) -> None:
        """Log in. Raises ConnectionException or one of its kind."""
        self._transport.open()

    def close(self) -> None:
        """Remove this session's files from the router and log out. A waiting commit goes on waiting."""
        try:
            if self._transport.is_open:
                self._configuration.tidy()
        except NapalmException:
            pass  # the connection is gone; what is left is private, and the next session's files have other names
        finally:
            self._transport.close()

    def is_alive(self) -> dict[str, bool]:
        """Does the router still answer?"""
        try:
            return {"is_alive": self._transport.is_open and self._transport.run("true", check=False).code == 0}
        except NapalmException:
            return {"is_alive": False}

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Make a complete configuration the candidate."""
        self._configuration.load("replace", filename, config)

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Make the running configuration with these lines the candidate; `no ...` lines take away what they name."""
        self._configuration.load("merge", filename, config)

    def compare_config(self) -> str:
        """The diff that a commit would make, contexts kept; empty where there is none."""
        return self._configuration.compare()

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        """Apply the candidate; with `revert_in` (seconds) only until then, unless confirmed. FRR keeps no messages."""
        if message:
            raise NotImplementedError("FRR keeps no commit messages")
        self._configuration.commit(revert_in)

    def has_pending_commit(self) -> bool:
        """Is a commit waiting to be confirmed, by whichever session?"""
        return self._configuration.pending()

    def confirm_commit(self) -> None:
        """Let the waiting commit stay."""
        self._configuration.confirm()

    def discard_config(self) -> None:
        """Forget the candidate."""
        self._configuration.discard()

    def rollback(self) -> None:
        """Put back what the waiting commit, or this session's last one, replaced."""
        self._configuration.rollback()

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,
        sanitized: bool = False,
        format: str = "text",  # noqa: A002 - NAPALM's word
    ) -> dict[str, str]:
        """Running, startup and candidate configuration as text; `full` makes no difference to FRR."""
        del full
        if format != "text":
            raise NotImplementedError(f"FRR's configuration is text, not {format}")
        tools = self._configuration.tools
        sources = {"running": tools.running, "startup": tools.startup, "candidate": self._configuration.candidate}
        found = {name: read() if retrieve in {"all", name} else "" for name, read in sources.items()}
        return {name: sanitize(text) for name, text in found.items()} if sanitized else found

    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, str | dict[str, Any]]:
        """What each command of vtysh prints."""
        if encoding != "text":
            raise NotImplementedError(f"encoding {encoding} is not offered; say `json` in the command itself")
        return {command: self._configuration.tools.vtysh(command) for command in commands}

    def get_facts(self) -> dict[str, Any]:
        """Version, names, uptime and interfaces."""
        return self._getters.facts()

    def get_interfaces(self) -> dict[str, dict[str, Any]]:
        """State, speed and description of every interface."""
        return self._getters.interfaces()

    def get_interfaces_ip(self) -> dict[str, Any]:
        """Addresses of every interface."""
        return self._getters.interfaces_ip()

    def get_interfaces_counters(self) -> dict[str, dict[str, int]]:
        """Traffic of every interface."""
        return self._getters.counters()

    def get_lldp_neighbors(self) -> dict[str, list[dict[str, str]]]:
        """Who is behind each interface."""
        return self._getters.lldp()

    def get_lldp_neighbors_detail(self, interface: str = "") -> dict[str, list[dict[str, Any]]]:
        """All about who is behind each interface."""
        return self._getters.lldp_detail(interface)

    def get_bgp_neighbors(self) -> dict[str, dict[str, Any]]:
        """BGP peers of every VRF."""
        return self._getters.bgp_neighbors()

    def get_arp_table(self, vrf: str = "") -> list[dict[str, Any]]:
        """IPv4 neighbours."""
        return self._getters.arp_table(vrf)

    def get_ipv6_neighbors_table(self) -> list[dict[str, Any]]:
        """IPv6 neighbours."""
        return self._getters.ipv6_neighbors()

    def get_route_to(self, destination: str = "", protocol: str = "", longer: bool = False) -> dict[str, list[dict[str, Any]]]:
        """Routes to a destination."""
        return self._getters.route_to(destination, protocol, longer)

    def get_environment(self) -> dict[str, Any]:
        """Load and memory of the machine."""
        return self._getters.environment()

    def ping(  # noqa: PLR0917 - NAPALM's signature
        self,
        destination: str,
        source: str = c.PING_SOURCE,
        ttl: int = c.PING_TTL,
        timeout: int = c.PING_TIMEOUT,
        size: int = c.PING_SIZE,
        count: int = c.PING_COUNT,
        vrf: str = c.PING_VRF,
        source_interface: str = c.PING_SOURCE_INTERFACE,
    ) -> dict[str, Any]:
        """Ping from the router."""
        return self._getters.ping(
            destination, source=source or source_interface, ttl=ttl, wait=timeout, size=size, count=count, vrf=vrf
        )

    def traceroute(
        self,
        destination: str,
        source: str = c.TRACEROUTE_SOURCE,
        ttl: int = c.TRACEROUTE_TTL,
        timeout: int = c.TRACEROUTE_TIMEOUT,
        vrf: str = c.TRACEROUTE_VRF,
    ) -> dict[str, Any]:
        """Look for the way to an address from the router."""
        return self._getters.traceroute(destination, source=source, ttl=ttl, wait=timeout, vrf=vrf)

    def get_users(self) -> dict[str, dict[str, Any]]:
        """Accounts that may configure the router; their passwords and keys are not told."""
        return self._getters.users()

    def get_ntp_servers(self) -> dict[str, dict[str, Any]]:
        """Servers that the router's clock asks."""
        return self._getters.ntp_servers()

    def get_ntp_peers(self) -> dict[str, dict[str, Any]]:
        """Peers that the router's clock asks."""
        return self._getters.ntp_peers()

    def get_ntp_stats(self) -> list[dict[str, Any]]:
        """Whom the router's clock follows. Needs chrony."""
        return self._getters.ntp_stats()
