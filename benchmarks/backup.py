"""What Muhtar adds to restic: one source, many hosts, and very many hosts that have nothing new, beside bare restic.

Prints three tables; `--keep` writes the same to a file. Muhtar's time is that of `backup.run` with its inventory and its policy,
without the start of Python. This machine plays every host: what SSH would take is left out. Bare restic gets the same words and
the same environment, and is started without anything around it. All use one restic REST server on loopback, set up as role
backup_server does it; it shares the cores with them, and is not counted in processor time. borgmatic, where it is installed, has
its repository in a folder.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

import yaml

from benchmarks.hosts import PASSWORD, SOURCE, USER, Recorder, Town, repository, site_of, tree
from benchmarks.kept import keep
from benchmarks.repository import Server, served
from benchmarks.switches import write
from muhtar.backup import runs
from muhtar.backup.run import run as backup
from muhtar.doors.restic import argv
from muhtar.doors.tools import restic_binary
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.secrets import Secret
from muhtar.settings import Site

PARALLEL = (1, 2, 4, 8)
# What Muhtar allows itself at one repository server.
WORKERS = 8
FILES, HOST_FILES, IDLE_FILES, IDLE_SIZE = 2000, 50, 20, 200_000
MB = 1_000_000
BARE, MUHTAR, BORGMATIC, REPLAY = "bare restic", "Muhtar", "borgmatic", "the same restic calls by hand"
MISSING = "not installed: apt-get install borgmatic"
ABOUT = """\
`./inv bench.backup --hosts {hosts} --idle {idle} --rounds {rounds} --size {size} --keep`: medians of {rounds}, taking turns,
each round begun by another one. Half of the files are random, half are text. restic's server (TLS, append-only) is on the same
cores, and is not counted in processor time; bare restic has the same arguments; borgmatic has a folder as its repository, and
borg's own compression (lz4; restic's is zstd). `benchmarks/backup.py` says more. The ratios count, not the seconds.
"""


@dataclass(frozen=True)
class Spent:
    """Seconds, processor seconds of the programs that were started, and of Muhtar's own process."""

    seconds: float
    programs: float
    own: float = 0.0

    @property
    def processor(self) -> float:
        """All processor seconds."""
        return self.programs + self.own

    @classmethod
    def median(cls, rounds: Sequence[Spent]) -> Spent:
        """Each value's median."""
        return cls(*(statistics.median(values) for values in zip(*((r.seconds, r.programs, r.own) for r in rounds), strict=True)))


def spent(work: Callable[[], object]) -> Spent:
    """What some work took. Programs that have not ended with it are not counted."""
    started, programs, own = time.monotonic(), _used(resource.RUSAGE_CHILDREN), time.process_time()
    work()
    return Spent(time.monotonic() - started, _used(resource.RUSAGE_CHILDREN) - programs, time.process_time() - own)


def in_turn(names: Iterable[str], number: int) -> list[str]:
    """The names, begun with another one each round: what comes first or last in a round is at an advantage, or not."""
    every = list(names)
    start = number % len(every)
    return every[start:] + every[:start]


