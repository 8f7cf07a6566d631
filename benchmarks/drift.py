"""How long it takes to see that servers are as declared: Muhtar fast and in full, plain Ansible, pyinfra.

Containers of the lab's server image over real SSH, in the state of roles base and backup_client. All four look at the same
servers in turn, and each has to say that nothing would change; before that, each has to notice a changed line.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from benchmarks.drift_town import Servers, servers
from benchmarks.kept import keep
from benchmarks.switches import write
from muhtar.doors.process import Completed, run
from muhtar.doors.runtime import runtime_dir
from muhtar.settings import ROOT, home, locked

PYINFRA = "pyinfra==3.10"
FAST, FULL, ANSIBLE, PEER = "Muhtar, drift.check", "Muhtar, drift.check --full", "ansible-playbook --check", "pyinfra --dry"
DEPLOY = ROOT / "benchmarks" / "drift_deploy.py"
EDITED = "/etc/apt/apt.conf.d/20auto-upgrades"
ABOUT = """\
`./inv bench.drift --hosts {counts} --rounds {rounds} --keep`: medians of {rounds}, each look a process started fresh, over
new SSH connections to containers on this machine, in turn. The servers are as declared by roles `base` and `backup_client`:
accounts, keys, files, packages, services, a firewall. Of each server, Ansible in check mode ends {tasks} tasks (Muhtar in full
the same ones, and `muhtar_observe` before them); fast, Muhtar looks at {observed} paths, units and outputs of commands; the
deploy for pyinfra ({version}) states the same things in {operations} operations. Each of the four says that nothing would
change, and was seen to notice a changed line before. Ansible runs with this repository's configuration (pipelining) and {forks}
forks, Muhtar with its defaults, pyinfra with its own.
"""

_CHECK = """
import sys
from pathlib import Path
from muhtar.drift.check import check
from muhtar.progress import NoProgress
from muhtar.settings import Site
site, full = Site("lab", root=Path(sys.argv[1])), sys.argv[3] == "full"
report = check(site, only="servers", limit=sys.argv[2], full=full, progress=NoProgress()).build()
print(report.exit_code, len(report.outcomes), sum("unchanged since" in outcome.summary for outcome in report.outcomes))
"""


@dataclass(frozen=True)
class Spent:
    """Medians of one way to look at so many servers: seconds on the clock, and processor seconds of this machine's side."""

    seconds: float
    processor: float


