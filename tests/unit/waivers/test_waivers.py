"""Waivers: what they cover, what they must never hide, and what is said of those that ran out or cover nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from muhtar.errors import RegisterError
from muhtar.outcome import ExitCode, Outcome, Status
from muhtar.report import Report, ReportBuilder
from muhtar.settings import Site
from muhtar.waivers.cover import TERM, Decisions

DAY = date(2026, 11, 26)
ONE = """\
waivers:
  - id: web1-tuning
    check: drift.servers
    targets: [web1, web2]
    owner: Head of Software
    reason: the vendor tunes it until the migration
    until: 2026-11-26
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    return Site("town")


def decided(site: Site, text: str, day: date = DAY) -> Decisions:
    path = site.overlay / "registers" / "waivers.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return Decisions.of(site, day)


def report(*found: tuple[str, Status, str], check: str = "drift.servers") -> Report:
    builder = ReportBuilder("drift.check", "town")
    for target, status, subject in found:
        builder.select(target, check)
        builder.add(Outcome(target=target, check=check, status=status, summary="nginx.conf differs", subject=subject))
    return builder.build()


def seen(judged: Report, check: str = "drift.servers") -> dict[str, Status]:
    return {f"{one.target} {one.subject}".strip(): one.status for one in judged.outcomes if one.check == check}


def test_a_finding_is_covered_on_the_last_day_and_not_on_the_next(site: Site) -> None:
    found = report(("web1", Status.FINDING, ""), ("db1", Status.OK, ""))
    judged = decided(site, ONE).judge(found)
    assert seen(judged) == {"web1": Status.WAIVED, "db1": Status.OK}
    assert judged.exit_code == ExitCode.CLEAN
    waiver = judged.outcomes[0].waiver
    assert waiver is not None
    assert (waiver.id, waiver.owner, waiver.until) == ("web1-tuning", "Head of Software", DAY)

    late = decided(site, ONE, date(2026, 11, 27)).judge(found)
    assert seen(late)["web1"] is Status.FINDING
    assert late.exit_code == ExitCode.FINDINGS
    (term,) = [one for one in late.outcomes if one.check == TERM]
    assert term.status is Status.FINDING
    assert "ran out on 2026-11-26" in term.summary
    assert term.intent is not None
    assert term.intent.line == 2


@pytest.mark.parametrize("status", [Status.ERROR, Status.UNCHECKED])
def test_what_nobody_could_look_at_is_never_waived(site: Site, status: Status) -> None:
    judged = decided(site, ONE).judge(report(("web1", status, "")))
    assert seen(judged) == {"web1": status}
    assert judged.exit_code in {ExitCode.FAILED, ExitCode.INCOMPLETE}
    assert not judged.notes, "nobody looked, so nobody knows whether the waiver is idle"


def test_other_checks_hosts_and_subjects_are_not_covered(site: Site) -> None:
    text = ONE + "    subject: nginx\n"
    judged = decided(site, text).judge(
        report(("web1", Status.FINDING, "nginx"), ("web1", Status.FINDING, "sshd"), ("db1", Status.FINDING, "nginx"))
    )
    assert seen(judged) == {"web1 nginx": Status.WAIVED, "web1 sshd": Status.FINDING, "db1 nginx": Status.FINDING}
    other = report(("web1", Status.FINDING, ""), check="drift.network")
    assert decided(site, ONE).judge(other) == other


def test_an_idle_waiver_is_listed(site: Site) -> None:
    judged = decided(site, ONE).judge(report(("web1", Status.OK, ""), ("web2", Status.FINDING, "")))
    assert judged.notes == ("the waiver web1-tuning covers nothing on web1: there is no such finding; remove it there",)


def test_a_site_without_a_register_waives_nothing(site: Site) -> None:
    found = report(("web1", Status.FINDING, ""))
    assert Decisions.of(site).judge(found) == found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("    until: 2026-11-26\n", ""), "'until' is missing"),
        (("drift.servers", "drift.sarvers"), "is no check"),
        (("[web1, web2]", "[]"), "at least 1 item"),
        (("    reason: the vendor tunes it until the migration\n", ""), "'reason' is missing"),
        (("    owner:", "    onwer:"), "did you mean 'owner'"),
    ],
)
def test_a_waiver_without_term_reason_or_owner_is_refused(site: Site, change: tuple[str, str], said: str) -> None:
    with pytest.raises(RegisterError) as refused:
        decided(site, ONE.replace(*change))
    assert said in str(refused.value)


def test_waived_by_nobody_cannot_be_said() -> None:
    with pytest.raises(ValueError, match="waived by nobody"):
        Outcome(target="web1", check="drift.servers", status=Status.WAIVED, summary="it differs")
