"""A pipeline on this machine: each of its jobs in a clean checkout, one after the other, and a verdict for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from muhtar.doors import process
from muhtar.errors import DoorError, MuhtarError, ProcessFailedError
from muhtar.progress import Progress
from muhtar.quality.pipeline.checkout import STATE, bring_artifacts, clean, prepare
from muhtar.quality.pipeline.jobs import Job, Pipeline, blocked_by, chosen, read_jobs
from muhtar.quality.pipeline.tool import gitlab_ci_local
from muhtar.quality.pipeline.verdict import JobVerdict, Status, judge, missing_reports
from muhtar.settings import ROOT, atomic_write, home, locked

__all__ = ["run_pipeline"]

# Seconds that one job may take.
PATIENCE = 7200.0
_SOURCE = "CI_PIPELINE_SOURCE"
_STEP = {Status.PASSED: "ok", Status.WARNED: "finding", Status.FAILED: "error", Status.NOT_RUN: "unchecked"}

Echo = Callable[[str], None]


def run_pipeline(
    progress: Progress,
    *,
    jobs: Sequence[str] = (),
    schedule: str | None = None,
    variables: Mapping[str, str] | None = None,
    echo: Echo | None = None,
    root: Path = ROOT,
) -> tuple[list[JobVerdict], list[str]]:
    """Run the pipeline of a push, or of the schedule with this name, or only `jobs` of it; verdicts and remarks.

    The checkout at `root` stays as it is: jobs run in a copy of what git tracks there, uncommitted changes included. Test jobs
    have a state folder of their own; a scheduled job has this one, for it is to see this machine's systems. `variables` are the
    pipeline's.

    Raises UsageError where no job would run, DoorError where gitlab-ci-local cannot be had or does not understand the file,
    LockedError while another pipeline runs here.
    """
    tool = gitlab_ci_local(progress)
    folder = home() / "pipeline" / "checkout"
    with locked("pipeline"):
        remarks = prepare(folder, root)
        given = dict(variables or {})
        if schedule is not None:
            given = {_SOURCE: "schedule", "JOB": schedule, "MUHTAR_HOME": str(home()), **given}
        runner = _Runner(tool, folder, given, echo)
        pipeline = runner.pipeline()
        wanted = chosen(pipeline, jobs, schedule)
        progress.phase("pipeline", len(wanted))
        found: list[JobVerdict] = []
        for job in wanted:
            verdict = _one(runner, pipeline, job, found)
            found.append(verdict)
            progress.step(job.name, verdict.closing, _STEP[verdict.status])
    return found, remarks


def _one(runner: _Runner, pipeline: Pipeline, job: Job, before: Sequence[JobVerdict]) -> JobVerdict:
    failed = [verdict.name for verdict in before if verdict.status is Status.FAILED]
    if wrong := blocked_by(pipeline, job, failed):
        return JobVerdict(job.name, Status.NOT_RUN, f"waited for {wrong}")
    clean(runner.folder, pipeline.clean_flags)
    if pipeline.earlier(job):
        bring_artifacts(runner.folder)
    return runner.run(job)


class _Runner:
    """gitlab-ci-local with the options that make it a shell runner."""

    def __init__(self, tool: Sequence[str], folder: Path, variables: Mapping[str, str], echo: Echo | None) -> None:
        self.folder = folder
        self._echo = echo
        given = [word for name, value in variables.items() for word in ("--variable", f"{name}={value}")]
        options = ["--state-dir", STATE, "--no-color"]
        self._argv = [*tool, *options, *given]

    def pipeline(self) -> Pipeline:
        """The jobs, rules decided. Raises DoorError for a file that gitlab-ci-local does not take."""
        try:
            return read_jobs(self._ask("--list-json"), self._ask("--preview"))
        except ProcessFailedError as error:
            raise DoorError(
                f"gitlab-ci-local does not take .gitlab-ci.yml: {error.output}", path=".gitlab-ci.yml", mend="mend the file"
            ) from error

    def run(self, job: Job) -> JobVerdict:
        """Run one job. A time limit, or whatever else keeps it from its end, is a failure of the job."""
        seconds = 0.0
        try:
            done = process.run(
                ["/bin/sh", "-c", 'exec "$@" 2>&1', "job", *self._argv, "--force-shell-executor", job.name],
                env=_ENVIRONMENT,
                cwd=self.folder,
                check=False,
                timeout=PATIENCE,
                on_line=self._echo,
            )
            output, seconds = done.stdout, done.duration
        except MuhtarError as error:
            output = f"{error}\n"
        log = home() / "tests" / f"pipeline-{job.name.replace('/', '-')}.log"
        with atomic_write(log) as stream:
            stream.write(output)
        status, closing = judge(job, output, missing_reports(job, self.folder))
        return JobVerdict(job.name, status, closing, seconds, log)

    def _ask(self, question: str) -> str:
        return process.run([*self._argv, question], env=_ENVIRONMENT, cwd=self.folder, timeout=120).stdout


# A job finds its own checkout's code and state, not those of the program that started it.
_ENVIRONMENT = {"PYTHONPATH": "", "MUHTAR_HOME": ""}
