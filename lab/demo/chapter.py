"""A chapter of the demo: what was done, how long it took and the report it left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from muhtar.errors import MuhtarError
from muhtar.outcome import ExitCode, Outcome, Status
from muhtar.report import Report

__all__ = ["Chapter", "DemoError", "expect_clean", "expect_findings", "expect_findings_of"]


class DemoError(MuhtarError):
    """Something came out otherwise than the demo promises."""


@dataclass(frozen=True)
class Chapter:
    """`said` is one line for the last screen; `seconds` how long the chapter took."""

    title: str
    said: str
    seconds: float
    report: Report | None = None


def expect_clean(report: Report) -> None:
    """Raise DemoError, naming the worst outcomes, unless the report is clean."""
    if report.exit_code != ExitCode.CLEAN:
        raise DemoError(f"{report.workflow}: expected a clean result, got exit code {report.exit_code}\n{_shown(report)}")


def expect_findings(report: Report, wanted: Counter[tuple[str, str]]) -> None:
    """Raise DemoError unless the findings, counted by (target, check), are exactly those wanted, and nothing went unchecked."""
    found = Counter((outcome.target, outcome.check) for outcome in report.outcomes if outcome.status is Status.FINDING)
    if report.exit_code != ExitCode.FINDINGS or found != wanted:
        raise DemoError(
            f"{report.workflow}: expected exactly {_counted(wanted)}, got {_counted(found)} (exit code {report.exit_code})\n"
            f"{_shown(report)}"
        )


def expect_findings_of(report: Report, check: str, count: int) -> None:
    """Raise DemoError unless the report's findings are `count` of that check, on whichever targets."""
    targets = [outcome.target for outcome in report.outcomes if outcome.status is Status.FINDING]
    expect_findings(report, Counter((target, check) for target in targets))
    if len(targets) != count:
        raise DemoError(f"{report.workflow}: expected {count} findings of {check}, got {len(targets)}\n{_shown(report)}")


def _counted(found: Counter[tuple[str, str]]) -> str:
    return ", ".join(f"{target}/{check} ×{count}" for (target, check), count in sorted(found.items())) or "nothing"


def _shown(report: Report) -> str:
    bad = [outcome for outcome in report.outcomes if outcome.status is not Status.OK]
    return "\n".join(_line(outcome) for outcome in bad[:12])


def _line(outcome: Outcome) -> str:
    diff = f"\n{outcome.diff[:1500]}" if outcome.diff else ""
    return f"  {outcome.status:9} {outcome.target} {outcome.check} {outcome.subject}: {outcome.summary}{diff}"
