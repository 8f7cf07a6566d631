"""The SSH session against a real SSH server on loopback: host keys, logins, exit codes, streams, silence."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import pytest
from napalm.base.exceptions import (
    CommandErrorException,
    CommandTimeoutException,
    ConnectAuthError,
    ConnectionClosedException,
    ConnectionException,
)

from napalm_frr.options import SSHOptions
from napalm_frr.transport import Transport

PASSWORD = "Dogru-Parola-1"
MEGABYTES = 4 * 1024 * 1024


class _Accounts(asyncssh.SSHServer):
    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("muhtar", PASSWORD)


async def _command(process: asyncssh.SSHServerProcess[str]) -> None:
    match process.command:
        case "echo":
            process.stdout.write(await process.stdin.read())
            process.exit(0)
        case "flood":
            process.stderr.write("e" * MEGABYTES)
            process.stdout.write("o" * MEGABYTES)
            process.exit(0)
        case "hang":
            await asyncio.sleep(30)
        case "slow":
            await asyncio.sleep(2.5)
            process.exit(0)
        case "drop":
            process.channel.get_connection().abort()
        case _:
            process.stderr.write("no such thing\n")
            process.exit(7)


@dataclass
class Server:
    port: int
    known_hosts: Path
    key: asyncssh.SSHKey

    def options(self, **more: object) -> SSHOptions:
        return SSHOptions.resolve("127.0.0.1", "muhtar", {"port": self.port, "known_hosts": str(self.known_hosts), **more})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    key = asyncssh.generate_private_key("ssh-ed25519")
    loop = asyncio.new_event_loop()
    listening = loop.run_until_complete(
        asyncssh.listen("127.0.0.1", 0, server_factory=_Accounts, server_host_keys=[key], process_factory=_command)
    )
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    port = listening.get_port()
    known = tmp_path_factory.mktemp("ssh") / "known_hosts"
    known.write_text(f"[127.0.0.1]:{port} {key.export_public_key().decode()}")
    yield Server(port, known, key)
    loop.call_soon_threadsafe(listening.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)


@pytest.fixture
def transport(server: Server) -> Iterator[Transport]:
    found = Transport(server.options(), PASSWORD, 5)
    found.open()
    yield found
    found.close()


def test_input_output_and_exit_code(transport: Transport) -> None:
    ran = transport.run("echo", stdin="ğüşiöç\n")
    assert (ran.code, ran.out, ran.err) == (0, "ğüşiöç\n", "")


def test_both_streams_full_at_once_do_not_block(transport: Transport) -> None:
    ran = transport.run("flood")
    assert (len(ran.out), len(ran.err)) == (MEGABYTES, MEGABYTES)


def test_a_failing_command_says_why(transport: Transport) -> None:
    with pytest.raises(CommandErrorException, match="code 7: no such thing"):
        transport.run("nosuch")
    assert transport.run("nosuch", check=False).code == 7


def test_silence_is_a_timeout(server: Server) -> None:
    found = Transport(server.options(), PASSWORD, 1)
    found.open()
    with contextlib.closing(found), pytest.raises(CommandTimeoutException, match="1 s"):
        found.run("hang")
    assert not found.is_open, "a session in an unknown state must not be used again"


def test_a_slow_command_may_be_given_more_time(server: Server) -> None:
    found = Transport(server.options(), PASSWORD, 1)
    found.open()
    with contextlib.closing(found):
        assert found.run("slow", patience=20).code == 0


def test_a_broken_connection_is_told_as_such(transport: Transport) -> None:
    with pytest.raises(ConnectionClosedException):
        transport.run("drop")
    assert not transport.is_open


def test_a_wrong_password_is_refused(server: Server) -> None:
    with pytest.raises(ConnectAuthError, match="muhtar was refused"):
        Transport(server.options(), "yanlis", 5).open()


def test_an_unknown_host_key_is_refused_by_default(server: Server, tmp_path: Path) -> None:
    empty = tmp_path / "known_hosts"
    empty.touch()
    with pytest.raises(ConnectionException, match="not in known_hosts"):
        Transport(server.options(known_hosts=str(empty)), PASSWORD, 5).open()


def test_a_changed_host_key_is_refused_even_where_new_ones_are_taken(server: Server, tmp_path: Path) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519")
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{server.port} {other.export_public_key().decode()}")
    with pytest.raises(ConnectionException, match="not the pinned one"):
        Transport(server.options(known_hosts=str(known), auto_add_host_keys=True), PASSWORD, 5).open()


def test_a_host_key_pinned_under_an_alias(server: Server, tmp_path: Path) -> None:
    known = tmp_path / "known_hosts"
    known.write_text(f"edge-1 {server.key.export_public_key().decode()}")
    found = Transport(server.options(known_hosts=str(known), host_key_alias="edge-1"), PASSWORD, 5)
    found.open()
    found.close()


def test_nobody_listens(server: Server) -> None:
    with pytest.raises(ConnectionException, match="cannot be reached"):
        Transport(server.options(port=1), PASSWORD, 2).open()


def test_known_hosts_that_cannot_be_read(server: Server, tmp_path: Path) -> None:
    with pytest.raises(ConnectionException, match="known_hosts"):
        Transport(server.options(known_hosts=str(tmp_path / "nosuch")), PASSWORD, 2).open()
