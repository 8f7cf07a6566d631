"""A session on the switch: a terminal that echoes what is typed, one command, or a file transfer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import asyncssh

from lab.simulators.control import Control
from lab.simulators.faults import DropConnectionError, Faults
from lab.simulators.ios.cli import Cli, LoggedOutError
from lab.simulators.ios.device import Device, Login
from lab.simulators.ios.scp import Scp, is_scp

__all__ = ["Terminal"]

_END_OF_LINE = re.compile(rb"\r\n|[\r\n\x1a]")
_CTRL_Z = b"\x1a"
_MORE = " --More-- "
_WIPE = "\b" * 9 + " " * 8 + "\b" * 9
# At `--More--`: a page, a line; any other key ends the answer.
_GO_ON = b" \r\n"
_ERASE, _CLEAR = b"\x08\x7f", b"\x03\x15"


class Terminal(asyncssh.SSHServerSession[bytes]):
    """One channel of a connection. `drop` cuts the connection."""

    def __init__(self, device: Device, login: Login, control: Control[Faults], drop: Callable[[], None]) -> None:
        self._device = device
        self._control = control
        self._drop = drop
        self._cli = Cli(device, login, control)
        self._channel: Any = None
        self._command = ""
        self._scp: Scp | None = None
        self._typed = bytearray()
        self._busy = False
        self._held: list[str] | None = None

    def connection_made(self, chan: Any) -> None:
        """The channel is open."""
        self._channel = chan

    def pty_requested(self, *_request: object) -> bool:
        """Any terminal is fine."""
        return True

    def shell_requested(self) -> bool:
        """The usual case."""
        return True

    def exec_requested(self, command: str) -> bool:
        """One command without a terminal."""
        self._command = command
        return True

    def session_started(self) -> None:
        """Greet, or run the one command."""
        if not self._command:
            self._write(f"\n{self._device.settings.banner}{self._cli.prompt}")
        elif is_scp(self._command):
            self._scp = Scp(self._device, self._command, self._channel.write, self._leave)
        else:
            self._later(self._run_once)

    def data_received(self, data: bytes, datatype: object) -> None:
        """Keys, or a file."""
        del datatype
        if self._scp is not None:
            self._scp.feed(data)
        else:
            self._typed += data
            self._type()

    def eof_received(self) -> bool:
        """The client sends nothing more: a transfer is over, a terminal is closed."""
        if self._scp is not None:
            self._scp.close()
        return bool(self._command)

    def _type(self) -> None:
        """Echo what was typed, and run each line that is complete."""
        while self._held is not None and self._typed:
            key = bytes(self._typed[:1])
            del self._typed[:1]
            self._write(_WIPE)
            self._show(self._held if key in _GO_ON else [], 1 if key in b"\r\n" else self._cli.length - 1)
        while not self._busy and (found := _END_OF_LINE.search(self._typed)):
            line, key = bytes(self._typed[: found.start()]), found[0]
            del self._typed[: found.end()]
            text = _edited(line)
            self._write("\n" if self._cli.hidden else f"{text}\n")
            if key == _CTRL_Z:
                self._cli.end()
                self._write(self._cli.prompt)
                continue
            self._busy = True
            self._later(lambda text=text: self._answer(text))  # type: ignore[misc]  # mypy cannot infer a default's type

    def _later(self, call: Callable[[], None]) -> None:
        delay = self._control.read().delay
        if delay:
            asyncio.get_running_loop().call_later(delay, call)
        else:
            call()

    def _answer(self, line: str) -> None:
        self._busy = False
        try:
            said = self._cli.run(line)
        except LoggedOutError:
            self._leave(0)
            return
        except DropConnectionError:
            self._drop()
            return
        self._show(said.splitlines(keepends=True), self._cli.length - 1)
        self._type()

    def _show(self, lines: list[str], page: int) -> None:
        """Write an answer page by page; behind its end comes the prompt."""
        self._held = None
        if self._cli.length and len(lines) > page:
            self._write("".join(lines[:page]) + _MORE)
            self._held = lines[page:]
        else:
            self._write("".join(lines) + self._cli.prompt)
        self._busy = self._held is not None

    def _run_once(self) -> None:
        try:
            self._write("\n" + self._cli.run(self._command))
        except LoggedOutError:
            pass
        except DropConnectionError:
            self._drop()
            return
        self._leave(0)

    def _write(self, text: str) -> None:
        if not self._channel.is_closing():
            self._channel.write(text.replace("\n", "\r\n").encode("utf-8", "surrogateescape"))

    def _leave(self, code: int) -> None:
        if not self._channel.is_closing():
            self._channel.exit(code)


def _edited(line: bytes) -> str:
    """What is left of a typed line after its corrections."""
    kept = bytearray()
    for byte in line:
        if byte in _ERASE:
            del kept[-1:]
        elif byte in _CLEAR:
            kept.clear()
        elif byte >= 32 or byte == 9:
            kept.append(byte)
    return kept.decode("utf-8", "surrogateescape")
