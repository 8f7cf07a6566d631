"""The board as a whole, from a real history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from muhtar.duties import BoardLine, State, catalogue
from muhtar.duty.board import board
from muhtar.errors import RegisterError
from muhtar.history import History
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.settings import Site
from tests.support.reports import report_of

INVENTORY = SimpleNamespace(groups={"servers": ("web1",), "web": ("web1",), "network": ("r1",)}, hosts=["web1", "r1"])


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    (tmp_path / "inventories" / "town" / "registers").mkdir(parents=True)
    return Site("town", root=tmp_path)


def record(history: History, *outcomes: Outcome) -> None:
    now = datetime.now(UTC)
    history.record(report_of(*outcomes, site="town", id=f"{id(outcomes):032x}", started=now, finished=now))


def drawn(site: Site, *outcomes: Outcome) -> tuple[Report, dict[str, BoardLine]]:
    history = History.open()
    if outcomes:
        record(history, *outcomes)
    report = board(site, progress=NoProgress(), history=history, inventory=INVENTORY).build()
    lines = {outcome.target: line for outcome in report.outcomes if (line := BoardLine.read(outcome))}
    return report, lines


def looked(target: str, status: Status = Status.OK, days: int = 0) -> list[Outcome]:
    """What a look at a server says: as declared, and nothing besides."""
    started = datetime.now(UTC) - timedelta(days=days)
    return [
        Outcome(target=target, check=check, status=status, summary="x", started=started)
        for check in ("drift.servers", "drift.unmanaged")
    ]


def test_every_duty_has_one_line_and_an_owner(site: Site) -> None:
    report, lines = drawn(site)
    assert list(lines) == list(catalogue()) == [outcome.target for outcome in report.outcomes]
    assert report.exit_code == 3


def test_nothing_is_proven_without_history_but_the_report_itself(site: Site) -> None:
    _, lines = drawn(site)
    assert {duty for duty, line in lines.items() if line.state is State.PROVEN} == {"9"}
    assert lines["8l"].state is State.NEVER
    assert lines["8c"].state is State.UNSERVED
    assert lines["8f"].state is State.UNSERVED, "this town has no PBX"


def test_a_clean_look_proves_the_duties_of_the_host_and_no_others(site: Site) -> None:
    report, lines = drawn(site, *looked("web1"))
    assert lines["8l"].state is lines["8h"].state is State.PROVEN
    assert lines["8e"].state is State.NEVER
    assert "3 of 25 duties proven" in report.notes[0]


def test_a_finding_and_a_late_proof_are_findings_with_the_command_that_mends(site: Site) -> None:
    report, lines = drawn(site, *looked("web1", Status.FINDING))
    assert lines["8l"].state is State.FINDING
    (outcome,) = [outcome for outcome in report.outcomes if outcome.target == "8l"]
    assert (outcome.status, outcome.duty, outcome.mend) == (Status.FINDING, "8l", "./inv drift.check")
    _, lines = drawn(site, *looked("web1", days=36))
    assert lines["8l"].state is State.LATE


def test_history_of_another_town_proves_nothing_here(site: Site) -> None:
    history = History.open()
    now = datetime.now(UTC)
    history.record(report_of(*looked("web1"), site="elsewhere", started=now, finished=now))
    assert drawn(site)[1]["8l"].state is State.NEVER


def test_the_register_changes_owner_and_rhythm_and_is_the_intent(site: Site) -> None:
    site.register("duties").write_text(
        "every_days: 40\nduties:\n  - id: 8l\n    owner_unit: access\n  - id: 8h\n    every_days: 2\n", encoding="utf-8"
    )
    report, lines = drawn(site, *looked("web1", days=36))
    assert (lines["8l"].owner, lines["8l"].state) == ("access", State.PROVEN)
    assert lines["8h"].state is State.LATE
    intents = {outcome.target: str(outcome.intent) for outcome in report.outcomes}
    assert intents["8l"].endswith("registers/duties.yml:3")
    assert intents["8e"] == "muhtar/duty/catalogue.yml"


def test_a_wrong_register_stops_the_board(site: Site) -> None:
    site.register("duties").write_text("duties:\n  - id: 8l\n    owner_unti: access\n", encoding="utf-8")
    with pytest.raises(RegisterError, match="owner_unit"):
        drawn(site)


def test_the_command_for_a_proof_is_the_one_that_makes_it(site: Site) -> None:
    restored = Outcome(target="web1", check="backup.drill", status=Status.FINDING, summary="x", started=datetime.now(UTC))
    report, _ = drawn(site, restored)
    (backup,) = [outcome for outcome in report.outcomes if outcome.target == "8d"]
    assert backup.mend is not None
    assert backup.mend.split(", ") == ["./inv backup.run", "./inv backup.status", "./inv backup.drill", "./inv backup.plan"]
