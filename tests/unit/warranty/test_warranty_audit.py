"""warranty.audit as a whole: registers in, outcomes out, and nothing left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from lab.overlay.registers import write_registers
from muhtar.errors import RegisterError
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.settings import Site
from muhtar.warranty.audit import audit

Write = Callable[..., None]
CONTRACTS = """\
contracts:
  - {id: bought, supplier: S, kind: license, start: 2020-01-01}
  - {id: first, supplier: S, kind: warranty, start: 2024-01-01, end: 2026-12-31, cost: {amount: 100, currency: TRY}}
  - {id: next, supplier: S, kind: maintenance, start: 2027-01-01, end: 2029-12-31}
  - {id: idle, supplier: S, kind: support, start: 2024-01-01}
"""
ASSETS = """\
exempt_kinds: [{kind: phone, reason: cheap}]
assets:
  - {id: both, kind: server, maker: M, model: X, serial: 1, purchased: 2024-01-01, contracts: [first, next], directorate: İmar}
  - {id: one, kind: server, maker: M, model: X, serial: 2, purchased: 2024-01-01, contracts: [first], directorate: Çevre}
  - {id: none, kind: server, maker: M, model: X, serial: 3, purchased: 2024-01-01}
  - {id: ph, kind: phone, maker: M, model: X, serial: 4, purchased: 2024-01-01}
  - {id: old, kind: server, maker: M, model: X, serial: 5, purchased: 2024-01-01, retired: 2025-01-01, contracts: [idle]}
""".replace("serial: ", "serial: S")
DAY = date(2026, 11, 26)


def audited(site: Site, write: Write, day: date | None = DAY) -> Report:
    write(contracts=CONTRACTS, assets=ASSETS)
    return audit(site, progress=NoProgress(), as_of=day).build()


def test_each_asset_and_each_contract_has_its_outcomes_at_its_line(site: Site, write: Write) -> None:
    report = audited(site, write)
    assert {(outcome.target, outcome.check, outcome.status.value, outcome.intent.line) for outcome in report.outcomes} == {
        ("both", "warranty.cover", "ok", 3),
        ("both", "warranty.gap", "ok", 3),
        ("one", "warranty.cover", "ok", 4),
        ("one", "warranty.gap", "ok", 4),
        ("none", "warranty.cover", "finding", 5),
        ("none", "warranty.gap", "ok", 5),
        ("ph", "warranty.cover", "ok", 6),
        ("old", "warranty.cover", "ok", 7),
        ("first", "warranty.expiry", "finding", 3),
        ("next", "warranty.expiry", "ok", 4),
    }
    assert {outcome.duty for outcome in report.outcomes} == {"8b9"}
    expiry = next(outcome for outcome in report.outcomes if outcome.target == "first")
    assert "then 1 asset without cover" in expiry.summary


def test_the_notes_prove_it_and_sum_it_up(site: Site, write: Write) -> None:
    write(waivers="waivers:\n  - {id: w, check: warranty.cover, targets: [none], owner: Me, reason: R, until: 2026-11-26}\n")
    assert audited(site, write).notes == (
        "contracts that cover no asset in use, not judged: idle",
        "scanned 5 assets = 4 ok + 0 with findings + 1 waived + 0 invalid",
        "scanned 2 contracts = 1 ok + 1 with findings + 0 waived + 0 invalid",
        "assets by directorate: Çevre 1 (0 not ok), İmar 1 (0 not ok)",
        "budget year 2027: 1 contract to renew, for 1 asset; their last terms cost 120.00 TRY with KDV",
        "budget year 2030: 1 contract to renew, for 1 asset; the cost of 1 is not in the register",
        "as of 2026-11-26: an answer to a question, not kept in the history",
    )
    assert "5 assets = 4 ok + 1 with findings + 0 waived" in audited(site, write, date(2026, 11, 27)).notes[1]


def test_another_day_gives_another_answer(site: Site, write: Write) -> None:
    def uncovered(day: date) -> list[str]:
        found = audited(site, write, day).outcomes
        return [item.target for item in found if item.check == "warranty.cover" and item.status is Status.FINDING]

    assert uncovered(date(2023, 12, 31)) == []
    assert uncovered(date(2026, 12, 31)) == ["none"]
    assert uncovered(date(2027, 1, 1)) == ["one", "none"]
    assert uncovered(date(2030, 1, 1)) == ["both", "one", "none"]


def test_nothing_to_audit_or_a_mistake_anywhere_is_an_error(site: Site, write: Write) -> None:
    write(assets="assets: []\n")
    with pytest.raises(RegisterError, match="nothing to audit"):
        audit(site, progress=NoProgress())
    write(contracts=CONTRACTS.replace("TRY", "TL"), assets=ASSETS.replace("purchased: 2024-01-01, retired", "retired"))
    with pytest.raises(RegisterError, match="have 2 mistakes"):
        audit(site, progress=NoProgress())


def test_the_labs_assets_are_covered_today(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    site = Site("lab")
    write_registers(site.overlay)
    assert audit(site, progress=NoProgress()).build().exit_code == 0
