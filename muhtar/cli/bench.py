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


@command(
    "bench.network",
    report=False,
    site=False,
    help={
        "devices": "how many simulated devices to read",
        "few": "how many of them the slow readers read",
        "rounds": "measure so often; the median counts",
        "latency": "milliseconds before each answer of a device",
        "keep": "write the table to docs/reference/bench-network.md",
    },
)
def network(  # noqa: PLR0917 - one option each
    run: Run, devices: int = 300, few: int = 30, rounds: int = 3, latency: int = 0, keep: bool = False
) -> int:
    """Read simulated IOS devices, and let raw SSH, Ansible and RANCID read them too.

    Example: ./inv bench.network --devices 100 --rounds 1
    """
    from muhtar.settings import ROOT

    kept = ["--keep", str(ROOT / "docs" / "reference" / "bench-network.md")] if keep else []
    numbers = ["--devices", str(devices), "--few", str(few), "--rounds", str(rounds), "--latency", str(latency / 1000)]
    return _script(run, "network.py", *numbers, *kept)


def _script(run: Run, name: str, *options: str) -> int:
    import sys

    from muhtar.doors.process import run as run_program
    from muhtar.settings import ROOT

    done = run_program(
        [sys.executable, ROOT / "benchmarks" / name, *options],
        env={"PYTHONPATH": str(ROOT)},
        timeout=1800,
        ok=(0, 1),
        on_line=run.print,
    )
    return done.returncode


namespace = collection("bench", inventory, network)
