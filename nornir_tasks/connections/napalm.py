"""NAPALM sessions with network devices: SSH with a pinned host key, or an API over TLS with a verified certificate.

Variables of the target: `ansible_host`, `ansible_port`, `ansible_user`; `network_password` (vaulted), where the platform logs
in with one, and `network_enable_password` where privileges take a second one; `network_timeout` in seconds;
`network_optional_args`, added to the driver's arguments.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from napalm import get_network_driver
from napalm.base.exceptions import CommandTimeoutException, ConnectionException, NapalmException
from netmiko.exceptions import ReadTimeout
from nornir.core.configuration import Config
from nornir.core.inventory import ConnectionOptions
from paramiko.ssh_exception import SSHException
from pyeapi.eapilib import ConnectionError as EapiConnectionError

from muhtar.errors import InventoryError
from muhtar.inventory import Target
from muhtar.settings import Site
from nornir_tasks.connections.lively import enliven
from nornir_tasks.connections.pinned import pinned, pinned_config
from nornir_tasks.platforms import require_driver

__all__ = ["LOST", "Plugin", "options"]

# Netmiko's errors of opening a session are SSHExceptions too: no answer, another host key, another password.
LOST = (ConnectionException, CommandTimeoutException, EapiConnectionError, SSHException, ReadTimeout, EOFError)
DEFAULT_TIMEOUT = 30


def options(target: Target, site: Site) -> ConnectionOptions:
    """How to reach the target. Raises InventoryError where a variable is missing that its platform needs."""
    platform = require_driver(target)
    arguments = {**_ARGUMENTS[platform.verifies](target, site), **platform.arguments}
    arguments.update(target.vars.get("network_optional_args") or {})
    return ConnectionOptions(
        hostname=target.address,
        port=target.port,
        username=target.user,
        password=str(target.vars.get("network_password") or ""),
        platform=platform.driver,
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
        driver = _driver(platform)(
            hostname=hostname,
            username=username,
            password=password,
            timeout=given.get("timeout", DEFAULT_TIMEOUT),
            optional_args=arguments,
        )
        try:
            driver.open()
        except BaseException as error:
            # A driver may hold a socket although opening failed half-way; EOS's needs an open session to close, and has none.
            if platform != "eos":
                driver.close()
            if isinstance(error, ConnectionException) and (reason := _reason(error)):
                raise ConnectionException(f"{error}: {reason}") from error
            raise
        enliven(driver)
        self.connection = driver

    def close(self) -> None:
        """End the session. One that is lost already is no news: the task that lost it has said so."""
        try:
            self.connection.close()
        except (NapalmException, EapiConnectionError, OSError):
            return


def _driver(name: str | None) -> Any:
    """The class of a driver: NAPALM's, or ours where that verifies nothing. PyEZ is slow to import: only who needs it does."""
    if name == "junos":
        from nornir_tasks.connections.pinned_junos import PinnedJunos

        return PinnedJunos
    return get_network_driver(name)


def _reason(error: BaseException) -> str:
    """What NAPALM leaves out of its `Cannot connect to ...`: the last line of what netmiko said."""
    said = [line.strip() for line in str(error.__context__ or "").splitlines() if line.strip()]
    return said[-1] if isinstance(error.__context__, SSHException) and said else ""


def _known_hosts(site: Site) -> str | None:
    """The site's pinned host keys; None where it keeps none, and those of the user count."""
    path = site.overlay / "ssh" / "known_hosts"
    return str(path) if path.is_file() else None


def _authority(site: Site) -> str | None:
    """The certificate authority that may vouch for the site's devices; None for those of the machine."""
    path = site.overlay / "ca" / "ca.crt"
    return str(path) if path.is_file() else None


def _key_file(target: Target) -> str | None:
    key = target.vars.get("ansible_ssh_private_key_file") or target.vars.get("ansible_private_key_file")
    return str(key) if key else None


def _openssh(target: Target, site: Site) -> dict[str, Any]:
    """The site's own OpenSSH configuration, with its key and its pinned host keys; the user's own where it has none."""
    given = {
        "ssh_config_file": str(site.ssh_config) if site.ssh_config else None,
        "known_hosts": _known_hosts(site),
        "key_file": _key_file(target),
    }
    return {name: value for name, value in given.items() if value}


def _netmiko(target: Target, site: Site) -> dict[str, Any]:
    """Netmiko takes any host key unless it is told to be strict; then it reads the site's pinned ones, or the user's."""
    known = _known_hosts(site)
    arguments: dict[str, Any] = {"ssh_strict": True}
    if known:
        own = pinned(Path(known), target.name, target.address, target.port)
        arguments |= {"alt_host_keys": True, "alt_key_file": str(own)}
    else:
        arguments["system_host_keys"] = True
    if key := _key_file(target):
        arguments |= {"use_keys": True, "key_file": key}
    if secret := target.vars.get("network_enable_password"):
        arguments["secret"] = str(secret)
    # Netmiko's own patience is 10 s for a connection and 30 s for a login, whatever timeout it is given.
    patience = int(target.vars.get("network_timeout") or DEFAULT_TIMEOUT)
    return arguments | {"conn_timeout": patience, "auth_timeout": patience, "banner_timeout": patience}


def _pyez(target: Target, site: Site) -> dict[str, Any]:
    """PyEZ reads an OpenSSH configuration, and takes the known hosts from there: the site's pinned ones, or the user's."""
    arguments: dict[str, Any] = {}
    if known := _known_hosts(site):
        own = pinned(Path(known), target.name, target.address, target.port)
        arguments["ssh_config_file"] = str(pinned_config(own, site.ssh_config))
    elif site.ssh_config:
        arguments["ssh_config_file"] = str(site.ssh_config)
    if key := _key_file(target):
        arguments["key_file"] = key
    return arguments


def _eapi(target: Target, site: Site) -> dict[str, Any]:
    """pyeapi verifies nothing unless it gets a context that does."""
    _password(target)
    return {"context": ssl.create_default_context(cafile=_authority(site)), "transport": "https"}


def _requests(target: Target, site: Site) -> dict[str, Any]:
    """What `requests` knows as `verify`: a file of authorities, or True for the machine's."""
    _password(target)
    return {"ssl_verify": _authority(site) or True}


def _librouteros(target: Target, site: Site) -> dict[str, Any]:
    """RouterOS' API speaks plain text unless its socket is wrapped: port 8729, with a certificate that is verified."""
    _password(target)
    context = ssl.create_default_context(cafile=_authority(site))
    return {"ssl_wrapper": partial(context.wrap_socket, server_hostname=target.address), "port": 8729}


def _password(target: Target) -> None:
    if not target.vars.get("network_password"):
        raise InventoryError(
            f"{target.name} has no network_password", key="network_password", mend="set it to a value of the vault in group_vars"
        )


_ARGUMENTS: dict[str, Callable[[Target, Site], dict[str, Any]]] = {
    "openssh": _openssh,
    "netmiko": _netmiko,
    "pyez": _pyez,
    "eapi": _eapi,
    "requests": _requests,
    "librouteros": _librouteros,
}
