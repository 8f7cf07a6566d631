"""./inv test: every suite this machine can run, and what was left out and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from muhtar.quality.pipeline.verdict import JobVerdict
    from muhtar.quality.suites import SuiteResult

_HELP = {
    "k": "only tests whose names match this pytest expression",
    "keep": "leave the lab running afterwards",
    "junit": "also leave the JUnit reports in this folder",
}
_SUITE_HELP = {key: _HELP[key] for key in ("k", "junit")}


@command("test.all", site=False, report=False, help={"keep": _HELP["keep"]})
def every(run: Run, keep: bool = False) -> int:
    """Run all suites: the demo end to end, then lab and faults with unit beside them, then molecule.

    Example: ./inv test
    """
    from muhtar.quality.everything import run_all

    return _verdict(run, *run_all(run.progress, echo=run.print, keep=keep))


@command("test.unit", site=False, report=False, help=_SUITE_HELP)
def unit(run: Run, k: str | None = None, junit: str | None = None) -> int:
    """Run the tests that need nothing but Python.

    Example: ./inv test.unit -k report
    """
    return _suite(run, "unit", k, junit)


@command("test.lab", site=False, report=False, help=_SUITE_HELP)
def lab(run: Run, k: str | None = None, junit: str | None = None) -> int:
    """Run the tests against the lab, which must be up and provisioned (./inv demo --keep).

    Example: ./inv test.lab -k napalm
    """
    return _suite(run, "lab", k, junit)


@command("test.faults", site=False, report=False, help=_SUITE_HELP)
def faults(run: Run, k: str | None = None, junit: str | None = None) -> int:
    """Run the tests that break the lab and mend it again; it must be up and provisioned.

    Example: ./inv test.faults
    """
    return _suite(run, "faults", k, junit)


@command(
    "test.molecule",
    site=False,
    report=False,
    help={"role": "only this role, repeatable", "junit": _HELP["junit"]},
    iterable=("role",),
)
def molecule(run: Run, role: list[str], junit: str | None = None) -> int:
    """Run the roles' molecule scenarios: check, converge, idempotence, verify, on containers of their own.

    Example: ./inv test.molecule --role base --role tls
    """
    from pathlib import Path

    from muhtar.quality.molecule import run_molecule

    return _verdict(run, run_molecule(role, run.progress, junit=Path(junit) if junit else None), [])


@command(
    "test.pipeline",
    site=False,
    report=False,
    help={
        "job": "only this job, repeatable",
        "schedule": "the pipeline of this schedule (backup, drift, license, duty) instead of a push's",
        "variable": "a variable of the pipeline, repeatable: --variable MUHTAR_SITE=karsiyaka",
    },
    iterable=("job", "variable"),
)
def pipeline(run: Run, job: list[str], variable: list[str], schedule: str | None = None) -> int:
    """Carry out .gitlab-ci.yml on this machine, job by job in a clean copy of the checkout, by gitlab-ci-local.

    Exit code 0 when all jobs passed, 1 when one failed, 2 when one only warned, 3 when one was not run.
    Example: ./inv test.pipeline --schedule license
    """
    from muhtar.quality.pipeline.run import run_pipeline

    found, remarks = run_pipeline(
        run.progress, jobs=job, schedule=schedule, variables=dict(_assigned(item) for item in variable), echo=run.print
    )
    return _jobs(run, found, remarks)


def _assigned(text: str) -> tuple[str, str]:
    from muhtar.errors import UsageError

    name, sign, value = text.partition("=")
    if not sign or not name.isidentifier():
        raise UsageError(f"--variable {text}: no variable", mend="write --variable NAME=VALUE")
    return name, value


def _jobs(run: Run, found: list[JobVerdict], remarks: list[str]) -> int:
    from muhtar.exitcode import ExitCode
    from muhtar.quality.pipeline.verdict import Status

    run.print("")
    for verdict in found:
        run.print(f"{verdict.status:7} {verdict.name:22} {verdict.seconds:6.0f} s  {verdict.closing}")
        if verdict.status is Status.FAILED:
            run.print(f"        see {verdict.log}")
    for remark in remarks:
        run.print(remark)
    codes = {Status.FAILED: ExitCode.FAILED, Status.NOT_RUN: ExitCode.INCOMPLETE, Status.WARNED: ExitCode.FINDINGS}
    statuses = {verdict.status for verdict in found}
    return next((code for status, code in codes.items() if status in statuses), ExitCode.CLEAN)


def _suite(run: Run, name: str, k: str | None, junit: str | None) -> int:
    from pathlib import Path

    from muhtar.quality.suites import SUITES, pytest_suite

    suite = next(item for item in SUITES if item.name == name)
    result = pytest_suite(suite, ["-k", k] if k else [], echo=run.print, junit=Path(junit) if junit else None)
    return _verdict(run, [result], [])


def _verdict(run: Run, results: list[SuiteResult], left_out: list[str]) -> int:
    from muhtar.exitcode import ExitCode

    run.print("")
    for result in results:
        run.print(f"{'passed' if result.passed else 'FAILED':7} {result.name:22} {result.seconds:6.0f} s  {result.closing}")
        if not result.passed:
            run.print(f"        see {result.log}")
    for text in left_out:
        run.print(f"left out: {text}")
    failed = sum(not result.passed for result in results)
    run.print(f"{len(results) - failed} passed, {failed} failed")
    if failed or not results:
        return ExitCode.FAILED
    return ExitCode.INCOMPLETE if left_out else ExitCode.CLEAN


namespace = collection("test", every, unit, lab, faults, molecule, pipeline, default="all")
