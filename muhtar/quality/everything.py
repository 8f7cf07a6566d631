"""All suites in one go: the demo is the end-to-end test, and leaves its lab to the suites that need one."""

from __future__ import annotations

import sys
from collections.abc import Callable

from muhtar.doors import process
from muhtar.doors.together import together
from muhtar.progress import Progress
from muhtar.quality.molecule import run_molecule
from muhtar.quality.suites import SUITES, SuiteResult, last_line, pytest_suite
from muhtar.settings import ROOT, home

__all__ = ["run_all"]

Echo = Callable[[str], None]


def run_all(progress: Progress, *, echo: Echo, keep: bool = False) -> tuple[list[SuiteResult], list[str]]:
    """Run every suite that this machine can; returns the results and what was left out, with the reason.

    The lab is brought down at the end, whatever happened, unless `keep`. Raises DoorError where a runner cannot start.
    """
    from lab.requirements import missing

    if lacks := missing():
        return [_pytest("unit", progress, echo)], [f"demo, lab, faults and molecule: {'; '.join(lacks)}"]
    try:
        # First: it fetches the restic without which unit tests would be left out, too.
        progress.phase("demo, end to end")
        demo = _inv("demo", "--keep", echo=echo)
        results = [demo]
        names = [suite.name for suite in SUITES if suite.needs_lab] if demo.passed else []
        # Routers and recorders are mostly waited for: meanwhile, and behind them in line, the processors have the unit tests,
        # and then the roles' containers, which have nothing to do with the lab's.
        calls = [
            lambda: [_pytest("unit", progress, echo), *run_molecule([], progress)],
            lambda: [_pytest(name, progress, echo) for name in names],
        ]
        results += [result for future in together(calls) for result in future.result()]
    finally:
        if not keep:
            _inv("lab.down", echo=echo)
    left_out = [] if demo.passed else ["lab and faults: the demo, which prepares their lab, failed"]
    return results, left_out


def _pytest(name: str, progress: Progress, echo: Echo) -> SuiteResult:
    progress.phase(f"tests: {name}")
    return pytest_suite(next(suite for suite in SUITES if suite.name == name), echo=echo)


def _inv(*words: str, echo: Echo) -> SuiteResult:
    done = process.run([sys.executable, "-m", "muhtar", *words], cwd=ROOT, check=False, timeout=1800, on_line=echo)
    log = home() / "tests" / f"{words[0]}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(done.stdout + done.stderr, encoding="utf-8")
    return SuiteResult(words[0], done.returncode == 0, last_line(done.stdout), done.duration, log)
