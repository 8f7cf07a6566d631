"""Reports on disk: read back, and the parts of a sharded run joined into the one report that they are parts of."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError

from muhtar.errors import InvalidReportError, UsageError
from muhtar.inventory.shard import Shard
from muhtar.outcome import Outcome, Status
from muhtar.report import Report, ReportBuilder

__all__ = ["find_reports", "join", "read_report"]

_CHECK = "report.shard"


def find_reports(patterns: str) -> list[Path]:
    """Files by names or glob patterns with commas between. Raises UsageError for one that matches nothing."""
    found: dict[Path, None] = {}
    for pattern in (part.strip() for part in patterns.split(",")):
        names = sorted(glob.glob(pattern, recursive=True)) if pattern else []  # noqa: PTH207 - Path.glob takes no absolute pattern
        if not names:
            raise UsageError(f"{pattern!r} matches no file", mend="name JSON reports: 'shards/*.json' or a.json,b.json")
        found.update(dict.fromkeys(Path(name) for name in names))
    return list(found)


def read_report(path: Path) -> Report:
    """A stored JSON report. Raises InvalidReportError for a file that is none."""
    try:
        return Report.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InvalidReportError(
            f"cannot be read: {error.strerror}", path=path, mend="name a report written by --out json=FILE"
        ) from error
    except ValidationError as error:
        problem = error.errors()[0]
        key = ".".join(map(str, problem["loc"]))
        raise InvalidReportError(
            f"is no report: {problem['msg']}",
            path=path,
            key=key or None,
            mend="write it again with --out json=FILE; do not edit it",
        ) from error


def join(reports: Sequence[Report]) -> Report:
    """One report of all. Of a sharded run, each missing part is an unchecked outcome of its own, so that the exit code is 3.

    Raises InvalidReportError where they are not parts of one whole: other sites, runs or limits, or one part twice.
    """
    _refuse_strangers(reports)
    first = reports[0]
    joined = ReportBuilder(first.workflow, first.site, limit=first.limit)
    joined.started = min(report.started for report in reports)
    _judge_shards(joined, reports)
    seen: set[tuple[str, str]] = set()
    for report in reports:
        for pair in report.selected:
            if (pair.target, pair.check) in seen:
                raise InvalidReportError(
                    f"{pair.target}/{pair.check} is in two of the reports", mend="join the parts of one run, each once"
                )
            seen.add((pair.target, pair.check))
            joined.select(pair.target, pair.check)
        joined.add(*report.outcomes)
    for note in dict.fromkeys(note for report in reports for note in report.notes):
        joined.note(note)
    whole = joined.build()
    return whole.model_copy(update={"finished": max(report.finished for report in reports)})


def _refuse_strangers(reports: Sequence[Report]) -> None:
    if not reports:
        raise InvalidReportError("no report to join", mend="check that the jobs kept their JSON reports")
    for what in ("site", "workflow", "limit"):
        values = dict.fromkeys(getattr(report, what) for report in reports)
        if len(values) > 1:
            raise InvalidReportError(
                f"the reports are of different {what}s: {', '.join(map(str, values))}", mend="join the parts of one run only"
            )


def _judge_shards(joined: ReportBuilder, reports: Iterable[Report]) -> None:
    shards = [Shard.parse(report.shard) if report.shard else None for report in reports]
    present = [shard for shard in shards if shard is not None]
    if not present:
        return
    total = present[0].total
    if len(present) < len(shards) or any(shard.total != total for shard in present):
        raise InvalidReportError("the reports are not parts of one run cut alike", mend="join the parts of one run only")
    if len({shard.index for shard in present}) < len(present):
        raise InvalidReportError("a part is there twice", mend="join each part once: remove the reports of earlier runs")
    there = {shard.index for shard in present}
    for index in range(1, total + 1):
        name = f"shard {index}/{total}"
        joined.select(name, _CHECK)
        joined.add(
            Outcome(
                target=name,
                check=_CHECK,
                status=Status.OK if index in there else Status.UNCHECKED,
                summary="its report is there" if index in there else "its report is missing: nothing is known of its hosts",
                mend=None if index in there else f"see why the job of shard {index} left no report, and run it again",
                started=joined.started,
            )
        )
