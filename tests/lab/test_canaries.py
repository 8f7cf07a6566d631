"""Every vaulted value of the lab is a canary: none may stand in argv, logs, reports, history, container settings or git."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from muhtar.settings import ROOT, Site, home

pytestmark = pytest.mark.lab

# Where a secret may be: the vault's own password, the client key and what a kept restore would hold.
ALLOWED = {"vault-password", "id_ed25519"}


def leaves(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, str):
        # A key of several lines leaks with any one of its lines.
        yield from (line for line in value.splitlines() if len(line) >= 12 and not line.startswith("-----"))


@pytest.fixture(scope="module")
def canaries() -> list[bytes]:
    site = Site.open("lab")
    found: set[str] = set()
    for vault in site.overlay.rglob("vault.yml"):
        shown = subprocess.run(
            ["ansible-vault", "view", "--vault-password-file", str(site.vault_password_file), str(vault)],
            capture_output=True,
            text=True,
            check=True,
        )
        import yaml

        found.update(leaves(yaml.safe_load(shown.stdout)))
    assert len(found) >= 10
    return [value.encode() for value in found]


def written(path: Path) -> bytes:
    """What is in a file. A database that this process has open is read by another one.

    Whoever closes a file loses all of its process's locks on it (POSIX): SQLite would then take the database for unused.
    """
    if path.name.startswith("history.db"):
        return subprocess.run(["cat", path], capture_output=True, check=True).stdout
    return path.read_bytes()


def test_nothing_that_was_written_holds_a_secret(canaries: list[bytes]) -> None:
    searched = 0
    hits = []
    skipped = {home() / "venv", home() / "tools"}
    for path in home().rglob("*"):
        if not path.is_file() or path.is_symlink() or path.name in ALLOWED or any(part in skipped for part in path.parents):
            continue
        data = written(path)
        searched += 1
        hits += [str(path) for canary in canaries if canary in data]
    assert searched > 20
    assert not hits, sorted(set(hits))


def test_git_holds_no_secret(canaries: list[bytes]) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [name for name in listed.split("\0") if name]
    assert not [name for name in names if (ROOT / name).is_file() and any(c in (ROOT / name).read_bytes() for c in canaries)]


def test_container_settings_hold_no_secret(canaries: list[bytes]) -> None:
    ids = subprocess.run(["podman", "ps", "-q"], capture_output=True, text=True, check=True).stdout.split()
    assert ids
    shown = subprocess.run(["podman", "inspect", *ids], capture_output=True, check=True).stdout
    assert json.loads(shown)
    assert not [1 for canary in canaries if canary in shown]


class Watcher(threading.Thread):
    """Reads every process's argv, on this machine and in its containers, as fast as it can."""

    def __init__(self, canaries: list[bytes]) -> None:
        super().__init__(daemon=True)
        self.canaries = canaries
        self.stop = threading.Event()
        self.hits: set[str] = set()
        self.seen: set[bytes] = set()

    def run(self) -> None:
        while not self.stop.wait(0.01):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    argv = path.read_bytes()
                except OSError:
                    continue
                if argv and argv not in self.seen:
                    self.seen.add(argv)
                    self.hits |= {argv.replace(b"\0", b" ").decode(errors="replace")[:300] for c in self.canaries if c in argv}


@pytest.mark.parametrize(
    "command", [["backup.run"], ["drift.check"], ["provision", "--apply", "--limit", "web1,bak1"]], ids="-".join
)
def test_no_secret_in_any_argv(command: list[str], canaries: list[bytes]) -> None:
    watcher = Watcher(canaries)
    watcher.start()
    try:
        done = subprocess.run([sys.executable, "-m", "muhtar", *command], cwd=ROOT, capture_output=True, timeout=600, check=False)
    finally:
        watcher.stop.set()
        watcher.join()
    printed = done.stdout + done.stderr
    assert done.returncode == 0, printed.decode()[-3000:]
    assert len(watcher.seen) > 20
    assert not watcher.hits
    assert not [1 for canary in canaries if canary in printed]
