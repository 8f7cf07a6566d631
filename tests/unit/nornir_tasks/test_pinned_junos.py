"""A Junos device is spoken with only if it shows the pinned host key: against a NETCONF server of our own, on loopback.

The server knows no Junos: it proves how the session is opened and lost, by NAPALM's driver, PyEZ and ncclient as they are.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import jnpr.junos.device
import pytest
from napalm.base.exceptions import CommandTimeoutException, ConnectionClosedException, ConnectionException

from muhtar.inventory import Target
from muhtar.settings import Site
from nornir_tasks.connections.napalm import LOST, Plugin, options
from tests.support.town import lab_site

PASSWORD = "Uydurma-Parola-42"
END = "]]>]]>"
HELLO = (
    '<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><capabilities>'
    "<capability>urn:ietf:params:netconf:base:1.0</capability></capabilities><session-id>7</session-id></hello>"
)


class Netconf(asyncssh.SSHServer):
    """Says hello, answers every question but `<hang-up/>` with ok, and remembers who wanted to log in."""

    logins: list[str]

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        self.logins.append(username)
        return password == PASSWORD


async def answer(process: asyncssh.SSHServerProcess[str]) -> None:
    process.stdout.write(HELLO + END)
    await process.stdin.readuntil(END)
    while True:
        asked = await process.stdin.readuntil(END)
        if "hang-up" in asked:
            process.channel.get_connection().abort()
            return
        if "silence" in asked:
            continue
        number = re.search(r'message-id="([^"]*)"', asked)
        assert number is not None
        process.stdout.write(
            f'<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="{number[1]}"><ok/></rpc-reply>{END}'
        )


class Server:
    """A server in a thread of its own. `public` is its host key as known_hosts writes it."""

    def __init__(self) -> None:
        self.logins: list[str] = []
        key = asyncssh.generate_private_key("ssh-ed25519")
        self.public = key.export_public_key().decode().strip()
        factory = type("Own", (Netconf,), {"logins": self.logins})
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

        async def start() -> Any:
            return await asyncssh.create_server(factory, "127.0.0.1", 0, server_host_keys=[key], process_factory=answer)

        self._server = asyncio.run_coroutine_threadsafe(start(), self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    yield found
    found.stop()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site with pinned keys; its user's own home is empty."""
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    site = lab_site(tmp_path / "home", monkeypatch)
    (site.overlay / "ssh").mkdir()
    return site


def pin(site: Site, port: int, public: str) -> None:
    (site.overlay / "ssh" / "known_hosts").write_text(f"[127.0.0.1]:{port} {public}\n", encoding="utf-8")


def opened(site: Site, port: int, password: str = PASSWORD, **more: Any) -> Any:
    """The driver, open, as a task gets it."""
    where = {"muhtar_platform": "junos", "ansible_host": "127.0.0.1", "ansible_port": port, "ansible_user": "muhtar"}
    found = options(Target("mx1", (), {**where, "network_password": password, **more}), site)
    plugin = Plugin()
    plugin.open(found.hostname, found.username, found.password, found.port, found.platform, found.extras)
    return plugin


def test_the_pinned_key_opens_a_session(site: Site, server: Server) -> None:
    pin(site, server.port, server.public)
    plugin = opened(site, server.port)
    assert plugin.connection.is_alive() == {"is_alive": True}
    assert plugin.connection.device.execute("<get-nothing/>") is not None
    assert server.logins == ["muhtar"]
    plugin.close()


@pytest.mark.parametrize("shown", ["another key", "no key", "a key of another port"])
def test_another_key_ends_the_session_before_any_password_is_sent(shown: str, site: Site, server: Server) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    known = {"another key": (server.port, other), "no key": (1, other), "a key of another port": (server.port + 1, server.public)}
    pin(site, *known[shown])
    with pytest.raises(ConnectionException, match="its host key is not the pinned one"):
        opened(site, server.port)
    assert server.logins == []


def test_without_pinned_keys_the_users_own_count_and_he_has_none(site: Site, server: Server) -> None:
    with pytest.raises(ConnectionException):
        opened(site, server.port)
    assert server.logins == []


def test_a_refused_login_is_said_and_makes_the_device_unchecked(site: Site, server: Server) -> None:
    pin(site, server.port, server.public)
    with pytest.raises(LOST, match="the login is refused"):
        opened(site, server.port, "falsch")


def test_a_lost_session_is_known_as_one(site: Site, server: Server) -> None:
    pin(site, server.port, server.public)
    plugin = opened(site, server.port)
    with pytest.raises(ConnectionClosedException):
        plugin.connection.device.execute("<hang-up/>")
    plugin.close()


def test_a_silent_device_is_known_as_one(site: Site, server: Server) -> None:
    pin(site, server.port, server.public)
    plugin = opened(site, server.port, network_timeout=1)
    with pytest.raises(CommandTimeoutException):
        plugin.connection.device.execute("<silence/>")
    plugin.close()


def test_nobody_listens(site: Site, server: Server) -> None:
    server.stop()
    pin(site, server.port, server.public)
    with pytest.raises(ConnectionException, match="Could not open socket"):
        opened(site, server.port)


def test_telnet_is_not_spoken(site: Site) -> None:
    """PyEZ would, at port 23, and send the password in the clear."""
    with pytest.raises(ConnectionException, match="Telnet"):
        opened(site, 23)


def test_what_ncclient_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The site's own OpenSSH configuration counts, but not its known hosts."""
    told: dict[str, Any] = {}

    def connect(**given: Any) -> Any:
        told.update(given, text=Path(given["ssh_config"]).read_text(encoding="utf-8"))
        raise ConnectionRefusedError

    monkeypatch.setattr(jnpr.junos.device.netconf_ssh, "connect", connect)
    (site.overlay / "ssh" / "config").write_text("UserKnownHostsFile /dev/null\nIdentityFile /keys/muhtar\n", encoding="utf-8")
    pin(site, 830, "ssh-ed25519 AAAA")
    with pytest.raises(ConnectionException):
        opened(site, 830)
    own = site.overlay / "ssh" / "pinned" / "mx1" / "known_hosts"
    assert told["hostkey_verify"] is True
    assert told["text"].splitlines() == [
        f'UserKnownHostsFile "{own}"',
        "UserKnownHostsFile /dev/null",
        "IdentityFile /keys/muhtar",
    ]
    assert own.read_text(encoding="utf-8") == "[127.0.0.1]:830 ssh-ed25519 AAAA\n"
