"""drift.pbx: one outcome for each PBX that is clean, one for each extension that is not, never falsely clean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from muhtar.doors.fleet import HostResult
from muhtar.drift import pbx
from muhtar.errors import DoorError, InventoryError, UnreachableError
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.secrets import Secret
from muhtar.settings import Site
from nornir_tasks.get_pbx_state import PbxState
from nornir_tasks.pbx_endpoints import Endpoint
from tests.support.pbx_state import state_of

PASSWORD = "Telefon-Parola-1"
DECLARED: dict[str, Any] = {
    "asterisk_extensions": [{"number": "1001", "name": "Reception"}],
    "asterisk_extension_secrets": {"1001": PASSWORD},
}
RUNS = Endpoint(
    number="1001",
    callerid='"Reception" <1001>',
    context="internal",
    transport="transport-udp",
    user="1001",
    secret=Secret(PASSWORD),
    contacts=[],
    networks=[],
)


def runs(*endpoints: Endpoint) -> PbxState:
    """A PBX that runs what is declared, but for these endpoints."""
    return state_of(DECLARED, list(endpoints))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    site = Site("town", root=tmp_path)
    folder = site.path / "group_vars" / "pbx"
    folder.mkdir(parents=True)
    site.hosts_file.write_text(
        yaml.safe_dump({"all": {"children": {"pbx": {"hosts": {"pbx1": None}}, "web": {"hosts": {"web1": None}}}}})
    )
    (folder / "asterisk.yml").write_text(yaml.safe_dump(DECLARED))
    return site


def answer(monkeypatch: pytest.MonkeyPatch, result: HostResult) -> list[str]:
    """Have every PBX answer this; returns the names of the tasks that are run."""
    ran: list[str] = []

    def fleet(_inventory: Any, targets: Any, task: Any, **_: Any) -> dict[str, HostResult]:
        ran.append(task.__name__)
        return {target.name: result for target in targets}

    monkeypatch.setattr(pbx, "run_fleet", fleet)
    return ran


def check(site: Site) -> tuple[Outcome, ...]:
    return pbx.check(site, progress=NoProgress()).build().outcomes


def test_a_clean_pbx_has_one_ok(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, HostResult(result=runs(RUNS)))
    (found,) = check(site)
    assert (found.target, found.status, found.subject) == ("pbx1", Status.OK, "")
    assert found.intent is not None
    assert found.intent.file.endswith("group_vars/pbx/asterisk.yml")


def test_each_extension_that_differs_is_a_finding(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = Endpoint(**{**RUNS, "number": "1666"})
    answer(monkeypatch, HostResult(result=runs(stranger)))
    assert {outcome.subject: outcome.status for outcome in check(site)} == dict.fromkeys(["1001", "1666"], Status.FINDING)


@pytest.mark.parametrize(
    ("result", "status"),
    [
        (HostResult(error=UnreachableError("refused"), unreachable=True), Status.UNCHECKED),
        (HostResult(error=DoorError("what?")), Status.ERROR),
    ],
)
def test_no_answer_is_never_clean(result: HostResult, status: Status, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, result)
    (found,) = check(site)
    assert found.status is status


def test_a_selection_without_a_pbx_is_an_error(site: Site) -> None:
    with pytest.raises(InventoryError):
        pbx.check(site, limit="web1", progress=NoProgress())


def test_mending_reloads_and_looks_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = answer(monkeypatch, HostResult(result=runs(RUNS)))
    report = pbx.mend(site, progress=NoProgress()).build()
    assert ran == ["reload_pbx", "get_pbx_state"]
    assert report.exit_code == 0


def test_a_mistake_in_what_is_declared_is_an_error_of_that_pbx_and_nobody_is_asked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = answer(monkeypatch, HostResult(result=runs(RUNS)))
    wrong = {**DECLARED, "asterisk_queues": [{"number": "1153", "name": "Desk", "members": ["1009"]}]}
    (site.path / "group_vars" / "pbx" / "asterisk.yml").write_text(yaml.safe_dump(wrong))
    (found,) = check(site)
    assert (found.status, found.subject) == (Status.ERROR, "asterisk_queues")
    assert "1009" in found.summary
    assert ran == []
