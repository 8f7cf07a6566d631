"""license.audit by what was discovered: per metric, per age of the look, and never by half a look."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from muhtar.errors import RegisterError
from muhtar.license.audit import audit
from muhtar.license.discovery.record import Item, Look, Sample, keep
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.settings import Site

GROUPS = {"servers": ("db1", "db2", "web1", "pbx1"), "databases": ("db1", "db2"), "pbx": ("pbx1",), "video": (), "pcs": ("pc1",)}
HOSTS = ["db1", "db2", "web1", "pbx1", "pc1"]
ENTRY = """\
  - {{id: {id}, product: Product, publisher: P, metric: {metric}, quantity: {quantity}, start: 2020-01-01, owner_unit: software,
     contract: c-1, discovered: {product}{more}}}
"""
NOW = datetime.now(UTC)


def entry(metric: str, quantity: int, product: str = "gitlab-ee", name: str = "x", more: str = "") -> str:
    return ENTRY.format(id=name, metric=metric, quantity=quantity, product=product, more=more)


def system(*packages: str, days: float = 0, core: int | None = 8) -> Look:
    counts = {"core": core, "socket": 2} if core else {}
    return Look(seen=NOW - timedelta(days=days), items=tuple(Item("package", name) for name in packages), counts=counts)


def looked(site: Site, **hosts: Look) -> None:
    """Every server was looked at now, and has nothing but what is said."""
    for name in GROUPS["servers"]:
        keep(site, name, {"system": hosts.get(name, system()), "database": Look(seen=NOW)})
    keep(site, "pbx1", {"pbx": Look(seen=NOW)})


def audited(site: Site, *entries: str, as_of: date | None = None) -> list[Outcome]:
    site.register("licenses").write_text("licenses:\n" + "".join(entries), encoding="utf-8")
    inventory = SimpleNamespace(groups=GROUPS, hosts=HOSTS)
    return list(audit(site, progress=NoProgress(), as_of=as_of, inventory=inventory).build().outcomes)


def one(outcomes: list[Outcome], check: str, target: str = "x") -> Outcome:
    (found,) = [outcome for outcome in outcomes if (outcome.check, outcome.target) == (check, target)]
    return found


@pytest.mark.parametrize(("metric", "used"), [("device", 2), ("seat", 2), ("core", 16), ("socket", 4)])
def test_hosts_that_have_the_product_are_counted_by_the_metric(site: Site, metric: str, used: int) -> None:
    looked(site, db1=system("gitlab-ee"), web1=system("gitlab-ee"))
    enough = audited(site, entry(metric, used))
    assert one(enough, "license.seats").summary == f"Product: {used} of {used} in use"
    assert "on db1, web1; oldest look " in str(one(enough, "license.seats").found)
    assert one(enough, "license.unused").summary == "Product: found on db1, web1"
    over = one(audited(site, entry(metric, used - 1)), "license.seats")
    assert (over.status, over.summary) == (Status.FINDING, f"Product: {used} in use, {used - 1} were bought; 1 too many")


def test_only_hosts_that_the_license_covers_count_and_the_others_have_none(site: Site) -> None:
    looked(site, db1=system("gitlab-ee"), web1=system("gitlab-ee"))
    outcomes = audited(site, entry("device", 1, more=", covers: {groups: [databases]}"))
    assert one(outcomes, "license.seats").summary == "Product: 1 of 1 in use"
    found = one(outcomes, "license.unlicensed", "gitlab-ee")
    assert found.status is Status.FINDING
    assert found.summary == "GitLab GitLab Enterprise Edition: found on 2 hosts, without a license on web1"
    assert one(audited(site, entry("device", 2)), "license.unlicensed", "gitlab-ee").status is Status.OK


def test_what_needs_no_license_is_not_asked_for_one(site: Site) -> None:
    looked(site, db1=system("postgresql-15", "nginx"))
    outcomes = audited(site, entry("device", 1))
    assert {outcome.target for outcome in outcomes if outcome.check == "license.unlicensed"} == {"discovery"}


def test_licensed_but_found_nowhere_is_one_finding_and_not_two(site: Site) -> None:
    looked(site)
    outcomes = audited(site, entry("device", 5))
    assert one(outcomes, "license.unused").status is Status.FINDING
    assert one(outcomes, "license.unused").summary == "Product: licensed, but found on no host"
    assert [outcome for outcome in outcomes if outcome.check == "license.idle"] == []


@pytest.mark.parametrize(("days", "status"), [(0, "ok"), (29.9, "ok"), (30.1, "unchecked"), (400, "unchecked")])
def test_a_look_that_is_too_old_is_no_look(site: Site, days: float, status: str) -> None:
    looked(site, db1=system("gitlab-ee"), db2=system(days=days))
    outcomes = audited(site, entry("device", 1))
    seats = one(outcomes, "license.seats")
    assert seats.status.value == status
    if status == "unchecked":
        assert "at least 1, on db1" in seats.summary
        assert f"db2 (last looked at on {NOW - timedelta(days=days):%Y-%m-%d}, {int(days)} days before)" in seats.summary
    assert one(outcomes, "license.unlicensed", "discovery").status.value == status
    assert one(outcomes, "license.unused").status is Status.OK, "one host that has it is enough to say so"


def test_a_product_may_hide_on_a_host_that_was_not_looked_at(site: Site) -> None:
    looked(site, web1=system(days=99))
    assert one(audited(site, entry("device", 1)), "license.unused").status is Status.UNCHECKED


def test_what_is_over_already_is_told_although_a_host_is_not_known(site: Site) -> None:
    looked(site, db1=system("gitlab-ee"), db2=system("gitlab-ee"), web1=system(days=99))
    assert one(audited(site, entry("device", 1)), "license.seats").status is Status.FINDING


def test_cores_that_are_not_known_are_not_none(site: Site) -> None:
    looked(site, db1=system("gitlab-ee", core=None), db2=system("gitlab-ee"))
    seats = one(audited(site, entry("core", 8)), "license.seats")
    assert seats.status is Status.UNCHECKED
    assert "at least 8" in seats.summary
    assert "db1 (its cores are not known)" in seats.summary


def test_a_covered_host_that_nobody_looks_at_is_not_known(site: Site) -> None:
    looked(site)
    seats = one(audited(site, entry("device", 1, more=", covers: {groups: [pcs]}")), "license.seats")
    assert seats.status is Status.UNCHECKED
    assert "pc1 (no look for it is made there)" in seats.summary


def test_before_the_first_look_nothing_is_known_and_nothing_else_asked(site: Site) -> None:
    outcomes = audited(site, entry("device", 1))
    assert {(outcome.check, outcome.status.value) for outcome in outcomes} == {
        ("license.expiry", "ok"),
        ("license.seats", "unchecked"),
        ("license.unused", "unchecked"),
    }


def test_a_group_that_is_not_there_is_an_error(site: Site) -> None:
    looked(site)
    assert one(audited(site, entry("core", 1, more=", covers: {groups: [datbases]}")), "license.seats").status is Status.ERROR


@pytest.mark.parametrize(("metric", "most"), [("channel", 9), ("concurrent_call", 4)])
def test_of_calls_the_busiest_moment_counts_once_they_were_seen_on_three_days(site: Site, metric: str, most: int) -> None:
    looked(site)
    samples = [Sample(NOW - timedelta(days=days), channel, call) for days, channel, call in ((40, 50, 50), (2, 9, 4), (1, 2, 1))]
    pbx = Look(seen=NOW, items=(Item("pbx", "Asterisk", "22"),), samples=tuple(samples))
    keep(site, "pbx1", {"pbx": pbx})
    few = one(audited(site, entry(metric, 60, "asterisk")), "license.seats")
    assert few.status is Status.UNCHECKED
    assert "pbx1 (its calls were seen on 2 days, 3 are needed)" in few.summary
    keep(site, "pbx1", {"pbx": pbx.model_copy(update={"samples": (Sample(NOW, 0, 0),)})})
    enough = one(audited(site, entry(metric, 60, "asterisk")), "license.seats")
    assert enough.summary == f"Product: {most} of 60 in use", "what was seen 40 days ago is too old"


def test_cameras_are_counted_on_the_recorders(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GROUPS, "video", ("nvr1",))
    looked(site)
    keep(site, "nvr1", {"video": Look(seen=NOW, items=(Item("recorder", "ZoneMinder"),), counts={"camera": 12})})
    assert one(audited(site, entry("camera", 12, "zoneminder")), "license.seats").summary == "Product: 12 of 12 in use"


def test_a_day_to_come_is_judged_by_what_is_known_today_and_a_day_gone_by_is_not(site: Site) -> None:
    looked(site, db1=system("gitlab-ee"))
    ahead = audited(site, entry("device", 1), as_of=site.today() + timedelta(days=200))
    assert one(ahead, "license.seats").status is Status.OK
    past = one(audited(site, entry("device", 1), as_of=site.today() - timedelta(days=3)), "license.seats")
    assert past.status is Status.UNCHECKED
    assert f"first looked at on {NOW:%Y-%m-%d}" in past.summary


def test_two_licenses_of_one_product_share_what_is_found(site: Site) -> None:
    looked(site, db1=system("gitlab-ee"), db2=system("gitlab-ee"), web1=system("gitlab-ee"))
    enough = audited(site, entry("device", 1, name="a"), entry("device", 2, name="b"))
    assert [one(enough, "license.seats", name).summary for name in "ab"] == ["Product: 1 of 1 in use", "Product: 2 of 2 in use"]
    assert str(one(enough, "license.seats", "a").found).endswith("; 3 in all, shared by a, b")
    over = audited(site, entry("device", 1, name="a"), entry("device", 1, name="b"))
    assert [one(over, "license.seats", name).status for name in "ab"] == [Status.OK, Status.FINDING]
    elsewhere = audited(site, entry("device", 1, name="a", more=", covers: {groups: [databases]}"), entry("device", 3, name="b"))
    assert [one(elsewhere, "license.seats", name).status for name in "ab"] == [Status.FINDING, Status.OK]


def test_a_renewal_is_not_beside_what_it_renews(site: Site) -> None:
    looked(site, db1=system("gitlab-ee"))
    day = site.today()
    old = entry("device", 1, name="old", more=f", end: {day + timedelta(days=3)}")
    new = entry("device", 1, name="new", more=", renews: old").replace("start: 2020-01-01", f"start: {day}")
    assert [one(audited(site, old, new), "license.seats", name).summary for name in ("old", "new")] == [
        "Product: 1 of 1 in use"
    ] * 2


def test_nobody_counts_by_hand_what_discovery_counts(site: Site) -> None:
    counted = ", counted: {used: 1, on: 2026-01-01, by: screen}"
    with pytest.raises(RegisterError) as error:
        audited(site, entry("core", 1, more=counted))
    assert "counted twice: by discovery, and by hand" in str(error.value)
    looked(site)
    assert audited(site, entry("cal", 1, more=counted)), "no look counts CALs"


def test_a_device_that_does_not_tell_its_features_may_have_them(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GROUPS, "network", ("sw1",))
    own = "{id: routing, product: IP routing, publisher: P, license: needed, found: [{kind: feature, name: ipbasek9}]}"
    site.register("products").write_text(f"products:\n  - {own}\n", encoding="utf-8")
    looked(site)
    keep(site, "sw1", {"device": Look(seen=NOW, untold=("feature",))})
    seats = one(audited(site, entry("device", 1, "routing")), "license.seats")
    assert (seats.status, "sw1 (it does not tell its features)" in seats.summary) == (Status.UNCHECKED, True)
    keep(site, "sw1", {"device": Look(seen=NOW, items=(Item("feature", "ipbasek9"),))})
    assert one(audited(site, entry("device", 1, "routing")), "license.seats").summary == "Product: 1 of 1 in use"


def test_a_subscription_is_tied_and_not_counted(site: Site) -> None:
    looked(site, db1=system("gitlab-ee"))
    outcomes = audited(site, entry("subscription", 1))
    assert {outcome.check for outcome in outcomes if outcome.target == "x"} == {"license.expiry", "license.unused"}
    assert one(outcomes, "license.unlicensed", "gitlab-ee").status is Status.OK


def test_a_license_that_has_not_begun_licenses_nothing(site: Site) -> None:
    looked(site, db1=system("gitlab-ee"))
    later = entry("device", 1).replace("start: 2020-01-01", f"start: {site.today() + timedelta(days=9)}")
    assert one(audited(site, later), "license.unlicensed", "gitlab-ee").status is Status.FINDING


def test_what_is_found_is_no_entry_of_the_register(site: Site) -> None:
    looked(site, db1=system("gitlab-ee", "splunk"))
    site.register("licenses").write_text("licenses:\n" + entry("device", 1), encoding="utf-8")
    inventory = SimpleNamespace(groups=GROUPS, hosts=HOSTS)
    notes = audit(site, progress=NoProgress(), inventory=inventory).build().notes
    assert "scanned 1 license = 1 ok + 0 with findings + 0 waived + 0 invalid" in notes
