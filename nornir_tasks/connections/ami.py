"""Sessions with Asterisk's manager interface (AMI), inside TLS and with a verified certificate.

A small client of our own, for threads: see docs/decisions/0008-ami-client.md. Variables of the target are the inputs of role
asterisk: `asterisk_ami_secret` (vaulted), `asterisk_ami_user`, `asterisk_ami_port`.
"""

from __future__ import annotations

import contextlib
import itertools
import socket
import ssl
from collections.abc import Iterator

from nornir.core.inventory import ConnectionOptions

from muhtar.errors import DoorError, UnreachableError
from muhtar.inventory import Target
from muhtar.secrets import Secret
from muhtar.settings import Site
from nornir_tasks.tls_session import TlsPlugin, tls_options

__all__ = ["LOST", "Ami", "AmiError", "Message", "Plugin", "options"]

# Whatever keeps us from talking is raised as an UnreachableError, which always counts.
LOST: tuple[type[BaseException], ...] = ()
PORT = 5039
USER = "muhtar"
# Seconds without a word from the PBX; it answers in milliseconds.
TIMEOUT = 10.0
# Far beyond any message; a peer that sends more is no PBX.
LONGEST = 1_000_000

Message = dict[str, str]


class AmiError(DoorError):
    """The PBX refused an action. The message is its own."""


def options(target: Target, site: Site) -> ConnectionOptions:
    """How to reach the target. Raises InventoryError where it has no secret."""
    return tls_options(
        target,
        site,
        variable="asterisk_ami_secret",
        user=str(target.vars.get("asterisk_ami_user") or USER),
        port=int(target.vars.get("asterisk_ami_port") or PORT),
    )


class Ami:
    """One session: actions go out, answers come back in order. Not for several threads at a time."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream
        self._buffer = b""
        self._ids = itertools.count(1)

    @classmethod
    def connect(cls, host: str, port: int, *, context: ssl.SSLContext, server_name: str, timeout: float = TIMEOUT) -> Ami:
        """A session that nobody has logged in to yet. Raises UnreachableError: no answer, or a certificate not to be trusted."""
        try:
            plain = socket.create_connection((host, port), timeout=timeout)
        except OSError as error:
            raise UnreachableError(f"no answer from the manager interface at {host}:{port}: {error}") from error
        try:
            stream = context.wrap_socket(plain, server_hostname=server_name)
        except OSError as error:
            plain.close()
            raise UnreachableError(f"no TLS with {server_name} at {host}:{port}: {error}") from error
        session = cls(stream)
        try:
            session._greet()
        except BaseException:
            session.close()
            raise
        return session

    def login(self, user: str, secret: Secret) -> None:
        """Log in, without events. Raises UnreachableError where the PBX refuses."""
        try:
            self.action("Login", Username=user, Secret=secret.reveal(), Events="off")
        except AmiError as error:
            raise UnreachableError(
                f"the PBX refuses the manager's login as {user}: {error.message}",
                mend="see asterisk_ami_secret and asterisk_ami_networks; ./inv provision writes both to the PBX",
            ) from error

    def action(self, action: str, **fields: str) -> Message:
        """Do something; returns the response. Raises AmiError where it is refused, UnreachableError for a lost session."""
        return self._response(self._send(action, fields), action)

    def listing(self, action: str, **fields: str) -> list[Message]:
        """Ask for a list; returns its events, the closing one left out. Raises as `action` does."""
        number = self._send(action, fields)
        self._response(number, action)
        found: list[Message] = []
        for message in self._answers(number):
            if message.get("EventList", "").lower() == "complete":
                break
            found.append(message)
        return found

    def close(self) -> None:
        """Hang up. A session that is lost already is no news."""
        with contextlib.suppress(OSError, UnreachableError, AmiError):
            self._stream.settimeout(1)
            self._send("Logoff", {})
        self._stream.close()

    def _greet(self) -> None:
        line = self._until(b"\r\n")
        if not line.startswith("Asterisk Call Manager/"):
            raise UnreachableError(f"what answers is not a manager interface: {line[:60]!r}")

    def _send(self, action: str, fields: dict[str, str]) -> str:
        number = str(next(self._ids))
        lines = {"Action": action, "ActionID": number, **fields}
        for key, value in lines.items():
            if any(sign in value for sign in "\r\n"):
                raise AmiError(f"a line break in {key} would be a second header")
        text = "".join(f"{key}: {value}\r\n" for key, value in lines.items()) + "\r\n"
        try:
            self._stream.sendall(text.encode())
        except OSError as error:
            raise UnreachableError(f"the PBX ended the session: {error}") from error
        return number

    def _response(self, number: str, action: str) -> Message:
        message = next(self._answers(number))
        if message.get("Response") not in {"Success", "Goodbye"}:
            raise AmiError(message.get("Message") or f"{action} was refused without a reason")
        return message

    def _answers(self, number: str) -> Iterator[Message]:
        """What comes back for one action; what does not belong to it (an event that cannot be switched off) is passed over."""
        while True:
            message = parse(self._until(b"\r\n\r\n"))
            if message.get("ActionID") == number:
                yield message

    def _until(self, end: bytes) -> str:
        while end not in self._buffer:
            if len(self._buffer) > LONGEST:
                raise UnreachableError("the PBX sends without end")
            try:
                data = self._stream.recv(65536)
            except OSError as error:
                raise UnreachableError(f"the PBX fell silent: {error}") from error
            if not data:
                raise UnreachableError("the PBX ended the session")
            self._buffer += data
        head, _, self._buffer = self._buffer.partition(end)
        return head.decode("utf-8", errors="replace")


def parse(text: str) -> Message:
    """One message: its headers by name; the first one counts where a name comes twice."""
    found: Message = {}
    for line in text.split("\r\n"):
        key, separator, value = line.partition(":")
        if separator:
            found.setdefault(key.strip(), value.strip())
    return found


class Plugin(TlsPlugin):
    """nornir's way to a PBX; `connection` is an `Ami`, logged in."""

    connect = Ami.connect
