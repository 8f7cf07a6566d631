"""The report in Prometheus' text format, for node_exporter's textfile collector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from muhtar.outcome import Outcome, Status, worst
from muhtar.render.context import Context
from muhtar.render.view import duty
from muhtar.report import Report

__all__ = ["render"]


@dataclass(frozen=True)
class _Sample:
    labels: dict[str, str]
    value: float


def render(report: Report, context: Context) -> str:
    """Gauges only, as nothing outlives a run: states as 0/1 per status, times in Unix seconds, durations in seconds."""
    del context
    base = {"site": report.site, "workflow": report.workflow}
    if report.shard:
        base["shard"] = report.shard
    pairs: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in report.outcomes:
        pairs.setdefault((outcome.target, outcome.check), []).append(outcome)
    blocks = [
        _metric(
            "muhtar_check_status",
            "1 for the worst status that the check found on the target, 0 for the others.",
            _states(base, pairs),
        ),
        _metric(
            "muhtar_check_duration_seconds",
            "Time that the check took on the target.",
            [
                _Sample({**base, "target": target, "check": check}, sum(outcome.duration for outcome in found))
                for (target, check), found in pairs.items()
            ],
        ),
        _metric("muhtar_duty_outcomes", "Outcomes of the run per duty and status.", _duties(base, report.outcomes)),
        _metric(
            "muhtar_report_outcomes",
            "Outcomes of the run per status.",
            [_Sample({**base, "status": status.value}, number) for status, number in report.counts.items()],
        ),
        _metric(
            "muhtar_report_exit_code",
            "Exit code of the run: 0 clean, 1 failed, 2 findings, 3 incomplete.",
            [_Sample(base, report.exit_code)],
        ),
        _metric("muhtar_report_started_timestamp_seconds", "When the run began.", [_Sample(base, report.started.timestamp())]),
        _metric("muhtar_report_finished_timestamp_seconds", "When the run ended.", [_Sample(base, report.finished.timestamp())]),
    ]
    return "".join(blocks)


def _states(base: dict[str, str], pairs: dict[tuple[str, str], list[Outcome]]) -> list[_Sample]:
    return [
        _Sample({**base, "target": target, "check": check, "status": status.value}, float(worst(found) is status))
        for (target, check), found in pairs.items()
        for status in Status
    ]


def _duties(base: dict[str, str], outcomes: Iterable[Outcome]) -> list[_Sample]:
    counts: dict[tuple[str, Status], int] = {}
    for outcome in outcomes:
        served = duty(outcome)
        if served:
            for status in Status:
                counts[served, status] = counts.get((served, status), 0) + (outcome.status is status)
    return [_Sample({**base, "duty": served, "status": status.value}, number) for (served, status), number in counts.items()]


def _metric(name: str, help_text: str, samples: list[_Sample]) -> str:
    if not samples:
        return ""
    lines = [f"# HELP {name} {help_text}", f"# TYPE {name} gauge"]
    for sample in samples:
        labels = ",".join(f'{key}="{_escape(value)}"' for key, value in sample.labels.items())
        lines.append(f"{name}{{{labels}}} {sample.value:.15g}")
    return "\n".join(lines) + "\n"


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
