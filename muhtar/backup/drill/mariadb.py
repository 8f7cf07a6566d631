"""MariaDB: the dump runs into a server of its own on a scratch host, and every table of it is there and sound."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from muhtar.backup.drill.case import Case, Drilled, Sampled, UnusableError
from muhtar.backup.sources.base import Machine
from muhtar.doors.restic.stream import stream
from muhtar.errors import DoorError, MuhtarError
from muhtar.words import count

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
_CLIENT = ("mariadb", "--no-defaults", "--user=root", f"--socket={_SOCKET}", "--batch", "--skip-column-names")
_TABLES = "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{}' AND TABLE_TYPE = 'BASE TABLE' ORDER BY 1"
_MEND = "look at the source on the host, back it up again, drill again"


def drill(case: Case) -> Drilled:
    """Load every dump to its end, have the server check every table, count its rows. The dumps hold no record to compare with."""
    dumps = {shot.paths[0].strip("/").removesuffix(".sql"): shot for shot in case.run.snapshots if shot.paths[0].endswith(".sql")}
    if not dumps:
        raise DoorError(f"there is no dump in the snapshot of {case.item.source.name}")
    sample: list[Sampled] = []
    wrong: list[str] = []
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
            for table in _ask(machine, _TABLES.format(database), case.seconds).splitlines():
                verdict = _ask(machine, f"CHECK TABLE `{database}`.`{table}`", case.seconds).strip().split("\t")[-1]
                rows = _ask(machine, f"SELECT count(*) FROM `{database}`.`{table}`", case.seconds).strip()  # noqa: S608
                sample.append(Sampled(f"{database}: {table}", f"{rows} rows, {verdict}", verdict == "OK"))
                if verdict != "OK":
                    wrong.append(f"{database}: {table}: {verdict}")
        place = f"{machine.name}, MariaDB"
    if not sample:
        wrong.append("there is no table in it")
    what = f"{count(len(dumps), 'database')} loaded, {count(len(sample), 'table')} checked"
    return Drilled(seconds, what, place, tuple(wrong), tuple(sample))


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
