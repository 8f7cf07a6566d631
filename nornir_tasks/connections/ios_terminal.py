"""Sessions that read whole configurations of Cisco IOS, many at a time: one login, three short commands, no waiting by the clock.

NAPALM's driver, over netmiko, needs several times the processor time for the same bytes; everything but this reading stays with
it. See docs/decisions/0014-reading-many-switches.md. Variables of the target: those of `nornir_tasks/connections/napalm.py`, but
for `network_optional_args`: a device that has some is not read this way, for they are the driver's.
"""

from __future__ import annotations

import contextlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import asyncssh
from nornir.core.configuration import Config
from nornir.core.inventory import ConnectionOptions

from muhtar.errors import DoorError, UnreachableError
from muhtar.inventory import Target
from muhtar.settings import Site
from nornir_tasks.event_loop import later, wait_for
from nornir_tasks.terminal import Screen

__all__ = ["LOST", "IosTerminal", "Plugin", "options"]

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
    """nornir's way to it; `connection` is an IosTerminal, ready for commands that show something."""

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
        """Log in. Raises UnreachableError (no answer, login refused, not the pinned host key), DoorError without privileges."""
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
        terminal = IosTerminal(float(given.get("timeout") or DEFAULT_TIMEOUT), str(given.get("enable_password") or ""))
        wait_for(terminal.open(str(hostname), port or _SSH, ways))
        self.connection = terminal

    def close(self) -> None:
        """End the session, from any thread; one that is lost already is no news."""
        self.connection.close()


class IosTerminal:
    """One privileged terminal. `patience` in seconds: for a connection, for a login, and for silence."""

    def __init__(self, patience: float, enable_password: str = "") -> None:
        self._patience = patience
        self._enable_password = enable_password
        self._connection: asyncssh.SSHClientConnection | None = None
        self._screen = Screen(patience)

    async def open(self, host: str, port: int, ways: dict[str, Any]) -> None:
        """Log in, and prepare the terminal. Raises as Plugin.open does."""
        try:
            self._connection = await asyncssh.connect(
                host,
                port,
                config=None,
                agent_path=None,
                encryption_algs=_CIPHERS,
                preferred_auth=("publickey", "password", "keyboard-interactive"),
                connect_timeout=self._patience,
                login_timeout=self._patience,
                **ways,
            )
            await self._prepare(self._connection)
        except (asyncssh.Error, OSError) as error:
            await self._leave()
            raise UnreachableError(_why(error, host, port, str(ways["username"]), self._patience)) from error
        except BaseException:
            await self._leave()
            raise

    def running(self) -> bytes:
        """The running configuration as the device has it."""
        return wait_for(self._shown("show running-config"))

    def startup(self) -> bytes:
        """The startup configuration as the device has it."""
        return wait_for(self._shown("show startup-config"))

    def close(self) -> None:
        """End the session. A reading that goes on fails."""
        if self._connection is not None:
            later(self._connection.close)

    async def _prepare(self, connection: asyncssh.SSHClientConnection) -> None:
        await connection.create_session(
            lambda: self._screen, term_type="vt100", term_size=(_WIDTH, _HEIGHT), encoding=None, request_pty="force"
        )
        await self._screen.open(f"terminal width {_WIDTH}")
        await self._screen.say(UNPAGED)
        if self._screen.prompt.endswith(b"#"):
            return
        if not (await self._screen.ask("enable", b"assword:", self._enable_password)).endswith(b"#"):
            mend = (
                "see network_enable_password" if self._enable_password else "set network_enable_password to a value of the vault"
            )
            raise DoorError("the device lets its user into no privileged mode", mend=mend)

    async def _shown(self, command: str) -> bytes:
        answer = (await self._screen.say(command)).replace(b"\r\n", b"\n")
        header = _HEADER.match(answer)
        return answer[header.end() if header else 0 :].strip()

    async def _leave(self) -> None:
        if self._connection is None:
            return
        self._connection.abort()
        with contextlib.suppress(asyncssh.Error, OSError):
            await self._connection.wait_closed()


def _why(error: Exception, host: str, port: int, user: str, patience: float) -> str:
    """What happened, in words."""
    match error:
        case TimeoutError():
            return f"no answer from {host}:{port} within {patience:g} s"
        case asyncssh.HostKeyNotVerifiable():
            return f"the host key of {host}:{port} is not the pinned one: {error}"
        case asyncssh.PermissionDenied():
            return f"{host}:{port} refuses the login of {user}: {error}"
        case asyncssh.Error():
            return f"the session with {host}:{port} broke: {error}"
        case _:
            return f"no connection with {host}:{port}: {error}"


def _state(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=4)
def _known_hosts(path: Path, _changed: int, _size: int) -> asyncssh.SSHKnownHosts:
    """Everybody's pinned keys, read once for all devices; asyncssh looks each up by its name."""
    return asyncssh.read_known_hosts(str(path))
