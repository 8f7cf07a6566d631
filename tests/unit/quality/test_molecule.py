"""What a molecule run's output means, and that a step left out is no pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from muhtar.doors.process import Completed
from muhtar.errors import ProcessFailedError, UsageError
from muhtar.progress import NoProgress
from muhtar.quality import molecule
from muhtar.quality.molecule import judge, run_molecule, scenarios

TABLE = """
DETAILS
web > destroy: Executed: Successful
web > create: Executed: Successful
web > check: Executed: {check}
web > converge: Executed: {converge}
web > idempotence: Executed: {idempotence}
web > verify: Executed: {verify}
"""
GOOD = dict.fromkeys(("check", "converge", "idempotence", "verify"), "Successful")


def test_all_four_steps_are_a_pass() -> None:
    verdict = judge(TABLE.format(**GOOD))
    assert verdict.passed
    assert verdict.closing == "check, converge, idempotence, verify passed"


@pytest.mark.parametrize("step", list(GOOD))
def test_a_failed_step_is_named_with_its_task(step: str) -> None:
    output = (
        "TASK [web : Fine] ****\nok: [web]\nTASK [web : Configure nginx] ****\nfatal: [web]: FAILED! =>\nTASK [web : Later] ***\n"
    )
    verdict = judge(output + TABLE.format(**{**GOOD, step: "Failed (return code 2)"}))
    assert not verdict.passed
    assert verdict.closing == f"{step} failed in task “web : Configure nginx”"


@pytest.mark.parametrize("how", ["Missing playbook (Remove from test_sequence to suppress)", "Skipped"])
def test_a_step_that_did_not_run_is_no_pass(how: str) -> None:
    verdict = judge(TABLE.format(**{**GOOD, "verify": how}))
    assert not verdict.passed
    assert verdict.closing == "verify did not run"


def test_no_output_is_no_pass() -> None:
    assert not judge("").passed


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(UsageError, match="no scenario for role 'nothing'"):
        run_molecule(["nothing"], NoProgress())


def test_results_come_in_order_with_junit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first, second = scenarios()[:2]
    outputs = {first: TABLE.format(**GOOD), second: TABLE.format(**{**GOOD, "idempotence": "Failed (x)"})}

    def answer(action: str, name: str, say: object = None) -> Completed:
        return Completed((action,), 0, outputs[name], "", 1.0)

    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    monkeypatch.setattr(molecule, "_molecule", answer)
    results = run_molecule([second, first], NoProgress())
    assert [(result.name, result.passed) for result in results] == [(f"molecule {second}", False), (f"molecule {first}", True)]
    junit = (tmp_path / "tests" / "molecule.xml").read_text(encoding="utf-8")
    assert junit.count("<testcase ") == 8
    assert junit.count("<failure ") == 1


@pytest.mark.parametrize("how", [KeyboardInterrupt(), ProcessFailedError("molecule was interrupted", returncode=-15)])
def test_ctrl_c_removes_what_was_started(how: BaseException, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In the main thread, and in another, which only sees its program ended."""
    name = scenarios()[0]
    calls: list[tuple[str, str]] = []

    def answer(action: str, name: str, say: object = None) -> Completed:
        calls.append((action, name))
        if action == "test":
            raise how
        return Completed((action,), 0, "", "", 1.0)

    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    monkeypatch.setattr(molecule, "_molecule", answer)
    with pytest.raises(type(how)):
        run_molecule([name], NoProgress())
    assert calls == [("test", name), ("destroy", name)]
