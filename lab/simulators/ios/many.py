"""`python3 -m lab.simulators.ios.many --count N`: one process that is N switches, each at a loopback address of its own.

For benchmarks: configurations of about 150 lines, files in memory, one host key and one password for all, an answer as late as
`--latency` says. It prints `ready` when all listen, and ends on SIGTERM or Ctrl-C.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import asyncssh

from lab.simulators.config_shell import complete, parse
from lab.simulators.config_tree import Tree
from lab.simulators.faults import Faults
from lab.simulators.flash import FlashError
from lab.simulators.ios.device import STARTUP, Device
from lab.simulators.ios.grammar import BASELINE, ios_grammar, physical
from lab.simulators.ios.server import IosServer
from lab.simulators.ios.settings import Settings
from lab.simulators.settings import SettingsError, read_secret
from lab.simulators.stopping import serve

__all__ = ["LIMIT", "ManyDevice", "MemoryFiles", "address", "name", "switches"]

LIMIT = 1000
_PORTS = 24
_NOWHERE = Path("/nonexistent")
_HEAD = """\
hostname base
username muhtar privilege 15 secret 9 $9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6
ip domain-name lab.example
archive
 path flash:archive
lldp run
ip scp server enable
file prompt quiet
snmp-server location town hall
ntp server 10.0.0.5
"""
_PORT = """\
interface GigabitEthernet0/{0}
 description desk {0}
 switchport access vlan 10
 switchport mode access
 spanning-tree portfast
"""


class MemoryFiles:
    """A flash that is gone with its process. Raises FlashError for a file that is not there."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[str, datetime]] = {}

    def exists(self, url: str) -> bool:
        """Whether there is such a file."""
        return _plain(url) in self._files

    def read(self, url: str) -> str:
        """The text of a file."""
        if not self.exists(url):
            raise FlashError(f"{url} (No such file or directory)")
        return self._files[_plain(url)][0]

    def write(self, url: str, text: str) -> None:
        """Put a file in place."""
        self._files[_plain(url)] = (text, datetime.now(UTC))

    def delete(self, url: str) -> None:
        """Remove a file."""
        self.read(url)
        del self._files[_plain(url)]

    def listing(self, drive: str) -> list[tuple[str, int, datetime]]:
        """Name, size in bytes and time of change (UTC) of each file of a drive."""
        own = ((url.partition(":"), entry) for url, entry in sorted(self._files.items()))
        return [(file, len(text.encode()), when) for (home, _, file), (text, when) in own if home == drive]


class ManyDevice(Device):
    """A switch that renders its configuration once for each change of it."""

    _shown: tuple[datetime, str] | None = None

    def text(self, tree: Tree) -> str:
        """A configuration as IOS writes it to a file."""
        if tree is not self.running:
            return super().text(tree)
        if self._shown is None or self._shown[0] != self.changed:
            self._shown = (self.changed, super().text(tree))
        return self._shown[1]


def name(number: int) -> str:
    """The host name of the switch with this number, counted from 0."""
    return f"bench-{number:04}"


def address(number: int) -> str:
    """The loopback address of the switch with this number: 127.1.0.1 to 127.1.3.250."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def switches(
    count: int,
    port: int,
    *,
    key: asyncssh.SSHKey,
    password: str,
    user: str = "muhtar",
    latency: float = 0.0,
    configurations: Sequence[str] = (),
) -> list[IosServer]:
    """So many switches, not yet started, each on `port` of its own address. Raises SettingsError for too many.

    `latency` is in seconds, before each answer. `configurations` are those of the switches, in their order, running and saved;
    without any all have one that differs in the host name alone.
    """
    if not 1 <= count <= LIMIT:
        raise SettingsError(f"count: must be 1 to {LIMIT}")
    if configurations and len(configurations) != count:
        raise SettingsError(f"there are {len(configurations)} configurations for {count} switches")
    base = _tree(_HEAD + "".join(_PORT.format(number) for number in range(1, _PORTS + 1)))
    faults = Faults(delay=latency)
    found = []
    for number in range(count):
        settings = Settings(
            name=name(number), host_key=_NOWHERE, password_file=_NOWHERE, initial_config=_NOWHERE, state=_NOWHERE,
            user=user, address=address(number), port=port, ports=_PORTS, faults=faults,
        )  # fmt: skip
        if configurations:
            running = _tree(configurations[number])
        else:
            running = base.copy()
            del running["hostname base"]
            running[f"hostname {settings.name}"] = None
        device = ManyDevice(settings, MemoryFiles(), running)
        device.flash.write(STARTUP, device.text(running))
        found.append(IosServer(device, key, password))
    return found


def _tree(text: str) -> Tree:
    """A configuration, complete as a switch has it."""
    grammar = ios_grammar(_PORTS)
    tree, errors = parse(text.splitlines(), grammar)
    if errors:
        raise SettingsError(f"the benchmark's configuration has a line that IOS would not take: {errors[0][0]}")
    return complete(tree, grammar, physical(_PORTS), BASELINE)


def _plain(url: str) -> str:
    """`flash:/x` and `flash:x` are one file."""
    drive, _, file = url.partition(":")
    return f"{drive}:{file.lstrip('/')}"


def main() -> int:
    """Run until told to stop. Exit code 0, or 1 where the options cannot be used."""
    parser = argparse.ArgumentParser(prog="python3 -m lab.simulators.ios.many", description=__doc__)
    parser.add_argument("--count", type=int, required=True, help=f"how many switches, up to {LIMIT}")
    parser.add_argument("--port", type=int, default=2022, help="port of each")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--host-key", type=Path, required=True, help="OpenSSH private key that all of them show")
    parser.add_argument("--password-file", type=Path, required=True, help="file whose first line is the password of `muhtar`")
    options = parser.parse_args()
    try:
        key = asyncssh.read_private_key(str(options.host_key))
        password = read_secret(options.password_file)
        servers = switches(options.count, options.port, key=key, password=password, latency=options.latency)
        asyncio.run(serve(servers, lambda: sys.stdout.write("ready\n") and sys.stdout.flush()))
    except (SettingsError, OSError, asyncssh.KeyImportError) as error:
        parser.exit(1, f"{error}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
