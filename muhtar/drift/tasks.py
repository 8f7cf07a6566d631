"""Outcomes of a playbook's tasks: what a run in check mode says about hosts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from muhtar.doors.playbook import HostRun, PlaybookRun, TaskEvent
from muhtar.drift.duties import duty_of
from muhtar.drift.silent import explained, silenced
from muhtar.outcome import Intent, Outcome, Status
from muhtar.settings import ROOT
from muhtar.words import count

__all__ = ["coverage", "outcomes"]


class _Shared(TypedDict):
    target: str
    check: str
    started: datetime
    duration: float


_SHORT_LINES, _SHORT_TEXT = 6, 400


def outcomes(
    check: str, host: str, run: PlaybookRun, *, started: datetime, mend: str, coverage_percent: int = 0
) -> list[Outcome]:
    """What the run says of `host` under that check id.

    One finding per task (and loop item) that would change something, one error per task that failed; unchecked where the host
    did not answer, no play named it, or fewer tasks than `coverage_percent` could be evaluated, or none; else one ok.
    """
    found = run.hosts.get(host)
    shared: _Shared = {"target": host, "check": check, "started": started, "duration": run.duration}
    if found is None:
        return [
            Outcome(
                **shared,
                status=Status.UNCHECKED,
                summary="no play names this host",
                mend="put it into a group that a playbook of playbooks/site.yml names",
            )
        ]
    name = _Names()
    silence, failed = silenced(found)
    result = [_failed(shared, event, name(event), run.log) for event in failed]
    result += [_finding(shared, event, name(event), mend) for event in _differing(found)]
    if silence:
        summary, how = explained(silence)
        result.append(Outcome(**shared, status=Status.UNCHECKED, summary=summary, mend=how))
    elif not found.evaluated and not result:
        summary = f"no task could be evaluated: {_counts(found)}"
        result.append(Outcome(**shared, status=Status.UNCHECKED, summary=summary, mend=f"see {run.log}"))
    elif found.coverage < coverage_percent and not failed:
        result.append(_too_little(shared, found, coverage_percent, run.log, subject="coverage" if result else ""))
    elif not result:
        result.append(
            Outcome(**shared, status=Status.OK, summary=f"{found.evaluated} tasks as declared; {_counts(found)}{_covered(found)}")
        )
    return result


def coverage(runs: Sequence[PlaybookRun]) -> str:
    """How much the runs really looked at, for the report's notes."""
    hosts = [host for run in runs for host in run.hosts.values()]
    evaluated, skipped = sum(host.evaluated for host in hosts), sum(host.skipped for host in hosts)
    blind = sum(len(host.unsupported) for host in hosts)
    text = f"tasks on {count(len(hosts), 'host')}: {evaluated} evaluated, {skipped} skipped by their conditions"
    if not blind:
        return text
    covered = 100.0 * evaluated / (evaluated + blind)
    return f"{text}, {blind} that check mode cannot evaluate ({_unseen(hosts)}); coverage {covered:.0f} %"


def _unseen(hosts: Sequence[HostRun]) -> str:
    blind = Counter(f"{event.role}: {event.task}" if event.role else event.task for host in hosts for event in host.unsupported)
    return ", ".join(sorted(blind)[:12]) + (" …" if len(blind) > 12 else "")


def _too_little(shared: _Shared, found: HostRun, wanted: int, log: str, *, subject: str) -> Outcome:
    return Outcome(
        **shared,
        status=Status.UNCHECKED,
        subject=subject,
        summary=f"only {found.coverage:.0f} % of the tasks could be evaluated, {wanted} % must be: {_counts(found)}",
        found=_unseen([found]),
        mend=f"see {log}; what check mode cannot evaluate, the role can ask itself (check_mode: false). "
        "settings.yml has the limit: drift: {coverage_percent: …}",
    )


def _differing(found: HostRun) -> Iterator[TaskEvent]:
    # A handler only follows a task that is a finding itself; a failed task is told as an error already.
    return (event for event in found.changed if not event.handler and not event.failed)


def _counts(found: HostRun) -> str:
    return f"{found.skipped} skipped, {len(found.unsupported)} not evaluable in check mode"


def _covered(found: HostRun) -> str:
    return f"; coverage {found.coverage:.0f} %" if found.unsupported else ""


class _Names:
    """Subjects: the task's title, numbered where a host has the same one twice."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def __call__(self, event: TaskEvent) -> str:
        self._seen[event.title] += 1
        count = self._seen[event.title]
        return event.title if count == 1 else f"{event.title} #{count}"


def _finding(shared: _Shared, event: TaskEvent, subject: str, mend: str) -> Outcome:
    found, wanted = _sides(event.diff)
    return Outcome(
        **shared,
        status=Status.FINDING,
        subject=subject,
        summary=f"{event.title}: {_gist(event)}",
        wanted=wanted,
        found=found,
        diff=event.diff,
        intent=_intent(event),
        mend=mend,
        duty=duty_of(event.role),
    )


def _failed(shared: _Shared, event: TaskEvent, subject: str, log: str) -> Outcome:
    return Outcome(
        **shared,
        status=Status.ERROR,
        subject=subject,
        summary=f"{event.title} failed: {_first_line(event.msg) or 'no message'}",
        found=event.msg or None,
        intent=_intent(event),
        mend=f"the log has the rest: {log}",
        duty=duty_of(event.role),
    )


def _gist(event: TaskEvent) -> str:
    if event.diff:
        changed = [line for line in event.diff.splitlines() if line[:1] in "+-" and not line.startswith(("+++", "---"))]
        return f"{len(changed)} changed lines" if len(changed) != 1 else "1 changed line"
    return _first_line(event.msg) or "is not as declared"


def _sides(diff: str | None) -> tuple[str | None, str | None]:
    """Found and wanted, where the diff is so short that it says just that."""
    lines = [line for line in (diff or "").splitlines() if not line.startswith(("---", "+++", "@@"))]
    found = [line[1:] for line in lines if line.startswith("-")]
    wanted = [line[1:] for line in lines if line.startswith("+")]
    if not (found or wanted) or len(found) + len(wanted) > _SHORT_LINES or sum(map(len, lines)) > _SHORT_TEXT:
        return None, None
    return "\n".join(found) or "(absent)", "\n".join(wanted) or "(absent)"


def _intent(event: TaskEvent) -> Intent | None:
    if not event.path:
        return None
    path = Path(event.path)
    return Intent(file=str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path), line=event.line)


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
