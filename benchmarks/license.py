"""How long the audits of licenses and warranties take over registers of one, ten and a hundred municipalities.

Prints the processor seconds of processes started fresh (start-up, reading, judging and the built report included): one thread's
time on an idle machine, whatever else runs now. Beside them the microseconds an entry, which grow where something is not linear,
and the peak of memory. Ends with 1 where the municipality of true size takes more than
its five seconds, or an entry of a larger one much longer than one of the size before. The inventory stays that of one.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.kept import keep
from benchmarks.municipality import DAY, write_town
from muhtar.doors.process import run

ROOT = Path(__file__).resolve().parent.parent
AUDITS = ("license", "warranty")
TARGET_SECONDS = 5.0
# A machine with other work, and memory that grows dearer with its size, are given their due; quadratic would be ten.
WORST_GROWTH = 2.0
ABOUT = """\
`./inv bench.license --rounds {rounds} --keep`: medians of {rounds}, each audit a process started fresh; processor seconds from
its start to the built report. The registers are those of `inventories/example`, so many times as long. The last column says how
many times as long an entry takes as in the row above: 1 is linear, less is the start-up that does not grow.
"""

_AUDIT = """
import resource, sys, time
from datetime import date
from importlib import import_module
from pathlib import Path
from muhtar.progress import NoProgress
from muhtar.settings import Site
audit = import_module(f"muhtar.{sys.argv[1]}.audit").audit
report = audit(Site("town", root=Path(sys.argv[2])), progress=NoProgress(), as_of=date.fromisoformat(sys.argv[3])).build()
print(len(report.targets), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time())
"""


@dataclass(frozen=True)
class Row:
    """An audit over registers so many times as long: what it judged (entries), processor seconds (median), peak memory in MB."""

    audit: str
    times: int
    entries: int
    seconds: float
    memory: int


def measure(times: int, rounds: int) -> list[Row]:
    """One row an audit."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_town(root / "inventories" / "town", times)
        return [_measure(audit, root, times, rounds) for audit in AUDITS]


def _measure(audit: str, root: Path, times: int, rounds: int) -> Row:
    taken: list[float] = []
    entries, memory = "", 0
    for _ in range(rounds):
        done = run(
            [sys.executable, "-c", _AUDIT, audit, root, DAY.isoformat()],
            env={"PYTHONPATH": str(ROOT), "MUHTAR_HOME": str(root / "home")},
            timeout=1800,
        )
        entries, peak, seconds = done.stdout.split()
        taken.append(float(seconds))
        memory = max(memory, int(peak) // 1000)
    return Row(audit, times, int(entries), statistics.median(taken), memory)


def growth(rows: list[Row]) -> list[float | None]:
    """For each row, how much longer an entry takes than in the row of the same audit before it; None for the first."""
    before: dict[str, Row] = {}
    found: list[float | None] = []
    for row in rows:
        last = before.get(row.audit)
        found.append((row.seconds / row.entries) / (last.seconds / last.entries) if last else None)
        before[row.audit] = row
    return found


def table(rows: list[Row]) -> list[str]:
    """The result as lines of a Markdown table."""
    lines = ["| audit | times | entries | seconds | µs an entry | MB | growth |", "| --- | --: | --: | --: | --: | --: | --: |"]
    for row, grown in zip(rows, growth(rows), strict=True):
        each = 1e6 * row.seconds / row.entries
        said = "" if grown is None else f"{grown:.2f}"
        lines.append(
            f"| {row.audit}.audit | {row.times} | {row.entries} | {row.seconds:.2f} | {each:.0f} | {row.memory} | {said} |"
        )
    return lines


def missed(rows: list[Row]) -> list[str]:
    """What is not as it should be."""
    found = [
        f"{row.audit}.audit of one municipality took {row.seconds:.1f} s, more than {TARGET_SECONDS:.0f}"
        for row in rows
        if row.times == 1 and row.seconds > TARGET_SECONDS
    ]
    return found + [
        f"{row.audit}.audit: an entry takes {grown:.1f} times as long with {row.times} times the entries: not linear"
        for row, grown in zip(rows, growth(rows), strict=True)
        if grown is not None and grown > WORST_GROWTH
    ]


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="write the table there as well")
    options = parser.parse_args()
    rows = sorted((row for times in options.times for row in measure(times, options.rounds)), key=lambda row: row.audit)
    print("\n".join(table(rows)))
    if options.keep:
        keep(options.keep, "Auditing licenses and warranties", ABOUT.format(rounds=options.rounds), table(rows))
    problems = missed(rows)
    print("\n".join(f"missed: {problem}" for problem in problems) or "within the target, and linear")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
