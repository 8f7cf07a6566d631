"""Many switches in one process: each its own, all of them writable, one key."""

from __future__ import annotations

import asyncio
import time

import asyncssh
import pytest

from lab.simulators.flash import FlashError
from lab.simulators.ios.many import MemoryFiles, address, name, switches
from lab.simulators.settings import SettingsError

PORT = 2122


async def read(number: int, known: str) -> str:
    pinned = asyncssh.import_known_hosts(f"[{address(number)}]:{PORT} {known}")
    async with asyncssh.connect(
        address(number), PORT, username="muhtar", password="pw", known_hosts=pinned, config=None, client_keys=None
    ) as connection:
        return str((await connection.run("show running-config")).stdout)


def test_each_is_a_switch_of_its_own_and_answers_late() -> None:
    async def look() -> tuple[list[str], float]:
        key = asyncssh.generate_private_key("ssh-ed25519")
        servers = switches(3, PORT, key=key, password="pw", latency=0.3)
        for server in servers:
            await server.start()
        started = time.monotonic()
        try:
            known = key.export_public_key().decode()
            return list(await asyncio.gather(*(read(number, known) for number in range(3)))), time.monotonic() - started
        finally:
            for server in servers:
                await server.close()

    texts, seconds = asyncio.run(look())
    assert seconds >= 0.3
    for number, text in enumerate(texts):
        assert f"hostname {name(number)}" in text
        assert "interface GigabitEthernet0/24" in text
        assert text.replace("\r", "").rstrip().endswith("end")


def test_a_change_on_one_is_seen_there_and_nowhere_else() -> None:
    one, other = (server.device for server in switches(2, PORT, key=asyncssh.generate_private_key("ssh-ed25519"), password="pw"))
    before = other.text(other.running)
    assert one.text(one.running) == one.text(one.running)
    one.running["ntp server 10.0.0.9"] = None
    one.touch("somebody")
    assert "ntp server 10.0.0.9" in one.text(one.running)
    assert other.text(other.running) == before


def test_each_may_run_a_configuration_of_its_own() -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    own = ["hostname a\nntp server 10.0.0.7\n", "hostname b\n"]
    one, other = (server.device for server in switches(2, PORT, key=key, password="pw", configurations=own))
    assert (one.hostname, other.hostname) == ("a", "b")
    assert "ntp server 10.0.0.7" in one.flash.read("nvram:startup-config")
    assert "ntp server" not in other.text(other.running)
    with pytest.raises(SettingsError, match="1 configurations for 2 switches"):
        switches(2, PORT, key=key, password="pw", configurations=own[:1])
    with pytest.raises(SettingsError, match="hostnam a"):
        switches(1, PORT, key=key, password="pw", configurations=["hostnam a"])


def test_files_in_memory() -> None:
    files = MemoryFiles()
    files.write("flash:/x", "abc")
    assert (files.read("flash:x"), [entry[:2] for entry in files.listing("flash")]) == ("abc", [("x", 3)])
    files.delete("flash:x")
    with pytest.raises(FlashError):
        files.read("flash:x")


@pytest.mark.parametrize("count", [0, 1001])
def test_there_is_a_limit(count: int) -> None:
    with pytest.raises(SettingsError, match="1 to 1000"):
        switches(count, PORT, key=asyncssh.generate_private_key("ssh-ed25519"), password="pw")
