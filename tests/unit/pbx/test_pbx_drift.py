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
from nornir_tasks.get_pbx_endpoints import Endpoint

PASSWORD = "Telefon-Parola-1"
RUNS = Endpoint(
    number="1001", callerid='"Reception" <1001>', context="internal", user="1001", secret=Secret(PASSWORD), registered=0
)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    site = Site("town", root=tmp_path)
    folder = site.path / "group_vars" / "pbx"
    folder.mkdir(parents=True)
    site.hosts_file.write_text(
        yaml.safe_dump({"all": {"children": {"pbx": {"hosts": {"pbx1": None}}, "web": {"hosts": {"web1": None}}}}})
    )
    declared = {
        "asterisk_extensions": [{"number": "1001", "name": "Reception"}],
        "asterisk_extension_secrets": {"1001": PASSWORD},
    }
    (folder / "asterisk.yml").write_text(yaml.safe_dump(declared))
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
    answer(monkeypatch, HostResult(result=[RUNS]))
    (found,) = check(site)
    assert (found.target, found.status, found.subject) == ("pbx1", Status.OK, "")
    assert found.intent is not None
    assert found.intent.file.endswith("group_vars/pbx/asterisk.yml")


def test_each_extension_that_differs_is_a_finding(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = Endpoint(**{**RUNS, "number": "1666"})  # type: ignore[typeddict-item] # a copy with one other value
    answer(monkeypatch, HostResult(result=[stranger]))
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
    ran = answer(monkeypatch, HostResult(result=[RUNS]))
    report = pbx.mend(site, progress=NoProgress()).build()
    assert ran == ["reload_pbx", "get_pbx_endpoints"]
    assert report.exit_code == 0
