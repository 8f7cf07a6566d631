"""The test suites, in the order of what they need: nothing, the lab, then containers of their own."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from muhtar.doors import process
from muhtar.settings import ROOT, home

__all__ = ["SUITES", "Suite", "SuiteResult", "copy_reports", "last_line", "pytest_suite"]

# pytest's own codes: 0 passed, 1 failed, 5 nothing collected. Only 0 is a pass: an empty suite proves nothing.
_PASSED, _FAILED = 0, 1


@dataclass(frozen=True)
class Suite:
    """A pytest suite: where it is, and whether it needs the lab to be up and provisioned."""

    name: str
    paths: tuple[str, ...]
    needs_lab: bool
    options: tuple[str, ...] = ()


SUITES = (
    Suite("unit", ("tests/unit", "tests/repo"), needs_lab=False, options=("-n", "2")),
    Suite("lab", ("tests/lab",), needs_lab=True),
    Suite("faults", ("tests/faults",), needs_lab=True),
)


@dataclass(frozen=True)
class SuiteResult:
    """How a suite ended; `closing` is its last line, `log` the file with all it printed."""

    name: str
    passed: bool
    closing: str
    seconds: float
    log: Path


def pytest_suite(
    suite: Suite, extra: Sequence[str] = (), echo: Callable[[str], None] | None = None, junit: Path | None = None
) -> SuiteResult:
    """Run one pytest suite; JUnit XML and the log land in `<home>/tests/`, the XML in the folder `junit` too.

    Raises DoorError where pytest cannot start.
    """
    folder = home() / "tests"
    folder.mkdir(parents=True, exist_ok=True)
    paths = [path for path in suite.paths if (ROOT / path).is_dir()]
    # What needs nothing but processors leaves them to what has a clock to follow.
    first_in_line = [] if suite.needs_lab else ["nice"]
    argv = [*first_in_line, sys.executable, "-m", "pytest", *paths, *suite.options, *extra, "--color=no", "-rfE"]
    reports = [folder / f"{suite.name}.xml"]
    first = _pytest(argv, reports[0], echo)
    runs = [first]
    if first.returncode == _FAILED and suite.needs_lab:
        # Real routers and recorders on a busy machine: what failed gets one more try, and the result says that it needed it.
        again = ["--last-failed", "--last-failed-no-failures=none"]
        reports.append(folder / f"{suite.name}-second-try.xml")
        runs.append(_pytest([*argv, *again], reports[1], echo))
    copy_reports(reports, junit)
    log = folder / f"{suite.name}.log"
    log.write_text("".join(run.stdout + run.stderr for run in runs), encoding="utf-8")
    closing = "; second try: ".join(last_line(run.stdout) for run in runs)
    return SuiteResult(suite.name, runs[-1].returncode == _PASSED, closing, sum(run.duration for run in runs), log)


def _pytest(argv: Sequence[str], junit: Path, echo: Callable[[str], None] | None) -> process.Completed:
    timeout = float(os.environ.get("MUHTAR_TEST_TIMEOUT", "2400"))
    # A report of an earlier run must not stand for this one, should pytest die before it writes its own.
    junit.unlink(missing_ok=True)
    return process.run([*argv, f"--junitxml={junit}"], cwd=ROOT, check=False, timeout=timeout, on_line=echo)


def copy_reports(reports: Sequence[Path], folder: Path | None) -> None:
    """Put what reports there are into `folder` too, where one is asked for: the pipeline's artefacts do not know `<home>`."""
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for report in reports:
        if report.is_file():
            shutil.copy(report, folder)


def last_line(text: str) -> str:
    """The last line that says something, without the rules that pytest draws around it."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip(" =") if lines else "no output"
