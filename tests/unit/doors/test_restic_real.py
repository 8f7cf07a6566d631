"""The door with a real restic, on a repository in a folder. Left out where no restic of 0.18 is here yet."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from pathlib import Path

import pytest

from muhtar.doors.restic import (
    Here,
    NoRepositoryError,
    Repository,
    RepositoryUnreachableError,
    Restic,
    ResticFailedError,
    WrongPasswordError,
)
from muhtar.errors import DoorError, MuhtarError, UsageError
from muhtar.secrets import Secret
from tests.support.simulated_switch import certificate

CANARY = "canary-of-the-repository"


@pytest.fixture
def restic(binary: str, tmp_path: Path) -> Restic:
    repository = Repository(str(tmp_path / "repository"), Secret(CANARY))
    return Restic(Here(), repository, binary=binary, cache=str(tmp_path / "cache"))


def test_round_trip(restic: Restic, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a").write_text("content")
    with pytest.raises(NoRepositoryError):
        restic.snapshots()
    restic.init()
    taken = restic.backup_paths([str(source)], host="web1", tags=["muhtar", "run:1"], seconds=60)
    assert (taken.summary.files, taken.summary.bytes, taken.unread) == (1, 7, ())
    (shot,) = restic.snapshots(["run:1"])
    assert (shot.id, shot.host, shot.files, shot.tag("run")) == (taken.summary.snapshot, "web1", 1, "1")
    restic.restore(shot.id, str(tmp_path / "back"), seconds=60)
    assert (tmp_path / "back" / source.relative_to("/") / "a").read_text() == "content"


def test_bytes_come_back_as_they_were(restic: Restic, tmp_path: Path) -> None:
    restic.init()
    data = "hostname r1\n!\r\n ğüşiöç\n".encode() + "Müdürlük\n".encode("latin-1")
    taken = restic.backup_bytes(data, name="running-config", host="r1", tags=["muhtar"])
    restic.restore(taken.summary.snapshot, str(tmp_path / "back"), seconds=60)
    assert (tmp_path / "back" / "running-config").read_bytes() == data


def test_a_dump_that_fails_fails_the_backup(restic: Restic) -> None:
    restic.init()
    with pytest.raises(ResticFailedError):
        restic.backup_output(["sh", "-c", "echo half; exit 3"], name="x.sql", host="db1", tags=["muhtar"], seconds=60)
    assert restic.snapshots() == []


def test_an_empty_dump_is_told(restic: Restic) -> None:
    restic.init()
    taken = restic.backup_output(["true"], name="x.sql", host="db1", tags=["muhtar"], seconds=60)
    assert taken.unread
    assert taken.summary.files == 0


def test_no_secret_in_any_argv_nor_in_the_dumps_environment(restic: Restic, tmp_path: Path) -> None:
    restic.init()
    # The dump is a list of everything that any process of this machine shows, and the dump's own environment.
    script = "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; echo; echo end-of-argv; env"
    taken = restic.backup_output(["sh", "-c", script], name="seen", host="db1", tags=["muhtar"], seconds=60)
    restic.restore(taken.summary.snapshot, str(tmp_path / "back"), seconds=60)
    seen = (tmp_path / "back" / "seen").read_text(errors="replace")
    assert "end-of-argv" in seen
    assert "--stdin-from-command" in seen  # restic itself was in the list
    assert CANARY not in seen


def test_wrong_password(restic: Restic, tmp_path: Path, binary: str) -> None:
    restic.init()
    other = Restic(Here(), Repository(str(tmp_path / "repository"), Secret("another-password")), binary=binary)
    with pytest.raises(WrongPasswordError) as caught:
        other.snapshots()
    assert "another-password" not in str(caught.value)


def test_a_server_that_is_down_is_unreachable_soon(binary: str) -> None:
    # Port 9 of loopback: nothing listens there.
    repository = Repository("rest:https://127.0.0.1:9/web1/", Secret(CANARY), "web1", Secret("user-password"))
    with pytest.raises(RepositoryUnreachableError) as caught:
        Restic(Here(), repository, binary=binary).snapshots(seconds=3)
    assert "connection refused" in str(caught.value)
    assert "user-password" not in str(caught.value)


def test_a_long_call_to_a_server_that_is_down_ends_soon_as_well(binary: str) -> None:
    repository = Repository("rest:https://127.0.0.1:9/web1/", Secret(CANARY), "web1", Secret("user-password"))
    started = time.monotonic()
    with pytest.raises(RepositoryUnreachableError, match=r"does not answer this machine: .*127\.0\.0\.1:9: no answer"):
        Restic(Here(), repository, binary=binary).backup_bytes(b"x", name="x", host="web1", tags=["muhtar"])
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    ("trusted", "error", "said"),
    [(False, DoorError, "does not trust the repository server's certificate"), (None, RepositoryUnreachableError, "timed out")],
)
def test_a_long_call_to_a_stranger_or_to_who_says_nothing_ends_soon(
    trusted: bool | None, error: type[MuhtarError], said: str, binary: str, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        if trusted is False:
            certificate(tmp_path, "stranger", None)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tmp_path / "stranger.crt", tmp_path / "stranger.key")
            threading.Thread(target=_greet, args=(context, server), daemon=True).start()
        url = f"rest:https://127.0.0.1:{server.getsockname()[1]}/web1/"
        repository = Repository(url, Secret(CANARY), "web1", Secret("user-password"))
        started = time.monotonic()
        with pytest.raises(error, match=said):
            Restic(Here(), repository, binary=binary).backup_bytes(b"x", name="x", host="web1", tags=["muhtar"])
        assert time.monotonic() - started < 20


def _greet(context: ssl.SSLContext, server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        context.wrap_socket(server.accept()[0], server_side=True)


def test_a_backup_beyond_its_time_ends(restic: Restic) -> None:
    restic.init()
    with pytest.raises(MuhtarError, match="did not end within 3 s"):
        restic.backup_output(["sleep", "60"], name="x", host="db1", tags=["muhtar"], seconds=3)


def test_credentials_are_no_part_of_an_address() -> None:
    with pytest.raises(UsageError):
        Repository("rest:https://web1:secret@bak1:8000/web1/", Secret(CANARY))
