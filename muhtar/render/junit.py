"""The report as JUnit XML: one suite a check, one case an outcome. What was not looked at is never a pass."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from muhtar.outcome import Outcome, Status
from muhtar.render.context import Context
from muhtar.render.view import Row, rows
from muhtar.report import Report

__all__ = ["render"]

# XML 1.0 has no way to write these, not even escaped; a device's banner may well hold them.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report, context: Context) -> str:
    """finding → failure; error → error; unchecked → error of type "unchecked"; waived → skipped. Durations in seconds."""
    counts = report.counts
    root = ElementTree.Element(
        "testsuites",
        {
            "name": _clean(f"{report.site} {report.workflow}"),
            "tests": str(len(report.outcomes)),
            "failures": str(counts[Status.FINDING]),
            "errors": str(counts[Status.ERROR] + counts[Status.UNCHECKED]),
            "time": f"{(report.finished - report.started).total_seconds():.3f}",
        },
    )
    for row in rows(report):
        _suite(root, report, row, context)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(root: ElementTree.Element, report: Report, row: Row, context: Context) -> None:
    suite = ElementTree.SubElement(
        root,
        "testsuite",
        {
            "name": _clean(row.check),
            "tests": str(sum(row.counts.values())),
            "failures": str(row.counts[Status.FINDING]),
            "errors": str(row.counts[Status.ERROR] + row.counts[Status.UNCHECKED]),
            "skipped": str(row.counts[Status.WAIVED]),
            "time": f"{row.duration:.3f}",
            "timestamp": context.iso(report.started),
        },
    )
    for outcome in report.outcomes:
        if outcome.check == row.check:
            _case(suite, report, outcome)


def _case(suite: ElementTree.Element, report: Report, outcome: Outcome) -> None:
    name = f"{outcome.target}: {outcome.subject}" if outcome.subject else outcome.target
    attributes = {
        "name": _clean(name),
        "classname": _clean(f"{report.site}.{outcome.check}"),
        "time": f"{outcome.duration:.3f}",
    }
    if outcome.intent:
        attributes["file"] = _clean(outcome.intent.file)
    case = ElementTree.SubElement(suite, "testcase", attributes)
    if outcome.status is Status.OK:
        return
    if outcome.waiver is not None:
        waiver = outcome.waiver
        said = f"waived until {waiver.until} by {waiver.owner}: {waiver.reason}; {outcome.summary}"
        ElementTree.SubElement(case, "skipped", {"message": _clean(said)})
        return
    tag = "failure" if outcome.status is Status.FINDING else "error"
    # GitLab shows `type` nowhere but keeps the message: the word "unchecked" must stand there too.
    said = f"unchecked: {outcome.summary}" if outcome.status is Status.UNCHECKED else outcome.summary
    kind = "unchecked" if outcome.status is Status.UNCHECKED else outcome.check
    detail = ElementTree.SubElement(case, tag, {"message": _clean(said), "type": _clean(kind)})
    detail.text = _clean(_details(outcome))


def _details(outcome: Outcome) -> str:
    parts = [
        outcome.summary,
        f"wanted: {outcome.wanted}" if outcome.wanted else "",
        f"found: {outcome.found}" if outcome.found else "",
        outcome.diff or "",
        f"commands:\n{outcome.commands}" if outcome.commands else "",
        f"intent: {outcome.intent}" if outcome.intent else "",
        f"mend: {outcome.mend}" if outcome.mend else "",
    ]
    return "\n".join(part for part in parts if part)


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
