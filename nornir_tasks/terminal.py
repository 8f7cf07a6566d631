"""A terminal on a device, read as a careful person would: by the echo of what was typed and the prompt that comes after it.

Nothing here waits for a fixed time. A command's answer begins behind its echo and ends where the prompt stands again at the
beginning of a line; a page that is held back (`--More--`) is asked for.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import asyncssh

from muhtar.errors import UnreachableError

__all__ = ["Screen"]

# At the end of what has come in. A device's name has no blanks, so neither has its prompt.
_PROMPT = re.compile(rb"(?:^|[\r\n])([^\s>#]{1,80}[>#]) ?$")
_LOOK_BACK = 120
_PAGER = b"--More--"
# What wipes the pager's word off the screen once the next page is asked for.
_WIPED = re.compile(rb" ?--More-- ?(?:\x08+ +\x08+|\r +\r)?")
# A prompt that does not begin a line may be a line of the answer that ends alike. So long (seconds) it must be the last word.
_SETTLED = 1.5


class Screen(asyncssh.SSHClientSession[bytes]):
    """What a device writes to a terminal of ours. `patience`: for how many seconds it may say nothing.

    `open` must come first; then `say`, one command at a time. Both raise UnreachableError for a device that falls silent or
    closes the session.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._channel: Any = None
        self._seen = bytearray()
        self._paged = 0
        self._done: Callable[[], bool] | None = None
        self._settled = False
        self._settling: asyncio.TimerHandle | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._clock: asyncio.Timeout | None = None
        self._ended: str | None = None
        self.prompt = b""

    # -- what asyncssh calls

    def connection_made(self, chan: Any) -> None:
        """The channel is there."""
        self._channel = chan

    def data_received(self, data: bytes, datatype: object) -> None:
        """The device says something."""
        del datatype
        self._seen += data
        if self._clock is not None and not self._clock.expired():
            self._clock.reschedule(asyncio.get_running_loop().time() + self._patience)
        if self._settling is not None:
            self._settling.cancel()
            self._settling = None
        if self._seen.find(_PAGER, max(self._paged, len(self._seen) - 20)) >= 0:
            self._paged = len(self._seen)
            self._channel.write(b" ")
        elif self._done is not None and self._done():
            self._wake()

    def eof_received(self) -> bool:
        """Nothing more will come."""
        self._end("the device closed the session")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The session is over."""
        self._end(f"the device closed the session: {exc}" if exc else "the device closed the session")

    # -- what a session does

    async def open(self, first: str) -> None:
        """Wait to be greeted, and type a first command that answers nothing: the line behind its echo is the prompt."""
        await self._until("its prompt", lambda: self._prompt_at_end() is not None)
        self._type(first)
        await self._until(
            f"its prompt after {first!r}", lambda: self._echoed(first.encode()) and self._prompt_at_end() is not None
        )
        self.prompt = self._prompt_at_end() or b""

    async def say(self, command: str) -> bytes:
        """The answer to a command, without the pager's traces, its lines ending as the device ends them."""
        self._type(command)
        echo = command.encode()
        await self._until(f"the end of its answer to {command!r}", lambda: self._echoed(echo) and self._at_prompt())
        return self._answer(echo)

    async def ask(self, command: str, question: bytes, secret: str) -> bytes:
        """Type a command that asks a question, such as for a password, and answer that. What is asked again gets an empty line.

        Returns the prompt that stands there in the end.
        """
        self._type(command)
        await self._until(f"an answer to {command!r}", lambda: self._asks(question) or self._prompt_at_end() is not None)
        typed = secret
        while self._asks(question):
            self._type(typed)
            typed = ""
            await self._until("an answer to the password", lambda: self._asks(question) or self._prompt_at_end() is not None)
        self.prompt = self._prompt_at_end() or b""
        return self.prompt

    def _type(self, line: str) -> None:
        if self._ended is not None:
            raise UnreachableError(self._ended)
        self._seen.clear()
        self._paged = 0
        self._channel.write(line.encode() + b"\n")

    async def _until(self, what: str, done: Callable[[], bool]) -> None:
        """Wait until `done`, asked whenever something has come in."""
        self._settled = False
        if done():
            return
        if self._ended is not None:
            raise UnreachableError(self._ended)
        self._done = done
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self._patience) as self._clock:
                await self._waiter
        except TimeoutError as error:
            raise UnreachableError(f"the device said nothing for {self._patience:g} s; {what} was waited for") from error
        finally:
            self._done = self._waiter = self._clock = None
            if self._settling is not None:
                self._settling.cancel()
                self._settling = None

    def _end(self, why: str) -> None:
        if self._ended is None:
            self._ended = why
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(UnreachableError(self._ended))

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # -- where we are

    def _echoed(self, echo: bytes) -> bool:
        return echo in self._seen

    def _prompt_at_end(self) -> bytes | None:
        found = _PROMPT.search(self._seen, max(0, len(self._seen) - _LOOK_BACK))
        return found[1] if found else None

    def _at_prompt(self) -> bool:
        seen = self._seen[-len(self.prompt) - 2 :].rstrip(b" ")
        if not seen.endswith(self.prompt):
            return False
        if self._settled or seen[: -len(self.prompt)].endswith((b"\n", b"\r")):
            return True
        self._settling = asyncio.get_running_loop().call_later(_SETTLED, self._settle)
        return False

    def _settle(self) -> None:
        self._settled = True
        self._wake()

    def _asks(self, question: bytes) -> bool:
        return self._seen.rstrip(b" ").endswith(question)

    def _answer(self, echo: bytes) -> bytes:
        _, _, behind = bytes(self._seen).partition(echo)
        answer = behind.rstrip(b" ").removesuffix(self.prompt)
        return (_WIPED.sub(b"", answer) if self._paged else answer).lstrip(b"\r\n")
