"""The jobs of a pipeline as gitlab-ci-local reads them out of .gitlab-ci.yml, rules decided."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from muhtar.errors import DoorError, UsageError

__all__ = ["CLEAN_FLAGS", "Job", "Pipeline", "blocked_by", "chosen", "read_jobs"]

# GitLab's own, where the file names none.
CLEAN_FLAGS = "-ffdx"
_SCHEDULE = re.compile(r'\$JOB == "([^"]+)"')
# `unit 1/2`, `unit: [trixie]`: one of several of a job.
_PART = re.compile(r"( \d+/\d+|: \[.*\])$")
# The kinds of reports that GitLab shows and our jobs leave.
_KINDS = ("junit", "codequality")


@dataclass(frozen=True)
class Job:
    """A job. `reports` are (kind, pattern) of the files that it must leave; `when` is GitLab's word, `never` left out already."""

    name: str
    stage: str
    when: str
    needs: tuple[str, ...] | None = None
    reports: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Pipeline:
    """Jobs in the order of their stages; `schedules` are the names that rules know; `clean_flags` those of git clean."""

    jobs: tuple[Job, ...]
    schedules: tuple[str, ...]
    clean_flags: str

    def earlier(self, job: Job) -> list[Job]:
        """The jobs that must have ended well before this one: what it needs, or all of the stages before its own."""
        if job.needs is not None:
            return [other for other in self.jobs if other.name in job.needs]
        first = next(number for number, other in enumerate(self.jobs) if other.stage == job.stage)
        return list(self.jobs[:first])


def read_jobs(listed: str, expanded: str) -> Pipeline:
    """From the answers to `--list-json` and `--preview`. Raises DoorError for what is neither."""
    try:
        # What it has to say about predefined variables stands before both.
        entries = json.loads(listed[listed.index("[\n") :])
        whole = yaml.safe_load(expanded[expanded.index("---\n") :])
        stages = list(whole["stages"])
        known = [entry for entry in entries if entry["when"] != "never"]
        jobs = [_job(entry, whole) for entry in sorted(known, key=lambda entry: stages.index(entry["stage"]))]
    except (ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise DoorError(
            f"gitlab-ci-local's list of jobs cannot be read: {error!r}",
            mend="see which version requirements/pipeline locks",
        ) from error
    schedules = dict.fromkeys(_SCHEDULE.findall(json.dumps(entries).replace('\\"', '"')))
    return Pipeline(tuple(jobs), tuple(schedules), str((whole.get("variables") or {}).get("GIT_CLEAN_FLAGS") or CLEAN_FLAGS))


def chosen(pipeline: Pipeline, names: Sequence[str], schedule: str | None) -> list[Job]:
    """The jobs to run: the named ones, all that start by themselves where none is named.

    Raises UsageError for a schedule that no rule knows, a job that is not in the pipeline, and a pipeline without jobs.
    """
    if schedule is not None and schedule not in pipeline.schedules:
        raise UsageError(f"no job is for a schedule {schedule!r}", mend=f"choose from {', '.join(pipeline.schedules) or 'none'}")
    there = {job.name: job for job in pipeline.jobs}
    if unknown := [name for name in names if name not in there]:
        raise UsageError(
            f"job {unknown[0]!r} is not in this pipeline",
            mend=f"it has {', '.join(there) or 'no job at all'}; a scheduled job takes --schedule, one of "
            f"{', '.join(pipeline.schedules) or 'none'}",
        )
    found = [there[name] for name in dict.fromkeys(names)] or [job for job in pipeline.jobs if job.when != "manual"]
    if not found:
        raise UsageError("this pipeline has no job: nothing would be proven", mend="see the rules in .gitlab-ci.yml")
    return found


def blocked_by(pipeline: Pipeline, job: Job, failed: Iterable[str]) -> str | None:
    """The failed job because of which GitLab would not start this one."""
    bad = set(failed)
    wrong = next((other.name for other in pipeline.earlier(job) if other.name in bad), None)
    if job.when == "on_failure":
        return None if wrong else "nothing that failed"
    return None if job.when == "always" else wrong


def _job(entry: Mapping[str, Any], whole: Mapping[str, Any]) -> Job:
    name = str(entry["name"])
    own = whole.get(name) or whole[_PART.sub("", name)]
    declared = (own.get("artifacts") or {}).get("reports") or {}
    needs = entry.get("needs")
    return Job(
        name,
        str(entry["stage"]),
        str(entry["when"]),
        None if needs is None else tuple(str(need["job"]) for need in needs),
        tuple((kind, str(pattern)) for kind in _KINDS for pattern in _list(declared.get(kind))),
    )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]
