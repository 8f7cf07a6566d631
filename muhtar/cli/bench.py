"""`bench.*`: how fast it is, measured here and now against a peer."""

from __future__ import annotations

from muhtar.cli.command import Run, collection, command


@command(
    "bench.inventory",
    report=False,
    site=False,
    help={"hosts": "how many hosts to make up", "rounds": "measure so often; the median counts"},
)
def inventory(run: Run, hosts: int = 1000, rounds: int = 3) -> int:
    """Load a made-up town of many hosts, and let `ansible-inventory` do it too.

    Example: ./inv bench.inventory --hosts 5000
    """
    return _script(run, "inventory.py", "--hosts", str(hosts), "--rounds", str(rounds))


# An hour and a half: Ansible needs a second for each device and round.
_SECONDS = 5400.0
_DEVICES, _DAILY_DEVICES = (300,), (100, 300, 1000)
_DAILY_LATENCY = 50
# Each takes 100 MB, and the machine has only so many inotify instances.
_MOST_SERVERS = 40


@command(
    "bench.network",
    report=False,
    site=False,
    help={
        "daily": "measure backup, drift and reports instead of reading alone",
        "devices": "how many simulated devices (default 300; for the daily job 100, 300 and 1000, one after the other)",
        "few": "how many of them Ansible and RANCID read",
        "rounds": "read so often; the median counts",
        "latency": "milliseconds before each answer of a device (default 0; 50 for the daily job)",
        "keep": "write the table to docs/reference/bench-network.md, that of the daily job to bench-network-daily.md",
    },
)
def network(  # noqa: PLR0917 - one option each
    run: Run, daily: bool = False, devices: int = 0, few: int = 100, rounds: int = 3, latency: int = 0, keep: bool = False
) -> int:
    """Read simulated IOS devices, and let raw SSH, Ansible and RANCID read them too; or do the whole daily job over them.

    Example: ./inv bench.network --devices 100 --rounds 1
    """
    return _script(run, *_network(daily=daily, devices=devices, few=few, rounds=rounds, latency=latency, keep=keep))


def _network(*, daily: bool, devices: int, few: int, rounds: int, latency: int, keep: bool) -> list[str]:
    """The script and its options."""
    kept = _kept("bench-network-daily.md" if daily else "bench-network.md") if keep else []
    counts = [str(count) for count in ((devices,) if devices else _DAILY_DEVICES if daily else _DEVICES)]
    late = str((latency or (_DAILY_LATENCY if daily else 0)) / 1000)
    own = ["network_daily.py"] if daily else ["network.py", "--few", str(few), "--rounds", str(rounds)]
    return [*own, "--latency", late, "--devices", *counts, *kept]


@command(
    "bench.drift",
    report=False,
    site=False,
    help={
        "hosts": "how many servers, one number after the other",
        "rounds": "look so often; the median counts",
        "keep": "write the table to docs/reference/bench-drift.md",
    },
)
def drift(run: Run, hosts: str = "4,10,15", rounds: int = 3, keep: bool = False) -> int:
    """Check converged servers (containers) for drift, fast and in full, and let plain Ansible and pyinfra do it too.

    Example: ./inv bench.drift --hosts 4 --rounds 1
    """
    from muhtar.errors import UsageError

    if not all(number.isdigit() and 1 <= int(number) <= _MOST_SERVERS for number in hosts.split(",")):
        raise UsageError(f"--hosts {hosts}: numbers from 1 to {_MOST_SERVERS}, with commas between", mend="--hosts 4,10,15")
    kept = _kept("bench-drift.md") if keep else []
    return _script(run, "drift.py", "--hosts", hosts, "--rounds", str(rounds), *kept)


@command(
    "bench.license",
    report=False,
    site=False,
    help={"rounds": "audit so often; the median counts", "keep": "write the table to docs/reference/bench-license.md"},
)
def license(run: Run, rounds: int = 3, keep: bool = False) -> int:  # noqa: A001 - the task's name
    """Audit licenses and warranties of one, ten and a hundred made-up municipalities: is it linear, and one within 5 s?

    Example: ./inv bench.license --rounds 1
    """
    kept = _kept("bench-license.md") if keep else []
    return _script(run, "license.py", "--rounds", str(rounds), *kept)


@command(
    "bench.backup",
    report=False,
    site=False,
    help={
        "size": "MB of the one source",
        "hosts": "how many hosts with 20 MB of new data each",
        "idle": "how many hosts that have nothing new",
        "rounds": "measure so often; the median counts",
        "keep": "write the tables to docs/reference/bench-backup.md",
    },
)
def backup(  # noqa: PLR0917 - one option each
    run: Run, size: int = 300, hosts: int = 24, idle: int = 200, rounds: int = 3, keep: bool = False
) -> int:
    """Back up one source, many hosts, and hosts with nothing new; let bare restic (and borgmatic) do it too.

    Example: ./inv bench.backup --idle 50 --rounds 1
    """
    kept = _kept("bench-backup.md") if keep else []
    given = {"--size": size, "--hosts": hosts, "--idle": idle, "--rounds": rounds}
    return _script(run, "backup.py", *(word for option, value in given.items() for word in (option, str(value))), *kept)


def _kept(page: str) -> list[str]:
    """The option by which a script keeps its result as that page of the reference."""
    from muhtar.settings import ROOT

    return ["--keep", str(ROOT / "docs" / "reference" / page)]


def _script(run: Run, name: str, *options: str) -> int:
    import sys

    from muhtar.doors.process import run as run_program
    from muhtar.settings import ROOT

    done = run_program(
        [sys.executable, ROOT / "benchmarks" / name, *options],
        env={"PYTHONPATH": str(ROOT)},
        timeout=_SECONDS,
        ok=(0, 1),
        on_line=run.print,
    )
    return done.returncode


namespace = collection("bench", backup, drift, inventory, network, license)
