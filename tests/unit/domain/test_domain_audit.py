"""domain.audit: the register of domains against a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from muhtar.domain.audit import audit
from muhtar.domain.judge import judge_domain
from muhtar.errors import RegisterError
from muhtar.license.domains import Domain
from muhtar.license.lint import lint
from muhtar.progress import NoProgress
from muhtar.settings import Site
from tests.support.registers import site, write

__all__ = ["site", "write"]

END = date(2027, 3, 31)
ENTRY = Domain(id="ornek.bel.tr", registrar="Registrar", end=END, lead_time_days=15, thresholds_days=(60, 30))


@pytest.mark.parametrize(
    ("before", "status", "said"),
    [
        (61, "ok", "ends on 2027-03-31 in 61 days, renew before 2027-03-16"),
        (60, "finding", "within the 60-day notice"),
        (16, "finding", "within the 30-day notice"),
        (15, "finding", "must be renewed now"),
        (0, "finding", "must be renewed now, ends on 2027-03-31 in 0 days"),
        (-1, "finding", "its registration ended on 2027-03-31, 1 day ago"),
    ],
)
def test_each_boundary_day(before: int, status: str, said: str) -> None:
    verdict = judge_domain(ENTRY, END - timedelta(days=before))
    assert verdict.status.value == status
    assert said in verdict.summary


def test_each_domain_has_its_outcome_at_its_line(site: Site, write: Callable[..., None]) -> None:
    write(
        domains="domains:\n"
        "  - {id: a.example, registrar: R, end: 2030-01-01}\n"
        "  - {id: b.example, registrar: R, end: 2027-01-01}\n"
    )
    report = audit(site, progress=NoProgress(), as_of=date(2027, 1, 2)).build()
    assert [(one.target, one.status.value, one.intent.line) for one in report.outcomes] == [
        ("a.example", "ok", 2),
        ("b.example", "finding", 3),
    ]
    assert "scanned 2 domains = 1 ok + 1 with findings + 0 waived + 0 invalid" in report.notes


def test_every_mistake_is_told_at_once(site: Site, write: Callable[..., None]) -> None:
    write(
        domains="domains:\n"
        "  - {id: a.example, registrar: R, end: 2027-02-30}\n"
        "  - {id: A.example, registrar: R}\n"
        "  - {id: a.example, registrar: R, end: 2027-02-03, password: x, start: 2028-01-01}\n"
    )
    with pytest.raises(RegisterError) as caught:
        audit(site, progress=NoProgress())
    told = str(caught.value)
    for part in ("there is no such day", "'end' is missing", "the id 'a.example' is taken already", "looks like a secret"):
        assert part in told


def test_no_domain_is_no_clean_audit(site: Site, write: Callable[..., None]) -> None:
    with pytest.raises(RegisterError, match="there is no such register"):
        audit(site, progress=NoProgress())
    write(domains="domains: []\n")
    with pytest.raises(RegisterError, match="nothing to audit"):
        audit(site, progress=NoProgress())


def test_lint_reads_the_domains_of_a_site_that_has_some(site: Site, write: Callable[..., None]) -> None:
    write(licenses="licenses: []\n", assets="assets: []\n")
    assert [one.target for one in lint(site).build().outcomes] == ["licenses", "assets", "contracts"]
    write(domains="domains:\n  - {id: a.example, registar: R, end: 2030-01-01}\n")
    found = [one for one in lint(site).build().outcomes if one.target == "domains"]
    assert [(one.status.value, one.duty) for one in found] == [("finding", "8l")] * 2
    assert "did you mean 'registrar'?" in (found[0].mend or "") + (found[1].mend or "")
