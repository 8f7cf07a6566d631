"""The test suites, in the order of what they need: nothing, the lab, then containers of their own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from muhtar.doors import process
from muhtar.settings import ROOT, home

__all__ = ["SUITES", "Suite", "SuiteResult", "pytest_suite"]

# pytest's own codes: 0 passed, 1 failed, 5 nothing collected. Only 0 is a pass: an empty suite proves nothing.
_PASSED = 0


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


def pytest_suite(suite: Suite, extra: Sequence[str] = (), echo: Callable[[str], None] | None = None) -> SuiteResult:
    """Run one pytest suite; JUnit XML and the log land in `<home>/tests/`. Raises DoorError where pytest cannot start."""
    folder = home() / "tests"
    folder.mkdir(parents=True, exist_ok=True)
    paths = [path for path in suite.paths if (ROOT / path).is_dir()]
    done = process.run(
        [
            sys.executable,
            "-m",
            "pytest",
            *paths,
            *suite.options,
            *extra,
            "--color=no",
            f"--junitxml={folder / f'{suite.name}.xml'}",
            "-rfE",
        ],
        cwd=ROOT,
        check=False,
        timeout=float(os.environ.get("MUHTAR_TEST_TIMEOUT", "2400")),
        on_line=echo,
    )
    log = folder / f"{suite.name}.log"
    log.write_text(done.stdout + done.stderr, encoding="utf-8")
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    return SuiteResult(suite.name, done.returncode == _PASSED, lines[-1] if lines else "no output", done.duration, log)
