"""The far end of `scp`: files to and from the flash, as IOS serves them where `ip scp server enable` is configured."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator

from lab.simulators.flash import FlashError
from lab.simulators.ios.device import Device

__all__ = ["Scp", "is_scp"]

_OK = b"\0"
_LIMIT = 16 * 1024 * 1024
_HEAD = re.compile(r"C[0-7]{4} (\d+) \S.*")


class _ScpError(Exception):
    """The transfer ends with this message."""


def is_scp(command: str) -> bool:
    """Whether a client wants to transfer a file with this command."""
    return command.split(None, 1)[:1] == ["scp"]


class Scp:
    """One transfer: `feed` it what comes in, it calls `send` with what goes out, and `done` with the exit code at its end."""

    def __init__(self, device: Device, command: str, send: Callable[[bytes], None], done: Callable[[int], None]) -> None:
        self._device = device
        self._send = send
        self._done = done
        self._received = bytearray()
        self._wanted: int | None = 0
        self._ended = False
        self._steps = self._run(shlex.split(command))
        self._advance()

    def feed(self, data: bytes) -> None:
        """What the client sent."""
        self._received += data
        self._advance()

    def close(self) -> None:
        """The client has nothing more to send."""
        self._end(0)

    def _advance(self) -> None:
        while not self._ended:
            try:
                self._wanted = next(self._steps)
            except StopIteration:
                self._end(0)
            except (_ScpError, FlashError) as error:
                self._send(b"\x02" + str(error).encode() + b"\n")
                self._end(1)
            else:
                if self._wanted is None:
                    return

    def _end(self, code: int) -> None:
        if not self._ended:
            self._ended = True
            self._done(code)

    def _run(self, words: list[str]) -> Iterator[int | None]:
        """A step at a time; a yielded None waits for more input."""
        if "ip scp server enable" not in self._device.running:
            raise _ScpError("Administratively disabled.")
        url = words[-1].replace("flash:/", "flash:")
        if not url.startswith("flash:"):
            url = f"flash:{url}"
        if "-t" in words:
            yield from self._take(url)
        elif "-f" in words:
            yield from self._give(url)
        else:
            raise _ScpError("usage: scp -t|-f FILE")

    def _take(self, url: str) -> Iterator[int | None]:
        self._send(_OK)
        while True:
            while b"\n" not in self._received:
                yield None
            head, _, rest = bytes(self._received).partition(b"\n")
            self._received[:] = rest
            if head[:1] == b"T":
                self._send(_OK)
                continue
            found = _HEAD.fullmatch(head.decode("utf-8", "replace"))
            if found is None:
                raise _ScpError(f"protocol error: {head[:20]!r}")
            size = int(found[1])
            if size > _LIMIT:
                raise _ScpError("No space left on device")
            self._send(_OK)
            while len(self._received) <= size:
                yield None
            self._device.flash.write(url, bytes(self._received[:size]).decode("utf-8", "surrogateescape"))
            del self._received[: size + 1]
            self._send(_OK)

    def _give(self, url: str) -> Iterator[int | None]:
        while not self._received:
            yield None
        # Only now: a client that has not begun to listen would miss that there is no such file.
        data = self._device.flash.read(url).encode("utf-8", "surrogateescape")
        for part in (b"C0644 %d %s\n" % (len(data), url.partition(":")[2].encode()), data + _OK, b""):
            while not self._received:
                yield None
            if self._received[0] != 0:
                raise _ScpError("refused")
            del self._received[:1]
            if part:
                self._send(part)
