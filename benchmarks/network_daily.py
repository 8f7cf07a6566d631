"""The whole daily job of a network of simulated IOS switches: back it up, check its drift, and make the reports of both.

For each number of devices a town of its own: an inventory, templates that come with Muhtar, a restic server, an empty history.
The job runs twice, as on a first day, when everything is new, and on the next one. It is two programs started fresh, as cron
would start them: `network.backup` and `drift.check --only network`, each with its report kept in the history and written as
HTML, JUnit, JSON and Prometheus. One switch in a hundred has a line that nobody intended. Processor time and memory are those of
these programs and of all that they start (git, restic), not of the simulators and the restic server, which take their share of
the same cores.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import yaml

from benchmarks.kept import keep
from benchmarks.repository import ADDRESS, Server, served
from benchmarks.switches import SITE, name, simulated, town, write

ROOT = Path(__file__).resolve().parent.parent
STEPS = ("backup", "drift")
FORMATS = ("html", "junit", "json", "prometheus")
WORKERS = 50
PASSWORD = "of-the-benchmark-only"
SHARED = "devices"
# One switch of so many has drifted.
DRIFTED = 100
PORTS = 24
SAMPLES = 0.2
ABOUT = """\
`./inv bench.network --daily --latency {latency:g} --keep`: one run, each answer of a device {latency:g} ms late, {workers}
devices at a time (`workers` in the site's settings.yml). The job is `network.backup` and `drift.check --only network`, each with
its reports (HTML, JUnit, JSON, Prometheus) and its entry in the history; on the first day everything is new, on the next nothing
is, but one switch in {drifted} differs from its intent on both. Originals go into one restic repository behind TLS. The simulated
switches (`lab/simulators/ios/many.py`) and restic's server share the cores, and are not counted in processor time and memory;
`benchmarks/network_daily.py` says more.
"""


@dataclass(frozen=True)
class Spent:
    """What a program and all below it took: seconds, processor seconds, and the most memory at one moment, in bytes."""

    seconds: float
    processor: float
    memory: int


# -- one step, in a program of its own: `network_daily.py --step NAME`


def _step(name_of_step: str, folder: Path, count: int) -> None:
    from rich.console import Console

    from muhtar.cli import _log as log
    from muhtar.cli._progress import make
    from muhtar.cli.command import Run, deliver
    from muhtar.drift.check import check
    from muhtar.network.history.backup import run as backup
    from muhtar.outcome import Status
    from muhtar.settings import Site

    site = Site(SITE, root=folder)
    out = [f"{kind}={folder / 'out' / f'{name_of_step}.{kind}'}" for kind in FORMATS]
    with make(Console(file=(folder / f"{name_of_step}.progress").open("w", encoding="utf-8"))) as progress:
        made = Run(name_of_step, site, Console(stderr=True), progress, log.start(name_of_step), out=out)
        builder = backup(site, progress=progress) if name_of_step == "backup" else check(site, only="network", progress=progress)
        report = builder.build()
    deliver(made, report)
    bad = [outcome for outcome in report.outcomes if outcome.status in {Status.ERROR, Status.UNCHECKED}]
    found = {outcome.target for outcome in report.outcomes if outcome.status is Status.FINDING}
    wanted = {name(number) for number in _drifted(count)} if name_of_step == "drift" else set()
    if bad or found != wanted or len(report.targets) != count:
        raise AssertionError(f"{len(bad)} devices were not looked at, {len(found)} have findings: {(bad or sorted(found))[:3]}")


def _drifted(count: int) -> range:
    return range(DRIFTED // 2, count, DRIFTED)


# -- the town


def _write_town(folder: Path, count: int, key: asyncssh.SSHKey, server: Server) -> None:
    site = town(folder, count, key)
    hosts = yaml.safe_load((site / "hosts.yml").read_text(encoding="utf-8"))
    hosts["all"]["children"]["backup"] = {"hosts": {"bak1": {"ansible_host": ADDRESS}}}
    write(site / "hosts.yml", yaml.safe_dump(hosts))
    write(site / "settings.yml", yaml.safe_dump({"workers": WORKERS}))
    intent = {
        "network_ios_version": "15.2",
        "network_domain": "bench.example",
        "network_clock": {"name": "TRT", "hours": 3, "minutes": 0},
        "network_syslog_level": "informational",
        "network_syslog_servers": ["192.0.2.53"],
        "network_ntp_servers": ["10.0.0.5", "10.0.0.6"],
        "network_management_prefix": 24,
        "network_users": [{"name": "muhtar", "role": "network-admin", "privilege": 15, "password": PASSWORD}],
        "network_vlans": [{"id": number, "name": f"floor-{number}"} for number in (10, 20, 30)],
        "network_interfaces": [
            {"name": f"GigabitEthernet0/{port}", "description": f"desk {port}", "mode": "access", "vlan": 10 + port % 3 * 10}
            for port in range(1, PORTS + 1)
        ],
        "network_unused_interfaces": [],
        "vault_repositories": {SHARED: PASSWORD},
    }
    write(site / "group_vars" / "network" / "intent.yml", yaml.safe_dump(intent))
    keeper = {
        "server": "bak1", "port": server.port, "shared": SHARED,
        "passwords": "vault_repositories", "user_passwords": "vault_repositories",
    }  # fmt: skip
    policy = {
        "repositories": {"main": keeper},
        "repository": "main",
        "rpo_hours": 26,
        "groups": {"network": {"sources": [{"name": "config", "kind": "device_config"}]}},
    }
    write(site / "registers" / "backup.yml", yaml.safe_dump(policy))
    authority = folder / "home" / "sites" / SITE / "ca" / "ca.crt"
    write(authority, server.certificate.read_text(encoding="utf-8"))


def _intended(folder: Path) -> dict[str, str]:
    """What each switch is to run, rendered in a process of its own: this one keeps the state folder that it has."""
    script = (
        "import json, sys; from pathlib import Path\n"
        "from muhtar.network.render import rendered; from muhtar.settings import Site\n"
        f"print(json.dumps(rendered(Site({SITE!r}, root=Path(sys.argv[1])), concealed=False)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, folder], env=_environment(folder), check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def _environment(folder: Path, programs: Path | None = None) -> dict[str, str]:
    path = os.environ["PATH"] if programs is None else f"{programs}:{os.environ['PATH']}"
    return {**os.environ, "PYTHONPATH": str(ROOT), "MUHTAR_HOME": str(folder / "home"), "PATH": path}


# -- measuring


def measure(count: int, latency: float) -> Iterator[dict[str, Spent]]:
    """What each step took, on the first day and on the next; `latency` in seconds."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with served(folder, SHARED, PASSWORD) as server:
            _write_town(folder, count, key, server)
            texts = _intended(folder)
            running = [texts[name(number)] for number in range(count)]
            for number in _drifted(count):
                running[number] = running[number].replace("description desk 3\n", "description somebody else\n")
            with simulated(count, latency, key, running):
                for _ in range(2):
                    yield {step: _spent(step, folder, count, server) for step in STEPS}


def _spent(step: str, folder: Path, count: int, server: Server) -> Spent:
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    argv = [sys.executable, __file__, "--step", step, "--folder", folder, "--devices", str(count)]
    with subprocess.Popen(argv, env=_environment(folder, server.programs), stdout=subprocess.DEVNULL) as child:
        memory = _Memory(child.pid)
        child.wait(1800)
        seconds = time.monotonic() - started
        peak = memory.stop()
    if child.returncode:
        raise AssertionError(f"{step} of {count} devices ended with {child.returncode}")
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Spent(seconds, ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime, peak)


class _Memory(threading.Thread):
    """Looks every moment at the resident memory of a process and all below it. Shared pages count for each: rather too much."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self._root = root
        self._over = threading.Event()
        self._peak = 0
        self.start()

    def run(self) -> None:
        """Look until told to stop."""
        while not self._over.wait(SAMPLES):
            self._peak = max(self._peak, sum(_tree(self._root)))

    def stop(self) -> int:
        """The most that was seen, in bytes."""
        self._over.set()
        self.join()
        return self._peak


def _tree(root: int) -> Iterator[int]:
    """Resident bytes of a process and of each below it."""
    sizes: dict[int, int] = {}
    below: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = Path(entry.path, "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            except OSError:  # it has ended meanwhile
                continue
            sizes[int(entry.name)] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
            below.setdefault(int(fields[1]), []).append(int(entry.name))
    waiting = [root]
    while waiting:
        process = waiting.pop()
        waiting += below.get(process, [])
        yield sizes.get(process, 0)


def table(rows: Sequence[tuple[int, str, dict[str, Spent]]]) -> list[str]:
    """The result as lines of a Markdown table."""
    lines = [
        "| devices | day | backup, s | drift, s | whole job, s | processor, ms a device | most memory, MB |",
        "| --: | --- | --: | --: | --: | --: | --: |",
    ]
    for count, day, steps in rows:
        seconds = [steps[step].seconds for step in STEPS]
        each = 1000 * sum(spent.processor for spent in steps.values()) / count
        memory = max(spent.memory for spent in steps.values()) / 1e6
        lines.append(
            f"| {count} | {day} | {seconds[0]:.1f} | {seconds[1]:.1f} | {sum(seconds):.1f} | {each:.0f} | {memory:.0f} |"
        )
    return lines


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, nargs="+", default=[100, 300, 1000])
    parser.add_argument("--latency", type=float, default=0.05, help="seconds before each answer of a device")
    parser.add_argument("--keep", type=Path, help="write the table there as well")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        _step(options.step, options.folder, options.devices[0])
        return 0
    rows = []
    for count in options.devices:
        for day, steps in zip(("first", "next"), measure(count, options.latency), strict=True):
            rows.append((count, day, steps))
            print("\n".join(table([rows[-1]])[2 * bool(len(rows) > 1) :]), flush=True)
    if options.keep:
        about = ABOUT.format(latency=1000 * options.latency, workers=WORKERS, drifted=DRIFTED)
        keep(options.keep, "The daily job of a network", about, table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
