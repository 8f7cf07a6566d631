"""What `optional_args` may say about the SSH session, resolved against an OpenSSH client configuration."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paramiko
from napalm.base.exceptions import ConnectionException

__all__ = ["SSHOptions"]

KNOWN = frozenset(
    {
        "port",
        "key_file",
        "passphrase",
        "known_hosts",
        "host_key_alias",
        "ssh_config_file",
        "allow_agent",
        "use_keys",
        "keepalive",
        "auto_add_host_keys",
    }
)
# Parts of OpenSSH's configuration that we honour; the rest (ciphers, proxies) is not ours to interpret half.
REFUSED = ("proxycommand", "proxyjump")


@dataclass(frozen=True)
class SSHOptions:
    """How to reach and recognise the router. `known_hosts` files are all read; with none, the user's own is."""

    host: str
    port: int = 22
    username: str | None = None
    key_files: tuple[Path, ...] = ()
    passphrase: str | None = field(default=None, repr=False)
    known_hosts: tuple[Path, ...] = ()
    host_key_alias: str | None = None
    allow_agent: bool = False
    use_keys: bool = False
    keepalive: int = 5
    auto_add_host_keys: bool = False

    @classmethod
    def resolve(cls, host: str, username: str | None, given: Mapping[str, Any]) -> SSHOptions:
        """Options for `host`: `given` wins over what `ssh_config_file` says. Raises ConnectionException on nonsense.

        An unknown option is refused, not ignored: a mistyped `known_host` must not weaken the session in silence.
        """
        if unknown := sorted(set(given) - KNOWN):
            raise ConnectionException(f"{host}: unknown optional_args {', '.join(unknown)}; known are {', '.join(sorted(KNOWN))}")
        config = _lookup(host, given.get("ssh_config_file"))
        if refused := [key for key in REFUSED if config.get(key, "none") != "none"]:
            raise ConnectionException(f"{host}: {refused[0]} in {given['ssh_config_file']} is not supported by this driver")
        keys = [given["key_file"]] if given.get("key_file") else config.get("identityfile", [])
        known = given.get("known_hosts") or _paths(config.get("userknownhostsfile", ""))
        return cls(
            host=str(config.get("hostname", host)),
            port=int(given.get("port") or config.get("port") or 22),
            username=username or config.get("user"),
            key_files=tuple(Path(key).expanduser() for key in keys),
            passphrase=given.get("passphrase"),
            known_hosts=tuple(Path(file).expanduser() for file in ([known] if isinstance(known, (str, Path)) else known)),
            host_key_alias=given.get("host_key_alias") or config.get("hostkeyalias"),
            allow_agent=bool(given.get("allow_agent", False)),
            use_keys=bool(given.get("use_keys", False)),
            keepalive=int(given.get("keepalive", 5)),
            auto_add_host_keys=bool(given.get("auto_add_host_keys", False)),
        )

    @property
    def host_key_name(self) -> str:
        """The name under which paramiko looks for the host's key."""
        return self.host if self.port == 22 else f"[{self.host}]:{self.port}"


def _paths(text: str) -> list[str]:
    """Files of a configuration line. paramiko has taken the quotes from a single one, which may hold spaces."""
    return [text] if Path(text).is_file() else shlex.split(text)


def _lookup(host: str, config_file: str | Path | None) -> dict[str, Any]:
    if not config_file:
        return {}
    path = Path(config_file).expanduser()
    try:
        return dict(paramiko.SSHConfig.from_path(str(path)).lookup(host))
    except (OSError, paramiko.ConfigParseError) as error:
        raise ConnectionException(f"{host}: cannot read ssh_config_file {path}: {error}") from error
