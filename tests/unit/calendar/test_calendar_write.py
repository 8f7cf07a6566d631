"""calendar.write: what the registers and the history put into it, and that it never says it is whole where it is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from muhtar.calendar.write import write as make
from muhtar.certificate.judge import judge_certificate
from muhtar.deadlines import Deadline, Kind, State
from muhtar.errors import RegisterError
from muhtar.history import History
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.report import Report, ReportBuilder
from muhtar.settings import Site
from nornir_tasks.get_certificates import Certificate
from tests.support.registers import site, write

__all__ = ["site", "write"]

DAY = date(2026, 11, 26)
LICENSE: dict[str, Any] = {
    "product": "Product",
    "publisher": "Publisher",
    "metric": "subscription",
    "quantity": 1,
    "start": "2026-01-01",
    "owner_unit": "software",
    "contract": "c-1",
}


@pytest.fixture
def registers(site: Site, write: Callable[..., None]) -> Callable[..., None]:
    """Write registers of plain values; those that are not given are empty."""

    def into(**given: list[dict[str, Any]]) -> None:
        for name in ("licenses", "assets", "contracts", *(name for name in given if name == "domains")):
            write(**{name: yaml.safe_dump({name: given.get(name, [])})})

    site.hosts_file.write_text("all: {hosts: {web1: {}}}\n", encoding="utf-8")
    into(contracts=[{"id": "c-1", "supplier": "S", "kind": "license", "start": "2020-01-01"}])
    return into


def made(site: Site, day: date = DAY) -> Report:
    return make(site, progress=NoProgress(), as_of=day).build()


def entries(report: Report) -> dict[tuple[str, str], Deadline]:
    assert report.calendar is not None
    return {(entry.kind.value, entry.id): entry for entry in report.calendar.entries}


def contract(name: str, kind: str, start: str, end: str | None, **more: Any) -> dict[str, Any]:
    return {"id": name, "supplier": "S", "kind": kind, "start": start, **({"end": end} if end else {}), **more}


def asset(name: str, *contracts: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name, "kind": "server", "maker": "M", "model": "X", "serial": name, "purchased": "2020-01-01",
        "contracts": list(contracts), **more,
    }  # fmt: skip


LICENSED = contract("c-1", "license", "2020-01-01", None)


def test_each_thing_that_ends_has_its_place_and_the_rest_is_counted(site: Site, registers: Callable[..., None]) -> None:
    registers(
        licenses=[
            LICENSE | {"id": "a", "end": "2026-12-31", "lead_time_days": 45, "support_ends": "2028-06-30"},
            LICENSE | {"id": "b"},
        ],
        contracts=[LICENSED, contract("w", "warranty", "2026-01-01", "2028-12-31"), contract("s", "support", "2026-01-01", None)],
        assets=[asset("x", "w")],
        domains=[{"id": "ornek.bel.tr", "registrar": "R", "end": "2027-03-31"}],
    )
    report = made(site)
    found = entries(report)
    assert set(found) == {("license", "a"), ("maker", "a"), ("warranty", "w"), ("domain", "ornek.bel.tr")}
    assert report.calendar is not None
    assert report.calendar.open_ended == 2
    assert [entry.end for entry in report.calendar.entries] == sorted(entry.end for entry in report.calendar.entries)
    assert found["license", "a"].order_by == date(2026, 11, 16)
    assert [one.summary for one in report.outcomes] == [
        "2 licenses, 2 ends in the calendar",
        "3 contracts, 1 end in the calendar; 1 of kind license, which are there by their licenses",
        "1 domain, 1 end in the calendar",
    ]
    assert report.exit_code == 0


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 5, 5), State.FINE),
        (date(2026, 5, 6), State.NOTICE),
        (date(2026, 9, 22), State.NOTICE),
        (date(2026, 9, 23), State.ORDER),
        (date(2026, 11, 2), State.ORDER),
        (date(2026, 11, 3), State.ENDED),
    ],
)
def test_an_entry_stands_as_the_audits_have_it(day: date, state: State) -> None:
    entry = Deadline(kind=Kind.LICENSE, id="a", title="A", end=date(2026, 11, 2), order_by=date(2026, 9, 23), notices=(180, 90))
    assert entry.state(day) is state
    assert entry.model_copy(update={"renewed_by": "b"}).state(day) is State.RENEWED


@pytest.mark.parametrize(("start", "renewed"), [("2027-01-01", "b"), ("2026-12-01", "b"), ("2027-01-02", None)])
def test_a_license_is_renewed_only_without_a_gap(
    site: Site, registers: Callable[..., None], start: str, renewed: str | None
) -> None:
    licenses = [
        LICENSE | {"id": "a", "end": "2026-12-31"},
        LICENSE | {"id": "b", "renews": "a", "start": start, "end": "2027-12-31"},
    ]
    registers(licenses=licenses, contracts=[LICENSED])
    assert entries(made(site))["license", "a"].renewed_by == renewed
    assert entries(made(site, date(2027, 1, 2)))["license", "a"].renewed_by == "b", "once it has begun, nothing is left to do"


def test_a_contract_is_renewed_where_all_its_assets_are_covered_beyond_it(site: Site, registers: Callable[..., None]) -> None:
    registers(
        contracts=[
            contract("old", "warranty", "2024-01-01", "2026-12-31"),
            contract("new", "maintenance", "2027-01-01", "2028-12-31"),
            contract("half", "warranty", "2024-01-01", "2026-12-31"),
            contract("unused", "support", "2024-01-01", "2026-12-31"),
        ],
        assets=[
            asset("x", "old", "new"),
            asset("y", "half", "new"),
            asset("z", "half"),
            asset("gone", "old", retired="2026-01-01"),
        ],
    )
    found = entries(made(site))
    assert (found["warranty", "old"].renewed_by, found["warranty", "old"].about) == ("new", "1 asset")
    assert (found["warranty", "half"].renewed_by, found["warranty", "half"].about) == (None, "2 assets")
    assert (found["support", "unused"].notices, found["support", "unused"].order_by) == ((), None)


def test_visits_follow_the_first_day_of_a_maintenance_contract_to_its_last() -> None:
    entry = Deadline(kind=Kind.MAINTENANCE, id="m", title="M", start=date(2026, 1, 1), end=date(2026, 12, 27), visit_every=90)
    assert entry.visits(date(2025, 1, 1), date(2030, 1, 1)) == [
        date(2026, 4, 1), date(2026, 6, 30), date(2026, 9, 28), date(2026, 12, 27),
    ]  # fmt: skip
    assert entry.visits(date(2026, 6, 30), date(2026, 9, 27)) == [date(2026, 6, 30)]
    assert entry.visits(date(2026, 7, 1), date(2026, 9, 28)) == [date(2026, 9, 28)]


def test_only_maintenance_has_visits(site: Site, registers: Callable[..., None]) -> None:
    registers(contracts=[contract("w", "warranty", "2026-01-01", "2026-12-31", visit_every_days=90)])
    with pytest.raises(RegisterError) as caught:
        made(site)
    assert "only a contract of kind maintenance has visits" in str(caught.value)


def test_a_wrong_register_or_an_empty_calendar_is_an_error(site: Site, registers: Callable[..., None]) -> None:
    with pytest.raises(RegisterError, match="nothing to put into a calendar"):
        made(site)
    registers(domains=[{"id": "a.example"}])
    with pytest.raises(RegisterError):
        made(site)


# -- certificates


@pytest.fixture
def served(site: Site, registers: Callable[..., None]) -> Site:
    """A town with one domain, and a host with a TLS service."""
    registers(domains=[{"id": "a.example", "registrar": "R", "end": "2030-01-01"}])
    hosts = {"all": {"hosts": {"web1": {"muhtar_tls_services": [{"port": 443}]}}}}
    site.hosts_file.write_text(yaml.safe_dump(hosts), encoding="utf-8")
    return site


def seen(site: Site, *, days_ago: float = 0, reachable: bool = True) -> None:
    """Have the history hold such a run of certificate.check."""
    moment = datetime.now(UTC) - timedelta(days=days_ago)
    builder = ReportBuilder("certificate.check", site.name)
    builder.select("web1", "certificate.expiry")
    shown = Certificate(datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 1, 29, 22, 30, tzinfo=UTC), "CA")
    verdict = judge_certificate(shown, (), moment, host="web1")
    outcome = Outcome(
        target="web1", check="certificate.expiry", subject="web1:443", started=moment,
        status=Status.OK if reachable else Status.UNCHECKED,
        summary=verdict.summary if reachable else "does not answer",
        found=verdict.found if reachable else None,
    )  # fmt: skip
    builder.add(outcome)
    History.open().record(builder.build().model_copy(update={"started": moment, "finished": moment}))


def certificates(report: Report) -> list[tuple[str, str, str]]:
    return [(one.subject, one.status.value, one.summary) for one in report.outcomes if one.target == "certificates"]


def test_a_certificate_ends_on_its_day_in_the_towns_time_zone(served: Site) -> None:
    seen(served)
    report = made(served)
    assert entries(report)["certificate", "web1-443"].end == date(2027, 1, 30)
    assert certificates(report) == [("", "ok", "1 certificate, each read within 7 days")]


def test_a_service_whose_certificate_was_never_read_makes_the_calendar_incomplete(served: Site) -> None:
    report = made(served)
    assert certificates(report) == [("web1 web1:443", "unchecked", "its certificate was never read")]
    assert report.exit_code == 3


def test_what_does_not_answer_any_more_is_shown_as_it_was_last_seen(served: Site) -> None:
    seen(served, days_ago=1)
    seen(served, reachable=False)
    report = made(served)
    assert certificates(report) == [("web1 web1:443", "unchecked", "does not answer, it is in the calendar as it was last seen")]
    assert ("certificate", "web1-443") in entries(report)


def test_a_look_of_more_than_a_week_ago_is_too_old(served: Site) -> None:
    seen(served, days_ago=8)
    report = made(served)
    assert report.exit_code == 3
    assert "was last read on" in certificates(report)[0][2]
    assert ("certificate", "web1-443") in entries(report)


def test_without_declared_services_the_report_says_so(served: Site, tmp_path: Path) -> None:
    served.hosts_file.write_text("all: {hosts: {web1: {}}}\n", encoding="utf-8")
    report = made(served)
    assert certificates(report) == []
    assert any("no host declares a TLS service" in note for note in report.notes)