@dataclass
class Bench:
    """The servers, and each way to look at them. Its `looks` raise AssertionError where the answer is not the expected one."""

    town: Servers
    folder: Path
    pyinfra: Path
    counted: dict[str, int] = field(default_factory=dict)

    @property
    def looks(self) -> dict[str, Callable[[Sequence[str], bool], None]]:
        """Name → look at these servers, of which the first is `changed` or none is."""
        return {PEER: self._pyinfra, FAST: self._fast, FULL: self._full, ANSIBLE: self._ansible}

    def _fast(self, names: Sequence[str], changed: bool) -> None:
        self._muhtar(names, "fast", changed, unchanged=len(names) - changed)

    def _full(self, names: Sequence[str], changed: bool) -> None:
        self._muhtar(names, "full", changed, unchanged=0)

    def _muhtar(self, names: Sequence[str], how: str, changed: bool, unchanged: int) -> None:
        done = run(
            [sys.executable, "-c", _CHECK, str(self.town.site.root), ",".join(names), how],
            env={"PYTHONPATH": str(ROOT)},
            timeout=900,
        )
        wanted = [2 if changed else 0, len(names), unchanged]
        _expect([int(word) for word in done.stdout.split()[-3:]] == wanted, done, f"not {wanted}")

    def _ansible(self, names: Sequence[str], changed: bool) -> None:
        argv: list[str | Path] = [Path(sys.executable).parent / "ansible-playbook", "--check", "--diff", "--skip-tags", "observe"]
        argv += ["--forks", str(self.forks), "--limit", ",".join(names)]
        for source in self.town.site.sources:
            argv += ["-i", source]
        environment = {
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_SSH_CONTROL_PATH_DIR": str(self._sockets[1]),
            "ANSIBLE_VAULT_PASSWORD_FILE": str(self.town.site.vault_password_file),
        }
        done = run([*argv, ROOT / "playbooks" / "site.yml"], env=environment, timeout=900)
        told = re.findall(r"(?m)^(\S+) +: ok=(\d+) +changed=(\d+) +unreachable=0 +failed=0", done.stdout)
        _expect([name for name, _, number in told if number != "0"] == [names[0]] * changed, done, "another server is changed")
        _expect(len(told) == len(names), done, "not all servers were looked at")
        self.counted["tasks"] = int(told[-1][1])

    def _pyinfra(self, names: Sequence[str], changed: bool) -> None:
        limits = [word for name in names for word in ("--limit", name)]
        done = run(
            [self.pyinfra / "bin" / "pyinfra", "--dry", *limits, self.folder / "hosts.py", DEPLOY],
            env={"BENCH_STATE": str(self.folder / "state.json")},
            cwd=self.folder,
            timeout=900,
        )
        would_change = operations(done.stdout + done.stderr)
        _expect(len(would_change) > 0, done, "it says nothing")
        changes = [number for number in would_change if number]
        _expect(changes == [1] * changed, done, "it would change something else")
        self.counted["operations"] = len(would_change)

    def hang_up(self) -> None:
        """Close the connections that Ansible keeps for a while: pyinfra opens its own anew each time, so must the others."""
        for socket in (path for folder in self._sockets for path in folder.glob("*")):
            run(["ssh", "-o", f"ControlPath={socket}", "-O", "exit", "nobody"], check=False, timeout=30)

    @property
    def _sockets(self) -> tuple[Path, Path]:
        """Where Muhtar's Ansible keeps its connections, and where the plain one does."""
        return runtime_dir() / "cp", runtime_dir() / "plain"

    @property
    def forks(self) -> int:
        """What Muhtar gives Ansible too."""
        return int(self.town.site.settings["workers"])


def operations(said: str) -> list[int]:
    """On how many servers each operation would change something, as pyinfra's table of detected changes tells."""
    table = said.partition("Detected changes:")[2].partition("\n\n")[0]
    rows = re.findall(r"(?m)^ +(\S.*?) {2,}(-|\d+)(?: \(.*?\))? +(-|\d+)(?: \(.*?\))? *$", table)
    return [sum(int(number) for number in numbers if number != "-") for _, *numbers in rows]


def _expect(true: bool, done: Completed, why: str) -> None:
    if not true:
        raise AssertionError(f"{why}: {done.stdout[-3000:]}\n{done.stderr[-2000:]}")


# -- pyinfra and its state


