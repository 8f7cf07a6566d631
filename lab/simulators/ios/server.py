"""SSH for the switch: the host key, the password, and a terminal for each channel."""

from __future__ import annotations

import asyncio
import hmac
import logging
from typing import Any

import asyncssh

from lab.simulators.control import Control
from lab.simulators.faults import Faults
from lab.simulators.ios.device import Device, Login
from lab.simulators.ios.terminal import Terminal
from lab.simulators.settings import SettingsError, read_secret

__all__ = ["IosServer"]

# How often the control file is asked whether another host key is to be shown, in seconds: a listener has one key for its life.
LOOK_EVERY = 0.2
log = logging.getLogger(__name__)


class IosServer:
    """Serves one device. `start`, then `close`; `port` is the real one where the settings said 0.

    `key` and `password` are given where many switches share them; the settings' files are not read then.
    """

    def __init__(self, device: Device, key: asyncssh.SSHKey | None = None, password: str | None = None) -> None:
        self.device = device
        self.settings = device.settings
        self.password = read_secret(self.settings.password_file) if password is None else password
        self.control = Control(Faults, self.settings.faults, self.settings.control)
        self.port = self.settings.port
        self.connections: set[asyncssh.SSHServerConnection] = set()
        self._key = key or _key(self.settings.host_key)
        self._other = False
        self._listener: Any = None
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen. Raises SettingsError where key or address cannot be used."""
        self._other = self.control.read().other_identity
        await self._listen()
        if self.settings.control is not None:
            self._watch = asyncio.create_task(self._keep_identity())
        log.info("%s: SSH on %s:%d", self.settings.name, self.settings.address, self.port)

    async def close(self) -> None:
        """Stop listening and cut what is open."""
        if self._watch is not None:
            self._watch.cancel()
        await self._stop_listening()
        for connection in list(self.connections):
            connection.abort()

    async def _listen(self) -> None:
        key = _another_key(self.settings.other_host_key) if self._other else self._key
        try:
            self._listener = await asyncssh.listen(
                self.settings.address,
                self.port,
                server_factory=lambda: _Gate(self),
                server_host_keys=[key],
                encoding=None,
                line_editor=False,
                reuse_address=True,
                # What newer IOS XE offers; old IOS would have weaker ones, and nobody needs to learn to accept them here.
                kex_algs=["curve25519-sha256", "curve25519-sha256@libssh.org"],
                encryption_algs=["aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr"],
                mac_algs=["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"],
                # Nothing of these is on a switch, and each costs a client time or us memory.
                compression_algs=["none"],
                agent_forwarding=False,
                keepalive_interval=0,
                login_timeout=120,
            )
        except OSError as error:
            raise SettingsError(f"cannot listen on {self.settings.address}:{self.port}: {error.strerror}") from error
        self.port = int(self._listener.sockets[0].getsockname()[1])

    async def _stop_listening(self) -> None:
        if self._listener is not None:
            self._listener.close()
            await self._listener.wait_closed()

    async def _keep_identity(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            wanted = self.control.read().other_identity
            if wanted is not self._other:
                self._other = wanted
                await self._stop_listening()
                await self._listen()


class _Gate(asyncssh.SSHServer):
    """Who may come in."""

    def __init__(self, server: IosServer) -> None:
        self._server = server
        self._connection: Any = None
        self._login: Login | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Somebody connects."""
        self._connection = conn
        self._server.connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        """Somebody went."""
        del exc
        self._server.connections.discard(self._connection)
        if self._login in self._server.device.logins:
            self._server.device.logins.remove(self._login)

    def begin_auth(self, username: str) -> bool:
        """Nobody comes in without."""
        del username
        return True

    def password_auth_supported(self) -> bool:
        """The only way."""
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        """Whether it is the user's; never answers where the fault says so."""
        faults = self._server.control.read()
        if faults.hang_login:
            await asyncio.Event().wait()
        await asyncio.sleep(faults.delay)
        wanted = f"{self._server.settings.user}\n{self._server.password}"
        good = hmac.compare_digest(f"{username}\n{password}".encode(), wanted.encode()) and not faults.wrong_password
        if not good:
            log.warning("%s: login refused", self._server.settings.name)
            return False
        peer = self._connection.get_extra_info("peername") or ("",)
        self._login = Login(username, str(peer[0]))
        self._server.device.logins.append(self._login)
        return True

    def session_requested(self) -> Terminal:
        """A channel."""
        login = self._login or Login(self._server.settings.user, "")
        return Terminal(self._server.device, login, self._server.control, self._connection.abort)


def _key(path: Any) -> asyncssh.SSHKey:
    try:
        return asyncssh.read_private_key(str(path))
    except (OSError, asyncssh.KeyImportError) as error:
        raise SettingsError(f"{path}: not a usable SSH host key: {error}") from error


def _another_key(path: Any) -> asyncssh.SSHKey:
    return _key(path) if path is not None else asyncssh.generate_private_key("ssh-ed25519")
