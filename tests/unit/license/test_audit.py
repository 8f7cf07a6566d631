"""license.audit as a whole: register and inventory in, outcomes out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from lab.overlay.registers import write_register, write_registers
from muhtar.errors import RegisterError
from muhtar.license.audit import audit
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.settings import Site

ENTRY = """\
  - id: {id}
    product: Product
    publisher: Publisher
    metric: {metric}
    quantity: {quantity}
    start: 2020-01-01
    {end}
    owner_unit: software
    contract: c-1
    {covers}
"""
GROUPS = {"servers": ("db1", "web1", "pbx1"), "web": ("web1",), "spare": ()}


def entry(
    name: str = "x", metric: str = "device", quantity: int = 3, end: str = "", covers: str = "covers: {groups: [servers]}"
) -> str:
    return ENTRY.format(id=name, metric=metric, quantity=quantity, end=end, covers=covers)


def audited(site: Site, *entries: str, as_of: date | None = None) -> Report:
    site.register("licenses").write_text("licenses:\n" + "".join(entries), encoding="utf-8")
    inventory = SimpleNamespace(groups=GROUPS, hosts=["db1", "web1", "pbx1", "r1"])
    return audit(site, progress=NoProgress(), as_of=as_of, inventory=inventory).build()


def test_each_license_has_its_outcomes_at_its_line(site: Site) -> None:
    report = audited(site, entry("a"), entry("b", quantity=2))
    assert [(outcome.target, outcome.check, outcome.status.value) for outcome in report.outcomes] == [
        ("a", "license.expiry", "ok"),
        ("a", "license.seats", "ok"),
        ("a", "license.idle", "ok"),
        ("b", "license.expiry", "ok"),
        ("b", "license.seats", "finding"),
        ("b", "license.idle", "ok"),
    ]
    assert report.exit_code == 2
    lines = site.register("licenses").read_text(encoding="utf-8").splitlines()
    assert lines[report.outcomes[4].intent.line - 1] == "  - id: b"
    assert {outcome.duty for outcome in report.outcomes} == {"8b10"}


def test_a_host_in_two_covered_groups_takes_one_seat(site: Site) -> None:
    report = audited(site, entry(covers="covers: {groups: [servers, web, spare], hosts: [web1, r1]}", quantity=4))
    assert report.outcomes[1].summary == "Product: 4 of 4 in use"


def test_a_group_that_the_inventory_lacks_is_an_error_not_zero_seats(site: Site) -> None:
    report = audited(site, entry(covers="covers: {groups: [sevrers], hosts: [db9]}"))
    assert report.outcomes[1].status is Status.ERROR
    assert "no group 'sevrers' and no host 'db9'" in report.outcomes[1].summary
    assert report.exit_code == 1


def test_a_subscription_of_which_nothing_is_counted_is_named(site: Site) -> None:
    report = audited(site, entry(metric="subscription", covers=""))
    assert [outcome.check for outcome in report.outcomes] == ["license.expiry"]
    assert "subscriptions as a whole, of which nothing is counted: x" in report.notes


def test_what_nobody_counted_makes_the_report_incomplete(site: Site) -> None:
    report = audited(site, entry(metric="core", covers=""))
    assert [(outcome.check, outcome.status) for outcome in report.outcomes] == [
        ("license.expiry", Status.OK),
        ("license.seats", Status.UNCHECKED),
    ]
    assert report.exit_code == 3


def test_the_report_proves_that_nothing_was_left_out(site: Site) -> None:
    site.register("waivers").write_text(
        "waivers:\n  - {id: w, check: license.seats, targets: [over], owner: Me, reason: Because, until: 2199-01-01}\n", "utf-8"
    )
    report = audited(
        site, entry("good"), entry("over", quantity=1), entry("idle", quantity=9), entry("lost", covers="covers: {groups: [no]}")
    )
    assert report.notes[0] == "scanned 4 licenses = 1 ok + 1 with findings + 1 waived + 1 invalid"


def test_directorates_are_counted_once_each_in_turkish_order(site: Site) -> None:
    owned = [
        entry(name, quantity=quantity).rstrip() + f"\n    directorate: {owner}\n"
        for name, quantity, owner in [
            ("a", 3, "Sağlık İşleri"),
            ("b", 1, "İMAR"),
            ("c", 3, "İmar"),
            ("d", 3, "Çevre"),
            ("e", 3, "Destek"),
        ]
    ]
    report = audited(site, *owned)
    assert report.notes[1] == (
        "licenses by directorate: Çevre 1 (0 not ok), Destek 1 (0 not ok), İMAR 2 (1 not ok), Sağlık İşleri 1 (0 not ok)"
    )


def test_money_lies_idle_only_while_the_term_runs(site: Site) -> None:
    one = entry(quantity=30, end="end: 2026-06-30")
    for day, asked in (
        (date(2019, 12, 31), False),
        (date(2020, 1, 1), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ):
        checks = [outcome.check for outcome in audited(site, one, as_of=day).outcomes]
        assert ("license.idle" in checks) is asked


def test_the_makers_support_is_judged_where_its_end_is_known(site: Site) -> None:
    known = entry("known").rstrip() + "\n    support_ends: 2026-06-30\n"
    report = audited(site, known, entry("not"), as_of=date(2026, 7, 1))
    assert [(outcome.target, outcome.status) for outcome in report.outcomes if outcome.check == "license.support"] == [
        ("known", Status.FINDING)
    ]
    assert "end of the maker's support not in the register: not" in report.notes


def test_each_term_is_held_against_the_use_of_its_own_days(site: Site) -> None:
    old = entry("old", end="end: 2026-06-30")
    new = entry("new").replace("2020-01-01", "2026-07-01").rstrip() + "\n    renews: old\n"
    for day, counting in ((date(2026, 6, 30), "old"), (date(2026, 7, 1), "new")):
        report = audited(site, old, new, as_of=day)
        assert report.exit_code == 0
        assert [outcome.target for outcome in report.outcomes if outcome.check == "license.seats"] == [counting]
        assert [outcome.target for outcome in report.outcomes if outcome.check == "license.expiry"] == ["old", "new"]
    late = audited(site, old, new.replace("2026-07-01", "2026-07-03"), as_of=date(2026, 7, 1))
    found = [(outcome.target, outcome.check) for outcome in late.outcomes if outcome.status is Status.FINDING]
    assert found == [("old", "license.expiry"), ("new", "license.seats")]


def test_another_day_gives_another_answer(site: Site) -> None:
    one = entry(end="end: 2026-06-30\n    thresholds_days: []")
    assert audited(site, one, as_of=date(2026, 4, 30)).outcomes[0].status is Status.OK
    assert audited(site, one, as_of=date(2026, 5, 1)).outcomes[0].status is Status.FINDING
    assert "as of 2026-05-01" in audited(site, one, as_of=date(2026, 5, 1)).notes[-1]


def test_nothing_to_audit_is_an_error(site: Site) -> None:
    with pytest.raises(RegisterError, match="no such register"):
        audit(site, progress=NoProgress())
    site.register("licenses").write_text("licenses: []\n", encoding="utf-8")
    with pytest.raises(RegisterError, match="nothing to audit"):
        audit(site, progress=NoProgress())


def test_the_labs_register_is_clean_and_its_fault_is_one_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    site = Site("lab")
    write_registers(site.overlay)
    assert audit(site, progress=NoProgress()).build().exit_code == 0
    write_register(site.overlay, "licenses", antivirus_ends_in=20)
    broken = audit(site, progress=NoProgress()).build()
    assert [(outcome.target, outcome.check) for outcome in broken.outcomes if outcome.status is not Status.OK] == [
        ("antivirus-servers", "license.expiry")
    ]
