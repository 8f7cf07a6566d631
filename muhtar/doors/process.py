"""The one door for programs: argv in, result out; a time limit, no shell, and secrets cut out of all that comes back."""

from __future__ import annotations

import os
import select
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from muhtar.errors import DoorError, ProcessFailedError, ProcessTimeoutError
from muhtar.secrets import Secret, redact

__all__ = ["Completed", "end_all", "interrupts_held", "run"]

# Milliseconds that poll takes at most: 24 days.
_LONGEST = 2**31 - 1
_running: set[subprocess.Popen[bytes]] = set()
_interrupted: set[subprocess.Popen[bytes]] = set()
_running_lock = threading.Lock()


@dataclass(frozen=True)
class Completed:
    """How a program ended. `stdout` and `stderr` are redacted text; `duration` is in seconds."""

    argv: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str
    duration: float


def run(
    argv: Sequence[str | Path],
    *,
    stdin: str | bytes | Secret | Iterable[bytes] | None = None,
    env: Mapping[str, str | Secret] | None = None,
    cwd: Path | None = None,
    timeout: float = 600.0,
    check: bool = True,
    ok: Iterable[int] = (0,),
    on_line: Callable[[str], None] | None = None,
    stdout_to: Path | int | None = None,
) -> Completed:
    """Run a program to its end and return what it printed.

    `env` is added to the environment; secrets go there or to `stdin`, never to `argv` (any Secret in `argv` is refused).
    `on_line` sees each line of stdout as it comes. `stdout_to` sends stdout, unredacted, to a file instead (a restored file), or
    to an open file descriptor, which is closed here whatever happens. `stdin` may come in pieces, of any total length.
    Raises ProcessFailedError unless the exit code is in `ok` (and `check`), ProcessTimeoutError when `timeout` (seconds)
    passes, DoorError where the program cannot be started. On either, on Ctrl-C too, the whole process group is ended.
    """
    words = [_word(word) for word in argv]
    environment = {**os.environ, **{key: _plain(value) for key, value in (env or {}).items()}}
    started = time.monotonic()
    sink = subprocess.PIPE if stdout_to is None else _sink(stdout_to)
    child: subprocess.Popen[bytes] | None = None
    try:
        # Under the lock: `end_all` must never come between a program's start and its being known.
        with interrupts_held(), _running_lock:
            child = _start(
                words, stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE, stdout=sink, env=environment, cwd=cwd
            )
            _running.add(child)
        out, err = _Reader(child.stdout, on_line), _Reader(child.stderr, None)
        feeder = threading.Thread(target=_feed, args=(child, stdin), daemon=True)
        feeder.start()
        _await(child, timeout)
    except BaseException as error:
        if child is not None:
            _end(child)
        if isinstance(error, subprocess.TimeoutExpired):
            raise ProcessTimeoutError(
                f"{Path(words[0]).name} did not end within {timeout:.0f} s",
                mend="see the log; raise the time limit if this is expected",
            ) from None
        raise
    finally:
        if not isinstance(sink, int):
            sink.close()
        with _running_lock:
            interrupted = child in _interrupted
            _running.discard(child)
            _interrupted.discard(child)
    if interrupted:
        # Some programs end with code 0 when told to stop; what they were to do is not done for that.
        raise ProcessFailedError(f"{Path(words[0]).name} was interrupted", returncode=child.returncode)
    feeder.join(1)
    done = Completed(tuple(words), child.returncode, out.text(), err.text(), time.monotonic() - started)
    if check and done.returncode not in set(ok):
        said = (done.stderr.strip() or done.stdout.strip())[-2000:]
        shown = redact(shlex.join(words[:4])) + (" …" if len(words) > 4 else "")
        raise ProcessFailedError(
            f"{shown} ended with code {done.returncode}: {said or 'no output'}", returncode=done.returncode, output=said
        )
    return done


def end_all() -> None:
    """End every program that runs now. Ctrl-C reaches only the main thread; what waits for programs in others calls this."""
    with _running_lock:
        children = list(_running)
        _interrupted.update(children)
    threads = [threading.Thread(target=_end, args=(child,), daemon=True) for child in children]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _start(
    words: list[str], *, stdin: int, stdout: int | IO[bytes], env: Mapping[str, str], cwd: Path | None
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            words, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, env=env, cwd=cwd, start_new_session=True
        )
    except OSError as error:
        raise DoorError(f"cannot start {words[0]}: {error.strerror}", mend="./inv doctor says what this machine lacks") from error


def _await(child: subprocess.Popen[bytes], timeout: float) -> None:
    """Wait for its end, told of it at once: Popen.wait with a limit looks every 50 ms. Raises subprocess.TimeoutExpired."""
    try:
        handle = os.pidfd_open(child.pid)
    except ProcessLookupError:  # another thread has ended it, and waited for it (`end_all`)
        child.wait()
        return
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        if not poll.poll(min(timeout * 1000, _LONGEST)):
            raise subprocess.TimeoutExpired(child.args, timeout)
    finally:
        os.close(handle)
    child.wait()


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Ctrl-C waits until the body has ended: for a body that starts what somebody must know in order to end it.

    Raised within Popen, after the fork, it would leave a program behind; between the calls given to threads, those that run.

    Only the main thread is ever interrupted. The program does not inherit this: exec resets handlers.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    # An ignored signal stays ignored, for the program too; None is a handler that Python did not set and cannot set back.
    held = [number for number, handler in before.items() if handler not in {signal.SIG_IGN, None}]
    for number in held:
        signal.signal(number, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        for number in held:
            signal.signal(number, before[number])
        if came:
            signal.raise_signal(came[0])


class _Reader:
    """Drains a pipe in a thread, so that no program blocks on a full one."""

    def __init__(self, stream: object, on_line: Callable[[str], None] | None) -> None:
        self._lines: list[str] = []
        self._stream = stream
        self._on_line = on_line
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        if self._stream is None:
            return
        for raw in self._stream:  # type: ignore[attr-defined]
            line = redact(raw.decode("utf-8", errors="replace"))
            self._lines.append(line)
            if self._on_line:
                self._on_line(line.rstrip("\n"))

    def text(self) -> str:
        # A grandchild that keeps the pipe open (an ssh ControlMaster) must not hold us: what came until now is the output.
        self._thread.join(5)
        return "".join(self._lines)


def _word(word: str | Path) -> str:
    if isinstance(word, Secret):
        msg = "a Secret must not stand in argv, where every user of the machine can read it"
        raise TypeError(msg)
    return str(word)


def _plain(value: str | Secret) -> str:
    return value.reveal() if isinstance(value, Secret) else value


def _sink(stdout_to: Path | int) -> IO[bytes]:
    return os.fdopen(stdout_to, "wb") if isinstance(stdout_to, int) else stdout_to.open("wb")


def _feed(child: subprocess.Popen[bytes], stdin: str | bytes | Secret | Iterable[bytes] | None) -> None:
    if stdin is None or child.stdin is None:
        return
    whole = _plain(stdin).encode() if isinstance(stdin, (str, Secret)) else stdin
    try:
        for data in [whole] if isinstance(whole, bytes) else whole:
            child.stdin.write(data)
        child.stdin.close()
    except (BrokenPipeError, OSError):
        pass  # the program ended without reading; its exit code tells


def _end(child: subprocess.Popen[bytes]) -> None:
    """TERM to the group, five seconds to tidy up (restic removes its lock), then KILL."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, number)
        except ProcessLookupError:
            return
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            continue
        if number is signal.SIGTERM:
            continue
