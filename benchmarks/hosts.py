"""A town of made-up servers for benchmarks: trees of files on this machine, which plays every host, and their policy."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from benchmarks.repository import ADDRESS, Server
from benchmarks.switches import SITE, write
from muhtar.backup.plan import Job, Plan
from muhtar.backup.policy import Kept
from muhtar.backup.sources.base import Machine
from muhtar.doors.restic import Here, Look, Place, Repository, Restic, Servers
from muhtar.doors.restic.place import Call, Environment
from muhtar.doors.tools import restic_binary
from muhtar.secrets import Secret
from muhtar.settings import Site
from nornir_tasks.get_configs import Configs

__all__ = ["PASSWORD", "SOURCE", "USER", "Recorder", "Town", "repository", "site_of", "tree"]

USER, PASSWORD = "muhtar", "of-the-benchmark-only"
SOURCE = "content"
# Files of one folder; and of what cannot be compressed, every second one.
_FOLDER = 100
_LINE = 64


def tree(folder: Path, files: int, size: int, seed: int) -> None:
    """Write so many files of `size` bytes in all: every second one random, the others text that compresses to about a third."""
    made = random.Random(seed)
    each = size // files
    for number in range(files):
        path = folder / f"{number // _FOLDER:03d}" / f"{number:06d}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made.randbytes(each) if number % 2 else _text(made, each))


def _text(made: random.Random, size: int) -> bytes:
    words = [made.randbytes(8).hex() for _ in range(size // _LINE + 1)]
    return "".join(f"2026-11-26 bench.example nginx: GET /{word}/index.html 200\n"[:_LINE] for word in words).encode()[:size]


@dataclass(frozen=True)
class Recorder(Place):
    """This machine as one host; `calls` is what Muhtar has started there, in its order."""

    name: str
    calls: list[Call] = field(default_factory=list)

    def call(self, argv: Sequence[str], env: Environment, stdin: bytes | None) -> Call:
        """Just so, and remembered."""
        found = Here().call(argv, env, stdin)
        self.calls.append(found)
        return found


def repository(server: Server, name: str) -> Repository:
    """A repository on the benchmark's server, all of one user."""
    password = Secret(PASSWORD)
    return Repository(f"rest:https://{ADDRESS}:{server.port}/{USER}/{name}/", password, USER, password)


def site_of(folder: Path, trees: Mapping[str, Path], workers: int) -> Site:
    """Write a site whose hosts have one source each, the tree of that name; so many of them are backed up at once."""
    site = Site(SITE, root=folder)
    write(site.path / "settings.yml", yaml.safe_dump({"workers": workers}))
    groups = {"servers": {"hosts": dict.fromkeys(trees)}, "backup": {"hosts": {"bak1": None}}}
    write(site.hosts_file, yaml.safe_dump({"all": {"children": groups}}))
    sources = {name: [{"name": SOURCE, "kind": "files", "paths": [str(path)]}] for name, path in trees.items()}
    policy = {
        "repositories": {"main": {"server": "bak1", "passwords": "vault_repo", "user_passwords": "vault_http"}},
        "repository": "main",
        "rpo_hours": 26,
        "groups": {"servers": {"sources": next(iter(sources.values()))}},
        # A host's own entry takes the place of its group's: each has a tree of its own.
        "hosts": {name: {"sources": own} for name, own in sources.items()},
        "exempt": {"backup": "it keeps the repositories of the others"},
    }
    write(site.register("backup"), yaml.safe_dump(policy))
    return site


class Town(Plan):
    """A plan whose hosts are all this machine, with repositories on the benchmark's server."""

    server: Server
    cache: Path
    prefix: str
    places: dict[str, Recorder]
    servers: Servers

    @classmethod
    def read(cls, site: Site, server: Server, cache: Path, prefix: str = "") -> Town:
        """Read the site. Each host has a cache below `cache`, and a repository of its name after `prefix`."""
        found = cls.make(site)
        assert isinstance(found, cls)
        found.server, found.cache, found.prefix = server, cache, prefix
        found.servers = Servers(str(server.certificate))
        found.places = {job.name: Recorder(job.name) for job in found.jobs}
        return found

    def machine(self, job: Job, configs: Callable[[], Configs] | None = None) -> Machine:
        """This machine plays the host."""
        return Machine(job.name, self.places[job.name], configs)

    def restic(self, job: Job, where: str, kept: Kept | None = None) -> Restic:
        """restic on this machine."""
        del where, kept
        return Restic(
            self.places[job.name],
            repository(self.server, f"{self.prefix}{job.name}"),
            binary=str(restic_binary()),
            cacert=str(self.server.certificate),
            cache=str(self.cache / job.name),
        )

    def look(self, job: Job) -> Look:
        """The repository's files, by way of its server."""
        return Look(repository(self.server, f"{self.prefix}{job.name}"), self.servers)
