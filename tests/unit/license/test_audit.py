"""license.audit as a whole: register and inventory in, outcomes out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from lab.overlay.registers import write_register
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
    contract: "1"
    {covers}
"""
GROUPS = {"servers": ("db1", "web1", "pbx1"), "web": ("web1",), "spare": ()}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    folder = tmp_path / "inventories" / "town" / "registers"
    folder.mkdir(parents=True)
    (folder.parent / "hosts.yml").write_text("all: {}\n", encoding="utf-8")
    return Site("town", root=tmp_path)


def entry(
    name: str = "x", metric: str = "host", quantity: int = 3, end: str = "", covers: str = "covers: {groups: [servers]}"
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
        ("b", "license.expiry", "ok"),
        ("b", "license.seats", "finding"),
    ]
    assert report.exit_code == 2
    lines = site.register("licenses").read_text(encoding="utf-8").splitlines()
    assert lines[report.outcomes[3].intent.line - 1] == "  - id: b"
    assert {outcome.duty for outcome in report.outcomes} == {"8b10"}


def test_a_host_in_two_covered_groups_takes_one_seat(site: Site) -> None:
    report = audited(site, entry(covers="covers: {groups: [servers, web, spare], hosts: [web1, r1]}", quantity=4))
    assert report.outcomes[1].summary == "Product: 4 of 4 in use"


def test_a_group_that_the_inventory_lacks_is_an_error_not_zero_seats(site: Site) -> None:
    report = audited(site, entry(covers="covers: {groups: [sevrers], hosts: [db9]}"))
    assert report.outcomes[1].status is Status.ERROR
    assert "no group 'sevrers' and no host 'db9'" in report.outcomes[1].summary
    assert report.exit_code == 1


def test_what_cannot_be_counted_is_said_in_a_note(site: Site) -> None:
    report = audited(site, entry(metric="site", covers=""))
    assert [outcome.check for outcome in report.outcomes] == ["license.expiry"]
    assert report.notes == ("x: seats not counted, its metric is site",)


def test_another_day_gives_another_answer(site: Site) -> None:
    one = entry(end="end: 2026-06-30")
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
    write_register(site.overlay, "licenses")
    assert audit(site, progress=NoProgress()).build().exit_code == 0
    write_register(site.overlay, "licenses", antivirus_ends_in=20)
    broken = audit(site, progress=NoProgress()).build()
    assert [(outcome.target, outcome.check) for outcome in broken.outcomes if outcome.status is not Status.OK] == [
        ("antivirus-servers", "license.expiry")
    ]
