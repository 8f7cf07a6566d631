"""The SSH session: one connection, one exec channel a command, real exit codes, no prompt scraping."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass
from typing import Any

import paramiko
from napalm.base.exceptions import (
    CommandErrorException,
    CommandTimeoutException,
    ConnectAuthError,
    ConnectionClosedException,
    ConnectionException,
    ConnectTimeoutError,
)

from napalm_frr.options import SSHOptions

__all__ = ["Ran", "Transport"]


@dataclass(frozen=True)
class Ran:
    """How a command ended on the router. `whole` is `out` with nothing lost: bytes that are no UTF-8 are escaped surrogates."""

    code: int
    out: str
    err: str
    whole: str = ""

    @property
    def said(self) -> str:
        """What it printed, errors first, shortened."""
        return (self.err.strip() or self.out.strip())[-800:] or f"exit code {self.code}, no output"


class Transport:
    """An SSH connection that runs commands.

    `timeout` (seconds) bounds the opening, every silence of a command, and how long a router that is gone goes unnoticed.
    """

    def __init__(self, options: SSHOptions, password: str | None, timeout: float) -> None:
        self.options = options
        self._password = password
        self._timeout = timeout
        self._client: paramiko.SSHClient | None = None

    def open(self) -> None:
        """Connect, check the host key, log in.

        Raises ConnectAuthError (credentials), ConnectTimeoutError, or ConnectionException (host key, network).
        """
        if self._client is not None:
            return
        options = self.options
        client = self._prepare()
        try:
            client.connect(
                options.host,
                options.port,
                options.username,
                self._password or None,
                key_filename=[str(file) for file in options.key_files] or None,  # type: ignore[arg-type] # the stubs lag: a list is fine
                passphrase=options.passphrase,
                timeout=self._timeout,
                banner_timeout=self._timeout,
                auth_timeout=self._timeout,
                allow_agent=options.allow_agent,
                look_for_keys=options.use_keys,
            )
        except BaseException as error:
            client.close()
            raise _explain(options, error) from error
        transport = client.get_transport()
        if transport is not None:
            transport.set_keepalive(options.keepalive)
            _notice_loss(transport.sock, self._timeout)
        self._client = client

    def close(self) -> None:
        """End the connection; harmless when there is none."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    @property
    def is_open(self) -> bool:
        """Whether the connection stands, as far as this side knows."""
        transport = self._client.get_transport() if self._client else None
        return bool(transport and transport.is_active())

    def run(self, command: str, *, stdin: str | None = None, check: bool = True, patience: float = 0) -> Ran:
        """Run a shell command. Secrets go to `stdin`, never into `command`.

        `patience` (seconds) is for commands that work long without a word: a slow router is not a lost one.

        Raises CommandErrorException for an exit code other than 0 (with `check`), CommandTimeoutException when the
        router says nothing for too long, ConnectionClosedException when the connection is gone. After the latter two the
        session is closed: nobody knows what its command still does.
        """
        if self._client is None:
            raise ConnectionClosedException(f"{self.options.host}: the session is not open")
        name = command.split(maxsplit=1)[0]
        try:
            ran = self._exec(self._client, command, stdin, max(patience, self._timeout))
        except TimeoutError as error:
            self.close()
            raise CommandTimeoutException(
                f"{self.options.host}: {name} said nothing for {max(patience, self._timeout):g} s"
            ) from error
        except (paramiko.SSHException, OSError, EOFError) as error:
            self.close()
            raise ConnectionClosedException(f"{self.options.host}: the connection broke during {name}: {error}") from error
        if check and ran.code:
            raise CommandErrorException(f"{self.options.host}: {command} ended with code {ran.code}: {ran.said}")
        return ran

    def _exec(self, client: paramiko.SSHClient, command: str, stdin: str | None, patience: float) -> Ran:
        transport = client.get_transport()
        if transport is None:
            raise EOFError("no transport")
        channel = transport.open_session(timeout=self._timeout)
        try:
            channel.settimeout(patience)
            channel.exec_command(command)
            errors = _Drain(channel)
            if stdin is not None:
                channel.sendall(stdin.encode(errors="surrogateescape"))
            channel.shutdown_write()
            out = b"".join(iter(lambda: channel.recv(65536), b""))
            err = errors.result()
            if not channel.status_event.wait(patience):
                raise TimeoutError
            code = channel.recv_exit_status()
        finally:
            channel.close()
        if code == -1:
            raise EOFError("it ended without an exit code")
        return Ran(code, out.decode(errors="replace"), err.decode(errors="replace"), out.decode(errors="surrogateescape"))

    def _prepare(self) -> paramiko.SSHClient:
        options = self.options
        client = paramiko.SSHClient()
        try:
            if options.known_hosts:
                for file in options.known_hosts:
                    client.load_host_keys(str(file))
            else:
                client.load_system_host_keys()
        except (OSError, paramiko.SSHException) as error:
            raise ConnectionException(f"{options.host}: cannot read known_hosts: {error}") from error
        if options.host_key_alias:
            keys = client.get_host_keys()
            for kind, key in (keys.lookup(options.host_key_alias) or {}).items():
                keys.add(options.host_key_name, kind, key)
        strict = not options.auto_add_host_keys
        # The lenient policy is for routers that are thrown away after a test; it must be asked for by name.
        client.set_missing_host_key_policy(paramiko.RejectPolicy() if strict else paramiko.AutoAddPolicy())
        return client


def _notice_loss(connection: Any, seconds: float) -> None:
    """Have the kernel give the connection up when what we send (keepalives, at least) is not acknowledged for so long."""
    if isinstance(connection, socket.socket) and hasattr(socket, "TCP_USER_TIMEOUT"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1000))


class _Drain:
    """Reads a channel's stderr in a thread, so that a full window on one stream never blocks the other."""

    def __init__(self, channel: paramiko.Channel) -> None:
        self._channel = channel
        self._parts: list[bytes] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            self._parts.extend(iter(lambda: self._channel.recv_stderr(65536), b""))
        except (TimeoutError, OSError):
            return  # the reader of stdout meets the same silence and reports it

    def result(self) -> bytes:
        self._thread.join()
        return b"".join(self._parts)


def _explain(options: SSHOptions, error: BaseException) -> BaseException:
    """Our own words and NAPALM's class for why a connection was not made."""
    host, port = options.host, options.port
    kind: type[Exception] = ConnectionException
    match error:
        case paramiko.BadHostKeyException():
            why = "its host key is not the pinned one (it was set up anew, or somebody stands between): not logging in"
        case paramiko.AuthenticationException():
            kind, why = ConnectAuthError, f"login as {options.username} was refused"
        case TimeoutError():
            kind, why = ConnectTimeoutError, f"no answer on port {port} in time"
        case paramiko.ssh_exception.NoValidConnectionsError():
            why = f"port {port} cannot be reached"
        case paramiko.SSHException() if "not found in known_hosts" in str(error):
            why = "its host key is not in known_hosts: not logging in"
        case paramiko.SSHException() | OSError() | EOFError():
            why = str(error) or type(error).__name__
        case _:
            return error
    return kind(f"{host}: {why}")
