"""Molecule scenarios of the roles: two at a time, each on containers of its own that are gone afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from muhtar.doors import process
from muhtar.errors import MuhtarError, ProcessFailedError, ProcessTimeoutError, UsageError
from muhtar.progress import Progress
from muhtar.quality.suites import SuiteResult, copy_reports
from muhtar.settings import ROOT, atomic_write, home, locked

__all__ = ["Verdict", "judge", "run_molecule", "scenarios"]

AT_ONCE = 2
# Seconds; the longest scenario (the video recorder) takes a tenth of it on a quiet machine.
PATIENCE = 2400.0
# What a scenario has to go through; a step that was skipped, or has no playbook, proves nothing.
PROOF = ("check", "converge", "idempotence", "verify")

_DETAIL = re.compile(r"^(?P<scenario>\S+) (?:>|➜) (?P<action>\w+): Executed: (?P<how>.+)$")
_TASK = re.compile(r"^TASK \[(?P<task>.+)\]")
_BROKEN = re.compile(r"^(?:fatal|failed): \[")
# All output in the order in which it came: molecule writes its own lines to stderr, the playbooks' to stdout.
_MERGED = ("/bin/sh", "-c", 'exec "$@" 2>&1', "molecule")


@dataclass(frozen=True)
class Verdict:
    """What a scenario's output says: how each action ended (molecule's words), and the first task that broke."""

    actions: dict[str, str]
    broken_task: str | None

    @property
    def passed(self) -> bool:
        """Every step of the proof was executed, successfully."""
        return all(self.actions.get(action) == "Successful" for action in PROOF)

    @property
    def closing(self) -> str:
        """One line."""
        if self.passed:
            return f"{', '.join(PROOF)} passed"
        wrong = next((action for action, how in self.actions.items() if how.startswith("Failed")), None)
        if wrong is None:
            wrong = next(action for action in PROOF if self.actions.get(action) != "Successful")
            return f"{wrong} did not run"
        return f"{wrong} failed" + (f" in task “{self.broken_task}”" if self.broken_task else "")


def scenarios() -> list[str]:
    """Names of the scenarios; each is named after the role that it proves."""
    return sorted(path.parent.name for path in (ROOT / "molecule").glob("*/molecule.yml"))


def run_molecule(roles: Sequence[str], progress: Progress, junit: Path | None = None) -> list[SuiteResult]:
    """Run the scenarios of these roles, of all where none is named; results in order, JUnit in `<home>/tests/molecule.xml`.

    The report is put into the folder `junit` too. Raises UsageError for a role without a scenario. On Ctrl-C what runs is ended
    and its containers are removed.
    """
    known = scenarios()
    if unknown := sorted(set(roles) - set(known)):
        raise UsageError(f"there is no scenario for role {unknown[0]!r}", mend=f"choose from {', '.join(known)}")
    chosen = list(dict.fromkeys(roles)) or known
    progress.phase("molecule", len(chosen))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = [pool.submit(_scenario, name, progress) for name in chosen]
        try:
            found = [future.result() for future in futures]
        except BaseException:
            started = [name for name, future in zip(chosen, futures, strict=True) if not future.cancel()]
            process.end_all()
            for name in started:
                _molecule("destroy", name)
            raise
    report = home() / "tests" / "molecule.xml"
    _write_junit(report, found)
    copy_reports([report], junit)
    return [result for result, _ in found]


def judge(output: str) -> Verdict:
    """Read a scenario's output: molecule's closing table, and the first task that failed."""
    actions: dict[str, str] = {}
    task = broken = None
    for line in output.splitlines():
        if found := _TASK.match(line):
            task = found["task"]
        elif _BROKEN.match(line):
            broken = broken or task
        elif found := _DETAIL.match(line):
            actions[found["action"]] = found["how"]
    return Verdict(actions, broken)


def _scenario(name: str, progress: Progress) -> tuple[SuiteResult, Verdict]:
    log = home() / "tests" / f"molecule-{name}.log"

    def say(line: str) -> None:
        if found := _TASK.match(line):
            progress.activity(name, found["task"])

    seconds = 0.0
    try:
        with locked(f"molecule-{name}"):
            done = _molecule("test", name, say)
        seconds, output = done.duration, done.stdout
    except ProcessFailedError:
        # Its exit code would not say so: somebody has ended all programs. The scenarios after it must not begin.
        raise
    except MuhtarError as error:
        # A time limit, or a second run of the same scenario: no verdict, so not passed.
        output = f"{error}\n"
        if isinstance(error, ProcessTimeoutError):
            _molecule("destroy", name)
    with atomic_write(log) as stream:
        stream.write(output)
    verdict = judge(output)
    closing = verdict.closing if verdict.actions else (output.strip().splitlines() or ["no output"])[-1]
    progress.step(name, closing, "ok" if verdict.passed else "error")
    return SuiteResult(f"molecule {name}", verdict.passed, closing, seconds, log), verdict


def _molecule(action: str, name: str, say: Callable[[str], None] | None = None) -> process.Completed:
    folder = home() / "molecule" / name
    folder.mkdir(parents=True, exist_ok=True)
    return process.run(
        [*_MERGED, "molecule", action, "-s", name],
        env={"MOLECULE_EPHEMERAL_DIRECTORY": str(folder), "NO_COLOR": "1", "ANSIBLE_FORCE_COLOR": "0"},
        cwd=ROOT,
        check=False,
        timeout=PATIENCE,
        on_line=say,
    )


def _write_junit(path: Path, found: Sequence[tuple[SuiteResult, Verdict]]) -> None:
    top = ElementTree.Element("testsuites")
    for result, verdict in found:
        wrong = [action for action in PROOF if verdict.actions.get(action) != "Successful"]
        suite = ElementTree.SubElement(
            top, "testsuite", name=result.name, tests=str(len(PROOF)), failures=str(len(wrong)), time=f"{result.seconds:.1f}"
        )
        for action in PROOF:
            case = ElementTree.SubElement(suite, "testcase", classname=result.name.replace(" ", "."), name=action)
            if action in wrong:
                failure = ElementTree.SubElement(case, "failure", message=verdict.actions.get(action, "did not run"))
                failure.text = f"{result.closing}\nsee {result.log}"
    with atomic_write(path) as stream:
        stream.write(ElementTree.tostring(top, encoding="unicode", xml_declaration=True))
