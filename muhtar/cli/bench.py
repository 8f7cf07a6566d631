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
    import sys

    from muhtar.doors.process import run as run_program
    from muhtar.settings import ROOT

    script = ROOT / "benchmarks" / "inventory.py"
    done = run_program(
        [sys.executable, script, "--hosts", str(hosts), "--rounds", str(rounds)],
        env={"PYTHONPATH": str(ROOT)},
        timeout=1800,
        ok=(0, 1),
        on_line=run.print,
    )
    return done.returncode


namespace = collection("bench", inventory)
