"""A restic REST server on loopback, as role backup_server sets one up: TLS, one user, append-only, a folder a user."""

from __future__ import annotations

import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import bcrypt

from benchmarks.switches import write
from muhtar.doors.process import run
from muhtar.doors.tools import download, restic_binary
from muhtar.errors import DoorError
from muhtar.settings import home, locked

__all__ = ["ADDRESS", "Server", "served"]

ADDRESS = "127.0.0.1"


@dataclass(frozen=True)
class Server:
    """Where it listens, its certificate, the folder that has a new enough restic, and where it keeps the users' folders."""

    port: int
    certificate: Path
    programs: Path
    repositories: Path


@contextmanager
def served(folder: Path, user: str, password: str) -> Iterator[Server]:
    """Serve an empty repository folder below `folder` while the block runs. Raises DoorError where the server cannot be had."""
    key, certificate, users = folder / "tls.key", folder / "tls.crt", folder / "users"
    run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=bench", "-addext", f"subjectAltName=IP:{ADDRESS}", "-keyout", key, "-out", certificate,
        ]
    )  # fmt: skip
    write(users, f"{user}:{bcrypt.hashpw(password.encode(), bcrypt.gensalt(8)).decode()}\n", 0o600)
    repositories = folder / f"repositories-{secrets.token_hex(4)}"
    with socket.create_server((ADDRESS, 0)) as free:
        port = free.getsockname()[1]
    child = subprocess.Popen(
        [
            _binary(), "--listen", f"{ADDRESS}:{port}", "--path", repositories,
            "--tls", "--tls-cert", certificate, "--tls-key", key, "--htpasswd-file", users, "--private-repos", "--append-only",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(port, child)
        yield Server(port, certificate, restic_binary().parent, repositories)
    finally:
        child.terminate()
        child.wait(10)


def _wait(port: int, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection((ADDRESS, port), 1).close()
        except OSError as error:
            if child.poll() is not None or time.monotonic() > deadline:
                raise DoorError("the repository server does not start") from error
            time.sleep(0.1)
        else:
            return


def _binary() -> Path:
    """The server of Debian's trixie, fetched once into the state folder."""
    kept = home() / "tools" / "rest-server"
    with locked("tools-rest-server", wait=300):
        if not kept.is_file():
            kept.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".rest-server.", dir=kept.parent) as scratch:
                package = download("restic-rest-server", Path(scratch))
                run(["dpkg-deb", "-x", package, Path(scratch) / "root"])
                found = next(
                    path
                    for path in (Path(scratch) / "root").rglob("*rest-server")
                    if path.is_file() and path.parent.name in ("bin", "sbin")
                )
                found.replace(kept)
    return kept
