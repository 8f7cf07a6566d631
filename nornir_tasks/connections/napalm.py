"""NAPALM sessions with network devices: SSH with a pinned host key, or an API over TLS with a verified certificate.

Variables of the target: `ansible_host`, `ansible_port`, `ansible_user`; `network_password` (vaulted), where the platform logs
in with one; `network_timeout` in seconds; `network_optional_args`, added to the driver's arguments.
"""

from __future__ import annotations

import ssl
from typing import Any

from napalm import get_network_driver
from napalm.base.exceptions import CommandTimeoutException, ConnectionException, NapalmException
from nornir.core.configuration import Config
from nornir.core.inventory import ConnectionOptions
from pyeapi.eapilib import ConnectionError as EapiConnectionError

from muhtar.errors import InventoryError
from muhtar.inventory import Target
from muhtar.settings import Site

__all__ = ["LOST", "Plugin", "options"]

LOST = (ConnectionException, CommandTimeoutException, EapiConnectionError)
DEFAULT_TIMEOUT = 30
# How the driver of a platform speaks, where it is not SSH.
OVER_TLS = frozenset({"eos"})


def options(target: Target, site: Site) -> ConnectionOptions:
    """How to reach the target. Raises InventoryError where a variable is missing that its platform needs."""
    platform = target.platform
    if platform is None:
        raise InventoryError(
            f"{target.name} has no muhtar_platform", key="muhtar_platform", mend="set it to frr, eos, ... in a group_vars file"
        )
    arguments = _over_tls(target, site) if platform in OVER_TLS else _over_ssh(target, site)
    arguments.update(target.vars.get("network_optional_args") or {})
    return ConnectionOptions(
        hostname=target.address,
        port=target.port,
        username=target.user,
        password=str(target.vars.get("network_password") or ""),
        platform=platform,
        extras={"timeout": int(target.vars.get("network_timeout") or DEFAULT_TIMEOUT), "optional_args": arguments},
    )


class Plugin:
    """nornir's way to a NAPALM driver; `connection` is the driver, open."""

    def __init__(self) -> None:
        self.connection: Any = None

    def open(  # noqa: PLR0917 - the signature that nornir calls
        self,
        hostname: str | None,
        username: str | None,
        password: str | None,
        port: int | None,
        platform: str | None,
        extras: dict[str, Any] | None = None,
        configuration: Config | None = None,
    ) -> None:
        """Open a session with the driver of `platform`. Raises NAPALM's ConnectionException and its kind, or pyeapi's."""
        del configuration
        given = extras or {}
        arguments = dict(given.get("optional_args") or {})
        if port:
            arguments["port"] = port
        driver = get_network_driver(platform)(
            hostname=hostname,
            username=username,
            password=password,
            timeout=given.get("timeout", DEFAULT_TIMEOUT),
            optional_args=arguments,
        )
        try:
            driver.open()
        except BaseException:
            # A driver may hold a socket although opening failed half-way; EOS's needs an open session to close, and has none.
            if platform not in OVER_TLS:
                driver.close()
            raise
        self.connection = driver

    def close(self) -> None:
        """End the session. One that is lost already is no news: the task that lost it has said so."""
        try:
            self.connection.close()
        except (NapalmException, EapiConnectionError, OSError):
            return


def _over_ssh(target: Target, site: Site) -> dict[str, Any]:
    """The site's own OpenSSH configuration, with its key and its pinned host keys; the user's own where it has none."""
    arguments: dict[str, Any] = {}
    if site.ssh_config is not None:
        arguments["ssh_config_file"] = str(site.ssh_config)
    known_hosts = site.overlay / "ssh" / "known_hosts"
    if known_hosts.is_file():
        arguments["known_hosts"] = str(known_hosts)
    if key := target.vars.get("ansible_ssh_private_key_file") or target.vars.get("ansible_private_key_file"):
        arguments["key_file"] = str(key)
    return arguments


def _over_tls(target: Target, site: Site) -> dict[str, Any]:
    """The certificate authorities that may vouch for the device: the site's own, or the machine's."""
    authority = site.overlay / "ca" / "ca.crt"
    if not target.vars.get("network_password"):
        raise InventoryError(
            f"{target.name} has no network_password", key="network_password", mend="set it to a value of the vault in group_vars"
        )
    context = ssl.create_default_context(cafile=str(authority) if authority.is_file() else None)
    return {"context": context, "transport": "https"}
