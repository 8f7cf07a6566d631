"""MariaDB: the dump runs into a server of its own on a scratch host; each table is sound, with the rows of backup time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from muhtar.backup.drill.case import Case, Drilled, Sampled, UnusableError
from muhtar.backup.sources import rows
from muhtar.backup.sources.base import Machine
from muhtar.backup.sources.mariadb_rows import COUNT
from muhtar.doors.restic.stream import stream
from muhtar.errors import DoorError, MuhtarError
from muhtar.words import count, some

__all__ = ["drill"]

_ROOM = "/var/tmp/muhtar-drill-mariadb"  # noqa: S108 - made for one user alone, and removed
_SOCKET = f"{_ROOM}/socket"
# On a socket in its own folder and on no network. What a drill that was killed left there goes first.
_END = """
cd /
[ ! -e "$1/pid" ] || { kill "$(cat "$1/pid")" && tail --pid="$(cat "$1/pid")" -f /dev/null; } 2>/dev/null || true
rm -rf -- "$1"
"""
_BEGIN = (
    _END
    + """
set -eu
install -d -m 0700 -o mysql -g mysql -- "$1"
mariadb-install-db --no-defaults --user=mysql --datadir="$1/data" --skip-test-db --auth-root-authentication-method=normal >&2
setsid mariadbd --no-defaults --user=mysql --datadir="$1/data" --socket="$1/socket" --pid-file="$1/pid" --skip-networking \\
  --skip-log-bin </dev/null >"$1/log" 2>&1 &
for _ in $(seq 60); do
  mariadb-admin --no-defaults --user=root --socket="$1/socket" ping >/dev/null 2>&1 && exit 0
  sleep 1
done
tail -n 5 "$1/log" >&2
exit 1
"""
)
_CONNECT = ("--no-defaults", "--user=root", f"--socket={_SOCKET}")
_CLIENT = ("mariadb", *_CONNECT, "--batch", "--skip-column-names")
_MEND = "look at the source on the host, back it up again, drill again"
_SHOWN = 5


def drill(case: Case) -> Drilled:
    """Load every dump to its end, have the server check every table, compare its rows with those counted at backup time."""
    dumps = {shot.paths[0].strip("/").removesuffix(".sql"): shot for shot in case.run.snapshots if shot.paths[0].endswith(".sql")}
    if not dumps:
        raise DoorError(f"there is no dump in the snapshot of {case.item.source.name}")
    found = _Found()
    with case.scratch.host("mariadb") as machine, _server(machine):
        if machine.place is None:
            raise DoorError(f"{machine.name} is no host with a shell")
        began = time.monotonic()
        for database, shot in dumps.items():
            _ask(machine, f"CREATE DATABASE `{database}`", case.seconds)
            done = stream(case.restic, shot.id, shot.paths[0], machine.place, [*_CLIENT, database], seconds=case.seconds)
            if done.returncode != 0:
                raise UnusableError(f"{database}.sql does not load: {done.stderr.strip()[-400:]}", mend=_MEND)
        seconds = time.monotonic() - began
        for database in dumps:
            words = ["python3", "-I", "-c", COUNT, database, *_CONNECT]
            has = rows.counted(machine.read(words, seconds=case.seconds))
            found.add(database, _recorded(case, database), has, _verdicts(machine, database, has, case.seconds))
        place = f"{machine.name}, MariaDB"
    if not found.sample:
        found.wrong.append("there is no table in it")
    what = f"{count(len(dumps), 'database')} loaded, {count(len(found.sample), 'table')} checked"
    if found.compared:
        what += f", {count(found.total, 'row')} in {found.compared} of them as counted at backup time"
    if found.still:
        what += f"; nobody can count {some(found.still, _SHOWN)} in a snapshot"
    unseen = f"nobody counted the rows of {'; '.join(found.uncounted)}" if found.uncounted else ""
    mend = "./inv backup.run counts them now" if unseen else None
    return Drilled(seconds, what, place, tuple(found.wrong), tuple(found.sample), unseen=unseen, mend=mend)


@dataclass
class _Found:
    """What was seen of all databases: `still` are tables of engines without snapshots, `uncounted` databases without a record."""

    sample: list[Sampled] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    uncounted: list[str] = field(default_factory=list)
    still: list[str] = field(default_factory=list)
    compared: int = 0
    total: int = 0

    def add(self, database: str, recorded: rows.Record | str, has: rows.Record, verdicts: Mapping[str, str]) -> None:
        """Compare one. Of a table that is in no record only the structure was taken, or it was made while the dump ran."""
        if isinstance(recorded, str):
            self.uncounted.append(f"{database} when it was backed up{recorded}")
            recorded = dict.fromkeys(has)
        else:
            self.still += [f"{database}.{table}" for table, number in recorded.items() if number is None]
        for table in sorted({*recorded, *has}):
            name, had, now = f"{database}: {table}", recorded.get(table, 0), has.get(table)
            verdict = verdicts.get(table, "not there")
            trouble = [verdict] if verdict != "OK" else []
            if had is not None and had != now and now is not None:
                trouble.append(f"{count(now, 'row')}, had {count(had, 'row')} when it was backed up")
            self.wrong += [f"{name}: {text}" for text in trouble]
            self.sample.append(Sampled(name, f"{now} rows, {verdict}" if now is not None else verdict, not trouble))
            if had is not None and table in recorded and not trouble:
                self.compared += 1
                self.total += had


def _recorded(case: Case, database: str) -> rows.Record | str:
    """The rows that a backup counted; where it did not, why, as far as it says."""
    shot = case.piece(f"{database}{rows.ROWS}")
    if shot is None:
        return ""
    try:
        return rows.parse(case.text(shot))
    except rows.UncountedError as error:
        return f": {error.message}"


def _verdicts(machine: Machine, database: str, tables: Iterable[str], seconds: float) -> dict[str, str]:
    """What the server says of each table: OK, or the last of its complaints."""
    names = [f"`{database}`.`{table.replace('`', '``')}`" for table in tables]
    if not names:
        return {}
    # A line for each word on a table: database.table, the kind of check, the kind of word, the word.
    lines = _ask(machine, f"CHECK TABLE {', '.join(names)}", seconds).splitlines()
    said = [line.split("\t") for line in lines]
    return {words[0].removeprefix(f"{database}."): words[-1] for words in said}


@contextmanager
def _server(machine: Machine) -> Iterator[None]:
    try:
        machine.read(["sh", "-c", _BEGIN, "begin", _ROOM], seconds=180)
        yield
    finally:
        with suppress(MuhtarError):
            machine.call(["sh", "-c", _END, "end", _ROOM], seconds=120)


def _ask(machine: Machine, statement: str, seconds: float) -> str:
    return machine.read([*_CLIENT, "--execute", statement], seconds=seconds)
