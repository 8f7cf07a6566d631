"""A file of a snapshot straight into a program, on this machine or another: nothing of it is written in between."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from muhtar.doors.process import Completed, run
from muhtar.doors.restic import codes
from muhtar.doors.restic.client import Restic
from muhtar.doors.restic.place import Place
from muhtar.errors import UnreachableError

__all__ = ["stream"]

_CHUNK = 1 << 20
_SSH = 255
# The program's own limit ends it first.
_GRACE = 30.0


def stream(
    restic: Restic, snapshot: str, path: str, place: Place, argv: Sequence[str], *, seconds: float, sub: str = ""
) -> Completed:
    """Run `argv` at `place` with the snapshot's file `path` (of its folder `sub`) as its standard input; a folder comes as tar.

    Returns how the program ended, whatever its exit code. Raises the errors of `muhtar.doors.restic.codes` where restic could
    not give all of the file: what the program made of it is then worth nothing. Raises UnreachableError for the place.
    """
    part = f"{snapshot}:{sub}" if sub else snapshot
    source = restic.command(["dump", "--quiet", "--no-lock", "--", part, path], seconds=seconds)
    sink = place.call(argv, {}, None)
    read, write = os.pipe()
    with ThreadPoolExecutor(1, thread_name_prefix="stream") as pool, os.fdopen(read, "rb", buffering=0) as data:
        giving = pool.submit(run, source.argv, env=source.env, stdout_to=write, timeout=seconds + _GRACE, check=False)
        try:
            done = run(sink.argv, env=sink.env, stdin=_pieces(sink.stdin, data.fileno()), timeout=seconds + _GRACE, check=False)
        finally:
            # Nobody reads any more: without this restic would wait for ever to be rid of the rest.
            data.close()
        gave = giving.result()
    if done.returncode == _SSH:
        raise UnreachableError(f"{place.name} does not answer over SSH: {done.stderr.strip()[-300:] or 'no reason given'}")
    # A program that ends early, for a reason of its own, leaves restic with a broken pipe: the reason is what counts.
    if done.returncode == 0 and (error := codes.failure(gave.returncode, gave.stderr, where=restic.place.name, seconds=seconds)):
        raise error
    if done.returncode == 0 and gave.returncode != codes.COMPLETE:
        raise codes.ResticFailedError(
            f"restic gave only a part of {path}", returncode=gave.returncode, output=gave.stderr[-4000:]
        )
    return done


def _pieces(head: bytes | None, source: int) -> Iterator[bytes]:
    if head:
        yield head
    while piece := os.read(source, _CHUNK):
        yield piece