def installed(folder: Path) -> Path:
    """pyinfra in a virtual environment of its own, made where there is none of this version."""
    made = folder / "made"
    if not made.is_file() or made.read_text(encoding="utf-8") != PYINFRA:
        shutil.rmtree(folder, ignore_errors=True)
        run([sys.executable, "-m", "venv", folder], timeout=300)
        run([folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", PYINFRA], timeout=900)
        write(made, PYINFRA)
    return folder


def state(town: Servers, folder: Path) -> None:
    """Write what pyinfra's deploy states, read from the roles' variables and a server that the roles have made so."""
    variables = yaml.safe_load((ROOT / "roles" / "base" / "vars" / "main.yml").read_text(encoding="utf-8"))
    declared = yaml.safe_load((town.site.path / "group_vars" / "servers" / "base.yml").read_text(encoding="utf-8"))
    paths = [
        "/etc/sudoers.d/muhtar-admins",
        "/etc/ssh/sshd_config.d/10-muhtar.conf",
        EDITED,
        "/etc/chrony/chrony.conf",
        *town.ssh(town.names[0], "sudo", "find", "/etc/systemd/system/chrony.service.d", "-type", "f").split(),
        "/etc/nftables.conf",
        "/etc/restic/ca.crt",
        "/etc/apt/preferences.d/restic",
        "/etc/apt/sources.list.d/restic.sources",
    ]
    files = []
    for number, path in enumerate(paths):
        copy = folder / "files" / str(number)
        write(copy, town.ssh(town.names[0], "sudo", "cat", path))
        mode = town.ssh(town.names[0], "sudo", "stat", "-c", "%a", path).strip()
        files.append({"path": path, "from": str(copy), "mode": mode})
    folders = [{"path": "/var/cache/restic", "mode": "700"}, {"path": "/etc/restic", "mode": "755"}]
    known = {
        "people": declared["base_admins"],
        "packages": [*variables["__base_packages"], "restic"],
        "folders": [*folders, {"path": "/etc/systemd/system/chrony.service.d", "mode": "755"}],
        "files": files,
        "units": ["chrony.service", "nftables.service"],
        "answers": [["nft list chain inet muhtar input", "policy drop"]],
    }
    write(folder / "state.json", json.dumps(known))
    overlay = town.context.overlay
    common = {
        "ssh_user": "muhtar",
        "ssh_key": str(overlay.folder / "ssh" / "id_ed25519"),
        "ssh_known_hosts_file": str(overlay.known_hosts),
        "ssh_strict_host_key_checking": "yes",
        "_sudo": True,
    }
    hosts = [(name, {"ssh_hostname": town.address(name), **common}) for name in town.names]
    write(folder / "hosts.py", f"hosts = {hosts!r}\n")


# -- measuring


def measure(bench: Bench, counts: Sequence[int], rounds: int) -> dict[int, dict[str, Spent]]:
    """Count → way → what it took. First every way has to notice a changed line."""
    _noticed(bench)
    found: dict[int, dict[str, Spent]] = {}
    for count in counts:
        names = bench.town.names[:count]
        taken: dict[str, list[tuple[float, float]]] = {way: [] for way in bench.looks}
        for _ in range(rounds):
            for way, look in bench.looks.items():
                bench.hang_up()
                started, spent = time.monotonic(), _processor()
                look(names, False)
                taken[way].append((time.monotonic() - started, _processor() - spent))
        found[count] = {way: Spent(*map(statistics.median, zip(*each, strict=True))) for way, each in taken.items()}
    return found


def _noticed(bench: Bench) -> None:
    """Every way sees a line that was changed on one server; nothing is measured by whoever would not."""
    first = bench.town.names[0]
    names = bench.town.names[:2]
    bench.town.ssh(first, "sudo", "sed", "-i", "-e", "'$a// by hand'", EDITED)
    try:
        for look in bench.looks.values():
            look(names, True)
    finally:
        bench.town.ssh(first, "sudo", "sed", "-i", "-e", "'$d'", EDITED)
    # What the full check forgot of the changed server it learns again.
    bench.looks[FULL](bench.town.names, False)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def table(found: dict[int, dict[str, Spent]]) -> list[str]:
    """The result as lines of a Markdown table; ratios are to pyinfra's seconds at the same number of servers."""
    lines = ["| servers | look | seconds | to pyinfra | processor, s |", "| --: | --- | --: | --: | --: |"]
    for count, ways in found.items():
        peer = ways[PEER].seconds
        for way, spent in ways.items():
            lines.append(f"| {count} | {way} | {spent.seconds:.1f} | {spent.seconds / peer:.2f}× | {spent.processor:.1f} |")
    return lines


def observed() -> int:
    """How many paths, folders, units and commands the fast check looks at on a server."""
    kept = next((home() / "drift" / "lab").glob("*.json"))
    observations = json.loads(kept.read_text(encoding="utf-8"))["observations"]
    return sum(len(one[kind]) for one in observations for kind in ("paths", "folders", "units", "commands"))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", default="4,10,15", help="how many servers, one number after the other")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="write the table there as well")
    options = parser.parse_args()
    counts = [int(number) for number in options.hosts.split(",")]
    pyinfra = installed(home() / "bench" / "pyinfra")
    # Two runs of a checkout would be about the same containers.
    with locked("bench-drift"):
        folder = home() / "bench" / "town"
        with servers(max(*counts, 2), folder) as town:
            state(town, folder)
            bench = Bench(town, folder, pyinfra)
            found = measure(bench, counts, options.rounds)
            lines = table(found)
            measured = {"version": PYINFRA, "forks": bench.forks, "observed": observed(), **bench.counted}
            about = ABOUT.format(counts=options.hosts, rounds=options.rounds, **measured)
    print(about)
    print("\n".join(lines))
    if options.keep:
        keep(options.keep, "Seeing that servers are as declared", about, lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
