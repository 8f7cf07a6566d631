"""The record of how many rows each table of a database had when it was dumped: a file beside the dump, which a drill reads."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from muhtar.backup.sources.base import Output, Piece
from muhtar.errors import DoorError

__all__ = ["ROWS", "Record", "UncountedError", "counted", "parse", "pieces"]

# What the file of row counts adds to the name of its database.
ROWS = ".rows.json"
# The rows of each table; None for a table that no snapshot of the database holds still.
Record = dict[str, int | None]
# Prints the record that a counting dump wrote, and removes it.
_TAKE = 'cat -- "$1" && rm -- "$1"'


class UncountedError(DoorError):
    """The database was dumped, but its rows could not be counted then."""


def pieces(database: str, dump: str, script: str, words: Sequence[str], account: Sequence[str] = ()) -> list[Piece]:
    """The dump of a database as the file `dump`, and the record of its rows. The record waits on the host between the two.

    `script` is Python that prints the dump and writes the record: it gets the database, the record's path (nothing may be there)
    and `words`. `account` comes before the command.
    """
    record = f"/tmp/muhtar-rows-{uuid.uuid4().hex}"  # noqa: S108 - a name nobody knows, opened as new
    return [
        Output(dump, (*account, "python3", "-I", "-c", script, database, record, *words)),
        Output(f"{database}{ROWS}", (*account, "sh", "-c", _TAKE, "take", record)),
    ]


def counted(text: str) -> Record:
    """The rows of each table, from lines `["table", 3]`. Raises DoorError for anything else."""
    try:
        return _record(map(json.loads, text.splitlines()))
    except (ValueError, TypeError) as error:
        raise DoorError(f"the row counts are not understood: {error!r}", mend="see the log") from error


def parse(text: str) -> Record:
    """What a backup recorded. Raises UncountedError where it could not count, DoorError for what is no such record."""
    try:
        held = json.loads(text)
        if held["rows"] is None:
            raise UncountedError(str(held["why"]))
        return _record(held["rows"].items())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DoorError(f"the recorded row counts are not understood: {error!r}", mend="see the log") from error


def _record(pairs: Iterable[Any]) -> Record:
    return {str(name): None if number is None else int(number) for name, number in pairs}
