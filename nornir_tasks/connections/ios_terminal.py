"""Sessions that read whole configurations of Cisco IOS, many at a time: a login, two or three commands, no waiting by the clock.

NAPALM's driver, over netmiko, needs several times the processor time for the same bytes; everything but this reading stays with
it. See docs/decisions/0017-reading-many-switches.md. Variables of the target: those of `nornir_tasks/connections/napalm.py`, but
for `network_optional_args`: a device that has some is not read this way, for they are the driver's.
"""

from __future__ import annotations

import re
from concurrent.futures import CancelledError, Future
from functools import lru_cache
from pathlib import Path
from typing import Any

import asyncssh
from nornir.core.configuration import Config
from nornir.core.inventory import ConnectionOptions

from muhtar.errors import DoorError, InventoryError, UnreachableError
from muhtar.inventory import Target
from muhtar.settings import Site
from nornir_tasks.event_loop import begin
from nornir_tasks.terminal import Screen

__all__ = ["LOST", "IosReader", "Plugin", "options"]

# Whatever keeps us from talking is raised as an UnreachableError, which always counts.
LOST: tuple[type[BaseException], ...] = ()
DEFAULT_TIMEOUT = 30
_SSH = 22
# At its usual level it logs ten lines a session.
asyncssh.set_log_level("WARNING")
# What asyncssh offers by itself, and for switches that have nothing newer what NAPALM's library offers too.
_CIPHERS = "+aes256-cbc,aes192-cbc,aes128-cbc"
_WIDTH, _HEIGHT = 511, 24
UNPAGED = "terminal length 0"
# What `show` says about a configuration before it shows it; the time of the last change, and who made it, is the device's own.
_HEADER = re.compile(
    rb"\s*(?:Building configuration\.\.\.[^\n]*\n\s*)?(?:Current configuration ?:[^\n]*\n|Using \d+ out of \d+ bytes[^\n]*\n)?"
)


def options(target: Target, site: Site) -> ConnectionOptions:
    """How to reach the target."""
    known = site.overlay / "ssh" / "known_hosts"
    key = target.vars.get("ansible_ssh_private_key_file") or target.vars.get("ansible_private_key_file")
    secret = target.vars.get("network_enable_password")
    return ConnectionOptions(
        hostname=target.address,
        port=target.port,
        username=target.user,
        password=str(target.vars.get("network_password") or ""),
        extras={
            "timeout": int(target.vars.get("network_timeout") or DEFAULT_TIMEOUT),
            "known_hosts": known if known.is_file() else None,
            "key_file": str(key) if key else None,
            "enable_password": str(secret) if secret else "",
        },
    )


class Plugin:
    """nornir's way to it; `connection` is an IosReader."""

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
        """Keep how to log in: the session is opened for a reading, and closed with it."""
        del platform, configuration
        given = extras or {}
        known = given.get("known_hosts")
        ways: dict[str, Any] = {
            "username": username,
            "password": password or None,
            # asyncssh takes an empty tuple for the user's own file, and trusts nobody where there is none.
            "known_hosts": _known_hosts(known, *_state(known)) if known else (),
            "client_keys": [given["key_file"]] if given.get("key_file") else None,
        }
        patience = float(given.get("timeout") or DEFAULT_TIMEOUT)
        self.connection = IosReader(str(hostname), port or _SSH, ways, patience, str(given.get("enable_password") or ""))

    def close(self) -> None:
        """End a reading that goes on, from any thread."""
        self.connection.close()


class IosReader:
    """Reads one device. `ways` are what asyncssh logs in with; `patience` (s) holds for connecting, login and silence, each."""

    def __init__(self, host: str, port: int, ways: dict[str, Any], patience: float, enable_password: str = "") -> None:
        self._host = host
        self._port = port
        self._ways = ways
        self._patience = patience
        self._enable_password = enable_password
        self._reading: Future[tuple[bytes, bytes | None]] | None = None

    def read(self, *, startup: bool = False) -> tuple[bytes, bytes | None]:
        """The running configuration as the device has it and, if asked for, the startup configuration; in one session.

        Raises UnreachableError (no answer, login refused, not the pinned host key, session lost), DoorError without privileges.
        """
        self._reading = begin(self._read(startup=startup))
        try:
            return self._reading.result()
        except CancelledError as error:
            raise UnreachableError(f"the session with {self._host}:{self._port} was closed") from error

    def close(self) -> None:
        """End a reading that goes on, from any thread."""
        if self._reading is not None:
            self._reading.cancel()

    async def _read(self, *, startup: bool) -> tuple[bytes, bytes | None]:
        connection: asyncssh.SSHClientConnection | None = None
        try:
            connection = await asyncssh.connect(
                self._host,
                self._port,
                config=None,
                agent_path=None,
                encryption_algs=_CIPHERS,
                preferred_auth=("publickey", "password", "keyboard-interactive"),
                connect_timeout=self._patience,
                login_timeout=self._patience,
                **self._ways,
            )
            screen = await self._terminal(connection)
            return await _shown(screen, "show running-config"), await _shown(screen, "show startup-config") if startup else None
        except (asyncssh.Error, OSError) as error:
            raise UnreachableError(self._why(error)) from error
        finally:
            if connection is not None:
                connection.close()

    async def _terminal(self, connection: asyncssh.SSHClientConnection) -> Screen:
        """A privileged terminal that does not page."""
        screen = Screen(self._patience)
        await connection.create_session(
            lambda: screen, term_type="vt100", term_size=(_WIDTH, _HEIGHT), encoding=None, request_pty="force"
        )
        await screen.open(UNPAGED)
        if screen.prompt.endswith(b"#") or (await screen.ask("enable", b"assword:", self._enable_password)).endswith(b"#"):
            return screen
        mend = "see network_enable_password" if self._enable_password else "set network_enable_password to a value of the vault"
        raise DoorError("the device lets its user into no privileged mode", mend=mend)

    def _why(self, error: Exception) -> str:
        """What happened, in words."""
        place = f"{self._host}:{self._port}"
        match error:
            case TimeoutError():
                return f"no answer from {place} within {self._patience:g} s"
            case asyncssh.HostKeyNotVerifiable():
                return f"the host key of {place} is not the pinned one: {error}"
            case asyncssh.PermissionDenied():
                return f"{place} refuses the login of {self._ways['username']}: {error}"
            case asyncssh.Error():
                return f"the session with {place} broke: {error}"
            case _:
                return f"no connection with {place}: {error}"


async def _shown(screen: Screen, command: str) -> bytes:
    answer = (await screen.say(command)).replace(b"\r\n", b"\n")
    header = _HEADER.match(answer)
    return answer[header.end() if header else 0 :].strip()


def _state(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=4)
def _known_hosts(path: Path, _changed: int, _size: int) -> asyncssh.SSHKnownHosts:
    """Everybody's pinned keys, read once for all devices; asyncssh looks each up by its name."""
    try:
        return asyncssh.read_known_hosts(str(path))
    except ValueError as error:
        raise InventoryError(f"no file of known hosts: {error}", path=path, mend="mend or remove that line") from error
