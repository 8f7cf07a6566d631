"""NAPALM's junos driver, made to verify whom it speaks with, and to say so where a device cannot be reached.

PyEZ takes any host key unless it is told `hostkey_verify`, and NAPALM 5.2 has no word for that: so the driver gets a PyEZ device
that is told. The keys that count are those of the `UserKnownHostsFile` in the driver's `ssh_config_file`; no password is sent
before they were compared. What PyEZ raises for a lost device becomes NAPALM's exceptions, which our tasks know.
"""

from __future__ import annotations

from typing import Any

from jnpr.junos import Device
from jnpr.junos.exception import ConnectError, RpcTimeoutError
from napalm.base.exceptions import CommandTimeoutException, ConnectionClosedException, ConnectionException
from napalm.junos import JunOSDriver
from ncclient.transport.errors import AuthenticationError, SSHUnknownHostError

__all__ = ["PinnedJunos"]


class _Device(Device):  # type: ignore[misc]
    """A NETCONF session that raises NAPALM's exceptions where it cannot be opened, or is lost."""

    def open(self, *given: Any, **options: Any) -> Any:
        """Open it. Raises ConnectionException that says why not."""
        try:
            return super().open(*given, **options)
        except ConnectError as error:
            raise ConnectionException(f"Cannot connect to {self.hostname}: {_reason(error)}") from error

    def execute(self, *given: Any, **options: Any) -> Any:
        """Ask the device. Raises ConnectionClosedException where it is gone, CommandTimeoutException where it is silent."""
        try:
            return super().execute(*given, **options)
        except ConnectError as error:
            raise ConnectionClosedException(f"{self.hostname} closed the session: {error}") from error
        except RpcTimeoutError as error:
            raise CommandTimeoutException(str(error)) from error


class PinnedJunos(JunOSDriver):  # type: ignore[misc]
    """NAPALM's driver over a session whose host key is verified. Same arguments."""

    def __init__(
        self, hostname: str, username: str, password: str, timeout: int = 60, optional_args: dict[str, Any] | None = None
    ) -> None:
        super().__init__(hostname, username, password, timeout, optional_args)
        self.device = _Device(
            hostname,
            user=username,
            # PyEZ tries the agent's keys only where there is no password at all.
            password=password or None,
            port=self.port,
            ssh_config=self.ssh_config_file,
            ssh_private_key_file=self.key_file,
            huge_tree=self.huge_tree,
            conn_open_timeout=timeout,
            hostkey_verify=True,
        )

    def open(self) -> None:
        """Open the session. Raises ConnectionException."""
        if not isinstance(self.device, _Device):
            raise ConnectionException(f"Cannot connect to {self.hostname}: port {self.port} would be Telnet, which is not spoken")
        super().open()


def _reason(error: ConnectError) -> str:
    """What ncclient said, which PyEZ mistakes for a refused connection."""
    said = error.__context__
    if isinstance(said, SSHUnknownHostError):
        return f"its host key is not the pinned one: {said}"
    if isinstance(said, AuthenticationError):
        return f"the login is refused: {said}"
    return str(said or error)
