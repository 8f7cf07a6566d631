"""Netmiko's reading of an SSH channel, mended in two places.

Netmiko 4.8 waits for its whole timeout (90 s in a commit) where the device has closed the session meanwhile: here that is an
error at once. And it leaves out bytes that are not UTF-8, so that a change of a description in ISO-8859-9, as older switches in
Turkey keep it, could not be seen: here such a byte is read as the letter it stands for in that alphabet.
"""

from __future__ import annotations

import codecs
from typing import Any

from napalm.base.exceptions import ConnectionClosedException
from netmiko import BaseConnection
from netmiko.channel import SSHChannel
from netmiko.netmiko_globals import MAX_BUFFER

__all__ = ["LivelyChannel", "enliven"]

_LATIN5 = "muhtar-latin5"


def _latin5(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("iso-8859-9"), error.end


codecs.register_error(_LATIN5, _latin5)


class LivelyChannel(SSHChannel):
    """Raises ConnectionClosedException as soon as the device is gone, and loses no byte."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection, "utf-8")

    @property
    def encoding(self) -> str:
        """What the bytes are taken for from now on; who wants each byte as it is says `latin-1`."""
        return self._encoding

    @encoding.setter
    def encoding(self, name: str) -> None:
        self._encoding = name
        # A letter may be cut in two by the end of a packet.
        self._decoder = codecs.getincrementaldecoder(name)(errors=_LATIN5)

    def read_buffer(self) -> str:
        """What has come in; empty where nothing has."""
        connection: Any = self.remote_conn
        if connection.recv_ready():
            data = connection.recv(MAX_BUFFER)
            if data:
                return self._decoder.decode(data)
        elif not (connection.closed or connection.eof_received):
            return ""
        raise ConnectionClosedException("the device closed the session")

    def write_channel(self, out_data: str) -> None:
        """Send."""
        try:
            super().write_channel(out_data)
        except OSError as error:
            raise ConnectionClosedException(f"the device closed the session: {error}") from error


def enliven(driver: Any) -> None:
    """Let an open NAPALM driver read so, where it speaks through netmiko over SSH."""
    connection = getattr(driver, "device", None)
    if isinstance(connection, BaseConnection) and isinstance(connection.channel, SSHChannel):
        connection.channel = LivelyChannel(connection.channel.remote_conn)
