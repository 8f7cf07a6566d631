"""What became of a job: how its script ended, and whether the reports are there that it must leave."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from xml.etree import ElementTree

from muhtar.quality.pipeline.jobs import Job

__all__ = ["Ending", "JobVerdict", "Status", "ending", "judge", "missing_reports"]

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# gitlab-ci-local's line at the end of a script: nothing behind the time for exit code 0, else the code and whether it is allowed.
_FINISHED = re.compile(
    r"(?P<job>\S.*?) +finished in (?P<time>.+?)(?: +(?P<how>WARN|FAIL) (?P<code>\d+))?\s*(?P<after>after_script)?\s*"
)


class Status(StrEnum):
    """Of a job. `warned`: it ended with an exit code that `allow_failure` lets pass."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "FAILED"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Ending:
    """How a script ended; `allowed` whether the job may end with this code, `after` the code of its after_script."""

    code: int
    allowed: bool
    after: int = 0


@dataclass(frozen=True)
class JobVerdict:
    """`closing` says why in one line; `log` is the file with all that was printed, None where nothing was."""

    name: str
    status: Status
    closing: str
    seconds: float = 0.0
    log: Path | None = None


def ending(output: str, job: str) -> Ending | None:
    """Read gitlab-ci-local's output; None where the job's script never came to an end.

    Its own exit code is no help: it is 0 where a job with `allow_failure: exit_codes` ends with any other code.
    """
    code: int | None = None
    allowed = True
    after = 0
    for raw in output.splitlines():
        found = _FINISHED.fullmatch(_COLOUR.sub("", raw).strip())
        if found is None or found["job"] != job:
            continue
        if found["after"]:
            after = int(found["code"])
        elif code is None or found["how"]:
            code, allowed = int(found["code"] or 0), found["how"] != "FAIL"
    return None if code is None else Ending(code, allowed, after)


def missing_reports(job: Job, folder: Path) -> list[str]:
    """Of the reports that the job must leave in its checkout, what is wrong with each that is not there or is none."""
    wrong = []
    for kind, pattern in job.reports:
        files = sorted(folder.glob(pattern))
        if not files:
            wrong.append(f"no {kind} report {pattern}")
        wrong += [f"{file.relative_to(folder)} is no {kind} report" for file in files if not _is_one(kind, file)]
    return wrong


def judge(job: Job, output: str, missing: list[str]) -> tuple[Status, str]:
    """The status of a job that was run, and why."""
    end = ending(output, job.name)
    if end is None:
        said = [line for line in _COLOUR.sub("", output).splitlines() if line.strip()]
        return Status.FAILED, f"its script never ended: {said[-1].strip() if said else 'no output'}"
    words = [f"exit code {end.code}" + (", which is allowed" if end.allowed and end.code else "")]
    if end.after:
        words.append(f"after_script ended with {end.after}")
    words += missing or ([f"reports: {', '.join(dict.fromkeys(kind for kind, _ in job.reports))}"] if job.reports else [])
    if missing or not end.allowed:
        return Status.FAILED, "; ".join(words)
    return Status.WARNED if end.code or end.after else Status.PASSED, "; ".join(words)


def _is_one(kind: str, file: Path) -> bool:
    try:
        if kind == "junit":
            return ElementTree.parse(file).getroot().tag in {"testsuites", "testsuite"}  # noqa: S314 - our own job wrote it
        return isinstance(json.loads(file.read_text(encoding="utf-8")), list)
    except (OSError, ValueError, ElementTree.ParseError):
        return False