def _used(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


Measured = Mapping[str, Sequence[Spent]]


class Bench:
    """One run of the benchmark, in a folder of its own and on a server with the seed of all repositories on it."""

    def __init__(self, folder: Path, server: Server, rounds: int) -> None:
        self._folder = folder
        self._server = server
        self._rounds = rounds
        self._names = (f"set{number}-" for number in count())

    # -- one source

    def one_source(self, size: int) -> dict[str, tuple[Spent, Spent]]:
        """Who backs it up → the first snapshot, into a repository that is made for it, and one with nothing new."""
        source = self._folder / "one" / "tree"
        tree(source, FILES, size, 0)
        site = site_of(self._folder / "one", {"one": source}, WORKERS)
        again = self._again(site, source)
        for take in again.values():
            take()
        taken: dict[str, list[tuple[Spent, Spent]]] = {who: [] for who in again}
        for number in range(self._rounds):
            first = self._first(site, source)
            for who in in_turn(again, number):
                taken[who].append((spent(first[who]), spent(again[who])))
        return {who: (Spent.median([a for a, _ in pairs]), Spent.median([b for _, b in pairs])) for who, pairs in taken.items()}

    def _first(self, site: Site, source: Path) -> dict[str, Callable[[], object]]:
        """Into repositories that are still to be made."""
        hand, muhtar = f"{next(self._names)}one", next(self._names)

        def bare() -> None:
            self._bare(hand, argv.init())
            self._bare(hand, self._backup_words("one", source))

        made = _Borgmatic(self._folder / next(self._names), source)
        return {BARE: bare, MUHTAR: lambda: self._muhtar(site, muhtar), BORGMATIC: made.first}

    def _again(self, site: Site, source: Path) -> dict[str, Callable[[], object]]:
        """Into repositories that are there, the two of restic with the same key: opening one takes as long as its maker chose."""
        hand, muhtar = f"{self._made(['one'])}one", self._made(["one"])
        found: dict[str, Callable[[], object]] = {
            BARE: lambda: self._bare(hand, self._backup_words("one", source)),
            MUHTAR: lambda: self._muhtar(site, muhtar),
        }
        if shutil.which("borgmatic") and shutil.which("borg"):
            made = _Borgmatic(self._folder / next(self._names), source)
            made.init()
            found[BORGMATIC] = made.create
        return found

    # -- many hosts

    def many_hosts(self, hosts: int, size: int) -> dict[str, Spent]:
        """Who backs them up → new data of all of them, into repositories that are there."""
        trees = self._trees("many", hosts, HOST_FILES, size)
        ways: dict[str, Callable[[str], object]] = {
            at_once(BARE, parallel): partial(self._by_hand, trees=trees, parallel=parallel) for parallel in PARALLEL
        }
        for workers in (WORKERS // 2, WORKERS):
            site = site_of(self._folder / f"many{workers}", trees, workers)
            ways[at_once(MUHTAR, workers)] = partial(self._muhtar, site)
        taken: dict[str, list[Spent]] = {who: [] for who in ways}
        for number in range(self._rounds):
            for who in in_turn(ways, number):
                taken[who].append(spent(partial(ways[who], self._made(trees))))
        return {who: Spent.median(rounds) for who, rounds in taken.items()}

    # -- very many with nothing new

    def nothing_new(self, hosts: int) -> dict[str, Spent]:
        """Who backs them up → what it took where nothing has changed since the snapshot before."""
        trees = self._trees("idle", hosts, IDLE_FILES, IDLE_SIZE)
        site = site_of(self._folder / "idle", trees, WORKERS)
        prefix = self._made(trees)
        places = list(self._muhtar(site, prefix).places.values())
        ways: dict[str, Callable[[], object]] = {
            MUHTAR: lambda: self._muhtar(site, prefix),
            REPLAY: lambda: _replay(places),
            BARE: lambda: self._by_hand(prefix, trees, WORKERS),
        }
        taken: dict[str, list[Spent]] = {who: [] for who in ways}
        for number in range(self._rounds):
            for who in in_turn(ways, number):
                taken[who].append(spent(ways[who]))
        return {who: Spent.median(rounds) for who, rounds in taken.items()}

    # -- what they share

    def _trees(self, name: str, hosts: int, files: int, size: int) -> dict[str, Path]:
        trees = {f"{name}{number:03d}": self._folder / name / "trees" / f"{number:03d}" for number in range(hosts)}
        for number, folder in enumerate(trees.values(), 1):
            tree(folder, files, size, number)
        return trees

    def _made(self, hosts: Iterable[str]) -> str:
        """Copies of one empty repository, one a host: making them takes a second each, and is no part of a night."""
        kept = self._server.repositories / USER
        if not (kept / "seed").exists():
            self._bare("seed", argv.init())
        prefix = next(self._names)
        for name in hosts:
            shutil.copytree(kept / "seed", kept / f"{prefix}{name}")
        return prefix

    def _muhtar(self, site: Site, prefix: str) -> Town:
        """backup.run over a whole site."""
        town = Town.read(site, self._server, self._folder / "cache" / prefix, prefix)
        # The history remembers the repository of the round before under the same name.
        report = backup(site, renew=True, progress=NoProgress(), plan=town, taken={}).build()
        bad = [outcome for outcome in report.outcomes if outcome.status is not Status.OK]
        if bad or len(report.outcomes) != len(town.jobs):
            raise AssertionError(f"{len(bad)} of {len(town.jobs)} were not backed up: {bad[:1]}")
        return town

    def _by_hand(self, prefix: str, trees: Mapping[str, Path], parallel: int) -> None:
        with ThreadPoolExecutor(parallel) as pool:
            list(pool.map(lambda item: self._bare(f"{prefix}{item[0]}", self._backup_words(*item)), trees.items()))

    @staticmethod
    def _backup_words(host: str, source: Path) -> list[str]:
        """The very words that Muhtar gives to restic."""
        return argv.patient(argv.backup_paths([str(source)], host=host, tags=runs.tags(SOURCE, "hand", 1)), 5)

    def _bare(self, name: str, words: Sequence[str]) -> None:
        prefix, _, host = name.partition("-")
        cache = self._folder / "cache" / f"{prefix}-" / host
        env = repository(self._server, name).environment(str(self._server.certificate), str(cache))
        _call([str(restic_binary()), *words], env)


def at_once(who: str, parallel: int) -> str:
    """What somebody at work on so many hosts at once is called."""
    return f"{who}, {parallel} at once"


def _replay(places: Sequence[Recorder]) -> None:
    """All restic calls of a run once more, bare: each host's one after the other, as many hosts at once."""

    def host(place: Recorder) -> None:
        for call in place.calls:
            if str(restic_binary()) in call.argv:
                _call([str(word) for word in call.argv], call.env)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(host, places))


def _call(words: Sequence[str], env: Mapping[str, str | Secret]) -> None:
    plain = {key: value.reveal() if isinstance(value, Secret) else value for key, value in env.items()}
    done = subprocess.run(
        words, env={**os.environ, **plain}, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    if done.returncode:
        raise AssertionError(f"{Path(words[0]).name} ended with {done.returncode}: {done.stderr[-2000:]}")


class _Borgmatic:
    """borgmatic with all that it keeps in one folder."""

    def __init__(self, folder: Path, source: Path) -> None:
        self._repository = folder / "borg"
        self._config = folder / "borgmatic.yml"
        self._env = {"BORG_BASE_DIR": str(folder), "HOME": str(folder), "BORG_PASSPHRASE": PASSWORD}
        config = {
            "location": {"source_directories": [str(source)], "repositories": [str(self._repository)]},
            "storage": {"archive_name_format": "one-{now:%Y-%m-%dT%H:%M:%S.%f}"},
        }
        write(self._config, yaml.safe_dump(config))

    def first(self) -> None:
        """Make the repository and take the first archive."""
        self.init()
        self.create()

    def init(self) -> None:
        """Make the repository."""
        _call(["borg", "init", "--encryption=repokey-blake2", str(self._repository)], self._env)

    def create(self) -> None:
        """Take an archive."""
        _call(["borgmatic", "--config", str(self._config), "create"], self._env)


# -- the tables


def one_source_table(size: int, found: Mapping[str, tuple[Spent, Spent]]) -> list[str]:
    """One source, as lines of a Markdown table."""
    lines = [
        f"| {size / MB:.0f} MB, {FILES} files | first, s | of bare | processor, s | nothing new, s | of bare | processor, s |",
        "| --- | --: | --: | --: | --: | --: | --: |",
    ]
    bare = found[BARE]
    for who, taken in found.items():
        cells = [
            cell
            for one, base in zip(taken, bare, strict=True)
            for cell in (f"{one.seconds:.2f}", f"{one.seconds / base.seconds:.2f}×", f"{one.processor:.2f}")
        ]
        lines.append(f"| {who} | {' | '.join(cells)} |")
    if BORGMATIC not in found:
        lines.append(f"| {BORGMATIC} | | | | | | {MISSING} |")
    return lines


def many_hosts_table(hosts: int, size: int, found: Mapping[str, Spent]) -> list[str]:
    """Many hosts, as lines of a Markdown table; the ratio is that of throughputs, to the best by hand."""
    lines = [
        f"| {hosts} hosts of {size / MB:.0f} MB | seconds | MB/s | processor, s | of the best by hand |",
        "| --- | --: | --: | --: | --: |",
    ]
    best = min(one.seconds for who, one in found.items() if who.startswith(BARE))
    for who, one in found.items():
        speed = hosts * size / MB / one.seconds
        lines.append(f"| {who} | {one.seconds:.1f} | {speed:.1f} | {one.processor:.1f} | {best / one.seconds:.2f}× |")
    return lines


def nothing_new_table(hosts: int, found: Mapping[str, Spent]) -> list[str]:
    """Hosts with nothing new, as lines of a Markdown table; the share is that of restic in Muhtar's time."""
    lines = [
        f"| {hosts} hosts, nothing new | seconds | of Muhtar's | restic's processor, s | Muhtar's own, s | restic's share |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for who, one in found.items():
        share = one.programs / one.processor
        lines.append(
            f"| {who} | {one.seconds:.1f} | {one.seconds / found[MUHTAR].seconds:.0%} | {one.programs:.1f} | {one.own:.1f} "
            f"| {share:.0%} |"
        )
    return lines


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=300, help="MB of the one source")
    parser.add_argument("--hosts", type=int, default=24, help="how many hosts with something new")
    parser.add_argument("--host-size", type=int, default=20, help="MB of each of them")
    parser.add_argument("--idle", type=int, default=200, help="how many hosts with nothing new")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="write the tables there as well")
    options = parser.parse_args()
    lines: list[str] = []

    def tell(table: Sequence[str]) -> None:
        lines.extend([*([""] if lines else []), *table])
        print("\n".join([*table, ""]), flush=True)

    with tempfile.TemporaryDirectory() as temporary, served(Path(temporary), USER, PASSWORD) as server:
        # The state folder has the programs; history and locks are the benchmark's own.
        os.environ["PATH"] = f"{server.programs}:{os.environ['PATH']}"
        os.environ["MUHTAR_HOME"] = str(Path(temporary) / "home")
        bench = Bench(Path(temporary), server, options.rounds)
        size, host_size = options.size * MB, options.host_size * MB
        tell(one_source_table(size, bench.one_source(size)))
        tell(many_hosts_table(options.hosts, host_size, bench.many_hosts(options.hosts, host_size)))
        tell(nothing_new_table(options.idle, bench.nothing_new(options.idle)))
    if options.keep:
        keep(options.keep, "Backups beside bare restic", ABOUT.format(**vars(options)), lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
