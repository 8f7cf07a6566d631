"""The catalogue of faults: complete, consistent, and refusing the wrong victim."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.context import Context
from lab.faults import CATALOGUE, get
from lab.faults.fault import HostFault
from lab.identity import Identity
from lab.overlay import Overlay
from lab.overlay.authority import Authority
from lab.overlay.registers import write_registers
from lab.topology import load
from muhtar.checks import CHECKS
from muhtar.errors import UsageError

FOLDER = Path(__file__).resolve().parents[3] / "lab" / "faults"


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(Identity(), load(), Overlay(tmp_path, Authority("", ""), "", {}))


def test_one_file_a_fault_and_all_are_listed() -> None:
    files = {path.stem.replace("_", "-") for path in FOLDER.glob("*.py")} - {"--init--", "fault"}
    assert files == set(CATALOGUE)


@pytest.mark.parametrize("fault", CATALOGUE.values(), ids=lambda fault: fault.name)
def test_its_usual_victim_exists_and_its_findings_are_known_checks(fault: Any, context: Context) -> None:
    if isinstance(fault, HostFault):
        assert context.topology.host(fault.default).kind in fault.kinds
    assert {check for _, check in fault.found_by(context)} <= set(CHECKS)


def test_a_host_of_another_kind_is_refused(context: Context) -> None:
    with pytest.raises(UsageError, match="cannot strike r1, a router"):
        get("stopped-service").inject(context, "r1")


def test_an_unknown_fault_is_named_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="no fault 'earthquake'") as caught:
        get("earthquake")
    assert "drifted-line" in str(caught.value.mend)


def test_the_license_moves_into_its_lead_time_and_back(context: Context) -> None:
    def days_left() -> int:
        from datetime import UTC, datetime

        content = yaml.safe_load((context.overlay.folder / "registers" / "licenses.yml").read_text(encoding="utf-8"))
        entry = next(entry for entry in content["licenses"] if entry["id"] == target)
        return int((entry["end"] - datetime.now(UTC).date()).days) - int(entry["lead_time_days"])

    fault = get("license-lead-time")
    ((target, _),) = fault.found_by(context)
    write_registers(context.overlay.folder)
    assert days_left() > 0
    fault.inject(context)
    assert days_left() < 0
    fault.mend(context)
    assert days_left() > 0
    with pytest.raises(UsageError, match="register"):
        fault.inject(context, "web1")
