"""./inv test: every suite this machine can run, and what was left out and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from muhtar.quality.suites import SuiteResult

_HELP = {"k": "only tests whose names match this pytest expression", "keep": "leave the lab running afterwards"}


@command("test.all", site=False, report=False, help={"keep": _HELP["keep"]})
def every(run: Run, keep: bool = False) -> int:
    """Run all suites: unit, the demo end to end, lab, faults, molecule.

    Example: ./inv test
    """
    from muhtar.quality.everything import run_all

    return _verdict(run, *run_all(run.progress, echo=run.print, keep=keep))


@command("test.unit", site=False, report=False, help={"k": _HELP["k"]})
def unit(run: Run, k: str | None = None) -> int:
    """Run the tests that need nothing but Python.

    Example: ./inv test.unit -k report
    """
    return _suite(run, "unit", k)


@command("test.lab", site=False, report=False, help={"k": _HELP["k"]})
def lab(run: Run, k: str | None = None) -> int:
    """Run the tests against the lab, which must be up and provisioned (./inv demo --keep).

    Example: ./inv test.lab -k napalm
    """
    return _suite(run, "lab", k)


@command("test.faults", site=False, report=False, help={"k": _HELP["k"]})
def faults(run: Run, k: str | None = None) -> int:
    """Run the tests that break the lab and mend it again; it must be up and provisioned.

    Example: ./inv test.faults
    """
    return _suite(run, "faults", k)


@command("test.molecule", site=False, report=False, help={"role": "only this role, repeatable"}, iterable=("role",))
def molecule(run: Run, role: list[str]) -> int:
    """Run the roles' molecule scenarios: check, converge, idempotence, verify, on containers of their own.

    Example: ./inv test.molecule --role base --role tls
    """
    from muhtar.quality.molecule import run_molecule

    return _verdict(run, run_molecule(role, run.progress), [])


def _suite(run: Run, name: str, k: str | None) -> int:
    from muhtar.quality.suites import SUITES, pytest_suite

    suite = next(item for item in SUITES if item.name == name)
    return _verdict(run, [pytest_suite(suite, ["-k", k] if k else [], echo=run.print)], [])


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


namespace = collection("test", every, unit, lab, faults, molecule, default="all")
