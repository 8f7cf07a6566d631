"""The catalogue of duties is the regulation's, and agrees with the checks that exist."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from muhtar.checks import CHECKS
from muhtar.duties import BoardLine, State, catalogue, duty_name
from muhtar.duty.register import Duties
from muhtar.errors import RegisterError
from muhtar.outcome import Outcome, Status
from muhtar.registers.load import load_register
from muhtar.settings import ROOT

REGULATION = """
8a 8b1 8b2 8b3 8b4 8b5 8b6 8b7 8b8 8b9 8b10 8c 8ç 8d 8e 8f 8g 8h 8ı 8i 8j 8k 8l 8m 9
"""
# An act, not a proof that holds on: drift.servers and backup.drill say the same of every day after.
ACTS = {"network.change", "provision.converge", "backup.retention", "backup.restore"}
# backup.properties says whether they are there, and recent enough.
RHYTHMS = {"backup.check", "backup.copy"}
# Say whether a report is whole and its waivers hold, not whether a duty is met.
OF_REPORTS = {"report.shard", "waiver.term"}

# Say more than the duty asks. Of a license: what lies idle, what its maker still mends; the audits refuse an ill-formed register.
# Of a PBX: whether it is declared wisely, and its recordings are whole; that it is configured and backed up is the duty.
BESIDES = {"license.lint", "license.idle", "license.support", "pbx.lint", "pbx.recordings"}


def test_the_duties_are_those_of_the_regulation_in_its_order() -> None:
    assert list(catalogue()) == REGULATION.split()
    assert all(identifier == unicodedata.normalize("NFC", identifier) for identifier in catalogue())


def test_each_duty_has_both_names_and_no_two_share_one() -> None:
    for lang in ("tr", "en"):
        names = [duty_name(identifier, lang) for identifier in catalogue()]
        assert all(names)
        assert len(set(names)) == len(names)
    assert duty_name("8z", "tr") == ""


def test_proofs_are_declared_checks_and_each_check_proves_its_own_duty() -> None:
    for duty in catalogue().values():
        assert {proof.check for proof in duty.proved_by} <= set(CHECKS)
    for check in CHECKS.values():
        if check.id not in ACTS | RHYTHMS | OF_REPORTS | BESIDES:
            assert check.id in {proof.check for proof in catalogue()[check.duty].proved_by}


def test_every_check_serves_a_duty_that_exists() -> None:
    assert {check.duty for check in CHECKS.values()} <= set(catalogue())


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("proof", [None, "2025-11-22T18:30:00+00:00"])
def test_a_line_of_the_board_survives_its_outcome(state: State, proof: str | None) -> None:
    line = BoardLine.model_validate({"state": state, "owner": "networks", "last_proof": proof})
    outcome = Outcome(target="8e", check="duty.proof", status=state.status, summary="x", found=line.written())
    assert BoardLine.read(outcome) == line


@pytest.mark.parametrize("found", [None, "", "state: splendid\nowner: networks\nlast_proof: never", "state: late"])
def test_what_is_no_line_of_the_board_is_not_read_as_one(found: str | None) -> None:
    assert BoardLine.read(Outcome(target="8e", check="duty.proof", status=Status.FINDING, summary="x", found=found)) is None


def test_only_proven_is_ok_and_what_nobody_serves_is_unchecked() -> None:
    assert [state for state in State if state.status is Status.OK] == [State.PROVEN]
    assert State.UNSERVED.status is State.NEVER.status is State.FAILED.status is Status.UNCHECKED


def test_the_labs_register_is_good() -> None:
    register = load_register(ROOT / "inventories/lab/registers/duties.yml", Duties)
    assert {entry.id for entry in register.duties} <= set(catalogue())


def test_a_duty_that_does_not_exist_is_refused_and_a_decomposed_letter_is_not(tmp_path: Path) -> None:
    file = tmp_path / "duties.yml"
    file.write_text("duties:\n  - id: 8z\n", encoding="utf-8")
    with pytest.raises(RegisterError, match="is no duty"):
        load_register(file, Duties)
    file.write_text(unicodedata.normalize("NFD", "duties:\n  - id: 8ç\n"), encoding="utf-8")
    assert load_register(file, Duties).duties[0].id == "8ç"
