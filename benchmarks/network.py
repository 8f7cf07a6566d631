"""How long N IOS devices take to be read, by four readers against the same simulated devices in one run.

Prints seconds, devices a second and each reader's ratio to Muhtar; `--keep` writes the same to a file. Every reader is a program
of its own, started fresh: raw asyncssh (the floor: one connection and one command a device), Muhtar's fleet with its reader for
IOS, Ansible's `ios_command`, and RANCID where it is installed (it asks some eighty commands of each device, as always).
The slow ones read fewer devices (`--few`) and are compared by devices a second. The simulators share the cores with the readers.
The ratio is what counts: seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import asyncssh
import yaml

from benchmarks.kept import keep
from benchmarks.switches import PASSWORD, PORT, SITE, USER, address, name, simulated, town, write
from muhtar.doors.process import run

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "show running-config"
PARALLEL = 50
RANCID = Path("/usr/lib/rancid/bin/rancid")
# PAR_COUNT of an installation that nobody has tuned.
RANCID_AT_ONCE = 5
ABOUT = """\
`./inv bench.network --devices {devices} --few {few} --rounds {rounds} --keep`: medians of {rounds}, the readers taking turns,
{latency:g} s before each answer. Each reader is a program started fresh, and its start counts; Ansible reads with 20 forks, the
others {parallel} devices at a time, RANCID also so many as it does where nobody has tuned it. The devices are simulators
(`lab/simulators/ios/many.py`) on the same cores; what each reader does is said in `benchmarks/network.py`. The ratios count,
not the seconds.
"""


def _for_the_others(folder: Path, site: Path) -> None:
    """What Ansible and RANCID must know."""
    network_cli = {
        "ansible_connection": "ansible.netcommon.network_cli",
        "ansible_network_os": "cisco.ios.ios",
        "ansible_network_cli_ssh_type": "paramiko",
    }
    write(site / "group_vars" / "network" / "ansible.yml", yaml.safe_dump(network_cli))
    # expect's clogin, which RANCID logs in with, takes one word as its ssh; that must neither ask about keys nor keep them.
    ssh = folder / "rancid-home" / "ssh"
    write(ssh, '#!/bin/sh\nexec ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "$@"\n', 0o755)
    clogin = [f"add user * {USER}", f"add password * {PASSWORD} {PASSWORD}", f"add method * {{ssh:{PORT}}}", "add autoenable * 1"]
    write(folder / "rancid-home" / ".cloginrc", "\n".join([*clogin, f"add sshcmd * {{{ssh}}}", ""]), 0o600)


# -- the readers; the first two are run as `network.py --reader NAME` in a process of their own


async def _floor(folder: Path, count: int) -> None:
    known = asyncssh.read_known_hosts(str(folder / "home" / "sites" / SITE / "ssh" / "known_hosts"))
    free = asyncio.Semaphore(PARALLEL)

    async def read(number: int) -> None:
        async with (
            free,
            asyncssh.connect(
                address(number), PORT, username=USER, password=PASSWORD, known_hosts=known, config=None, client_keys=None
            ) as connection,
        ):
            done = await connection.run(COMMAND, check=True)
            _judge(number, str(done.stdout))

    await asyncio.gather(*(read(number) for number in range(count)))


def _muhtar(folder: Path, count: int) -> None:
    from muhtar.doors.fleet import run_fleet
    from muhtar.inventory import Inventory
    from muhtar.settings import Site
    from nornir_tasks.get_configs import get_configs

    inventory = Inventory.load(Site(SITE, root=folder))
    targets = inventory.select()[:count]
    found = run_fleet(inventory, targets, get_configs, name="read", workers=PARALLEL, startup=False)
    for number in range(count):
        result = found[name(number)]
        _judge(number, result.result.running.decode() if result.error is None else "", result.why)


def _judge(number: int, text: str, why: str = "") -> None:
    if f"hostname {name(number)}" not in text:
        raise AssertionError(f"{name(number)} was not read: {why or text[:200]}")


def _own(reader: str) -> Callable[[Path, int], None]:
    def start(folder: Path, count: int) -> None:
        run(
            [sys.executable, Path(__file__), "--reader", reader, "--folder", folder, "--devices", str(count)],
            env={"PYTHONPATH": str(ROOT), "MUHTAR_HOME": str(folder / "home")},
            timeout=1800,
        )

    return start


def _ansible(folder: Path, count: int) -> None:
    hosts = folder / "inventories" / SITE / "hosts.yml"
    done = run(
        [
            Path(sys.executable).parent / "ansible", f"all[0:{count - 1}]", "-i", hosts, "--forks", "20",
            "-m", "cisco.ios.ios_command", "-a", f"commands='{COMMAND}'",
        ],
        # Its paramiko reads the user's known hosts alone, so it is let off looking.
        env={"ANSIBLE_HOST_KEY_CHECKING": "False", "ANSIBLE_PARAMIKO_RECORD_HOST_KEYS": "False", "ANSIBLE_NOCOLOR": "1"},
        cwd=folder,
        timeout=1800,
    )  # fmt: skip
    if done.stdout.count("| SUCCESS") != count:
        raise AssertionError(done.stdout[-2000:])


def _rancid(folder: Path, count: int, *, at_once: int) -> None:
    place = Path(tempfile.mkdtemp(dir=folder))
    environment = {"HOME": str(folder / "rancid-home"), "PATH": f"{RANCID.parent}:{os.environ['PATH']}"}

    def read(number: int) -> None:
        run([RANCID, "-t", "cisco", address(number)], env=environment, cwd=place, timeout=600)
        _judge(number, (place / f"{address(number)}.new").read_text(encoding="utf-8"))

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(read, range(count)))


# -- measuring


@dataclass(frozen=True)
class Row:
    """A reader, how many devices it read, and the medians of its seconds and of its processor seconds."""

    reader: str
    devices: int
    seconds: float
    processor: float

    @property
    def speed(self) -> float:
        """Devices a second."""
        return self.devices / self.seconds


def measure(folder: Path, devices: int, few: int, rounds: int) -> list[Row]:
    """One row a reader; the readers take turns."""
    readers: list[tuple[str, int, Callable[[Path, int], None]]] = [
        ("raw asyncssh (floor)", devices, _own("floor")),
        ("Muhtar's fleet", devices, _own("muhtar")),
        ("ansible ios_command", min(few, devices), _ansible),
    ]
    if RANCID.is_file() and shutil.which("expect"):
        readers += [
            (f"RANCID, {number} at once", min(few, devices), partial(_rancid, at_once=number))
            for number in (PARALLEL, RANCID_AT_ONCE)
        ]
    taken: dict[str, list[tuple[float, float]]] = {reader: [] for reader, _, _ in readers}
    for _ in range(rounds):
        for reader, count, read in readers:
            started, spent = time.monotonic(), _spent()
            read(folder, count)
            taken[reader].append((time.monotonic() - started, _spent() - spent))
    return [
        Row(reader, count, *(statistics.median(values) for values in zip(*taken[reader], strict=True)))
        for reader, count, _ in readers
    ]


def _spent() -> float:
    """Processor seconds of all readers that have ended; the simulators' are not among them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def table(rows: list[Row]) -> list[str]:
    """The result as lines of a Markdown table."""
    ours = next(row.speed for row in rows if row.reader.startswith("Muhtar"))
    lines = [
        "| reader | devices | seconds | devices/s | reader's processor, ms a device | Muhtar is |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for row in rows:
        each = 1000 * row.processor / row.devices
        ratio = f"{ours / row.speed:.2g}× as fast"
        lines.append(f"| {row.reader} | {row.devices} | {row.seconds:.1f} | {row.speed:.1f} | {each:.0f} | {ratio} |")
    if not any(row.reader.startswith("RANCID") for row in rows):
        lines.append("| RANCID | | | | | not installed: apt-get install rancid |")
    return lines


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=300)
    parser.add_argument("--few", type=int, default=100, help="how many devices the slow readers read")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer of a device")
    parser.add_argument("--keep", type=Path, help="write the table there as well")
    parser.add_argument("--reader", choices=("floor", "muhtar"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.reader == "floor":
        asyncio.run(_floor(options.folder, options.devices))
        return 0
    if options.reader == "muhtar":
        _muhtar(options.folder, options.devices)
        return 0
    key = asyncssh.generate_private_key("ssh-ed25519")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _for_the_others(folder, town(folder, options.devices, key))
        with simulated(options.devices, options.latency, key):
            lines = table(measure(folder, options.devices, options.few, options.rounds))
    print("\n".join(lines))
    if options.keep:
        keep(options.keep, "Reading network devices", ABOUT.format(**vars(options), parallel=PARALLEL), lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
