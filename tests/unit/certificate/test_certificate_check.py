"""certificate.check against real TLS services of this machine: what is vouched for, what is not, what does not answer."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from lab.overlay.authority import Authority
from muhtar.certificate.check import check
from muhtar.certificate.judge import judge_certificate, span_of
from muhtar.errors import NothingSelectedError, RegisterError
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.settings import Site
from nornir_tasks.get_certificates import Certificate
from tests.support.tls_service import serving, signed

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    site = Site("town", root=tmp_path)
    site.path.mkdir(parents=True)
    return site


@pytest.fixture
def authority(site: Site) -> Authority:
    """The site's own authority."""
    made = Authority.create("The town's authority")
    folder = site.overlay / "ca"
    folder.mkdir(parents=True)
    (folder / "ca.crt").write_text(made.certificate, encoding="utf-8")
    return made


def declare(site: Site, **services: object) -> None:
    hosts = {name: {"ansible_host": "127.0.0.1", "muhtar_tls_services": given} for name, given in services.items()}
    site.hosts_file.write_text(yaml.safe_dump({"all": {"hosts": {**hosts, "r1": None}}}), encoding="utf-8")


def looked(site: Site, now: datetime | None = None) -> tuple[Outcome, ...]:
    return check(site, progress=NoProgress(), now=now).build().outcomes


def test_a_certificate_of_the_sites_authority_is_read_and_ok(site: Site, authority: Authority, tmp_path: Path) -> None:
    with serving(signed(authority), tmp_path) as port:
        declare(site, web1=[{"port": port}])
        (found,) = looked(site)
    assert (found.target, found.subject, found.status) == ("web1", f"web1:{port}", Status.OK), found.summary
    span = span_of(found)
    assert span is not None
    assert 360 < (span.ends - datetime.now(UTC)).days < 366
    assert "issued by The town's authority" in (found.found or "")


@pytest.mark.parametrize(("days", "status"), [(364 - 31, "ok"), (364 - 30, "finding"), (364 - 1, "finding"), (366, "finding")])
def test_notice_begins_on_its_day(site: Site, authority: Authority, tmp_path: Path, days: int, status: str) -> None:
    with serving(signed(authority), tmp_path) as port:
        declare(site, web1=[{"port": port}])
        # It was issued a moment ago, for 364 days from now on.
        (found,) = looked(site, datetime.now(UTC) + timedelta(days=days, minutes=-5))
    assert found.status.value == status, found.summary


def test_one_of_another_authority_or_name_is_a_finding_that_says_why(site: Site, authority: Authority, tmp_path: Path) -> None:
    stranger = Authority.create("A stranger")
    with serving(signed(stranger), tmp_path) as port:
        declare(site, web1=[{"port": port}])
        (found,) = looked(site)
    assert found.status is Status.FINDING
    assert "nobody vouches for it" in found.summary
    assert span_of(found) is not None, "until when it holds is worth knowing all the same"
    with serving(signed(authority), tmp_path) as port:
        declare(site, web1=[{"port": port, "name": "www.lab.example"}])
        (found,) = looked(site)
    assert found.status is Status.FINDING
    assert "www.lab.example" in found.summary


def test_one_that_the_machine_trusts_is_ok_beside_the_sites_own_authority(
    site: Site, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = Authority.create("A public authority")
    trusted = tmp_path / "trusted.pem"
    trusted.write_text(public.certificate, encoding="utf-8")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    for issuer in (public, authority):
        with serving(signed(issuer), tmp_path) as port:
            declare(site, web1=[{"port": port}])
            (found,) = looked(site)
        assert found.status is Status.OK, found.summary


def test_several_names_on_one_port_are_services_of_their_own(site: Site, authority: Authority, tmp_path: Path) -> None:
    with serving(signed(authority), tmp_path) as port:
        declare(site, web1=[{"port": port, "name": name} for name in ("web1", "web1.lab.example", "other.example")])
        found = looked(site)
    assert [(one.subject, one.status.value) for one in found] == [
        (f"web1:{port}", "ok"),
        (f"web1.lab.example:{port}", "ok"),
        (f"other.example:{port}", "finding"),
    ]


def test_postgresql_is_asked_for_tls_first(site: Site, authority: Authority, tmp_path: Path) -> None:
    with serving(signed(authority, "db1"), tmp_path, starttls=b"S") as port:
        declare(site, db1=[{"port": port, "starttls": "postgresql"}])
        (found,) = looked(site)
    assert found.status is Status.OK, found.summary
    with serving(signed(authority, "db1"), tmp_path, starttls=b"N") as port:
        declare(site, db1=[{"port": port, "starttls": "postgresql"}])
        (found,) = looked(site)
    assert (found.status, found.summary) == (
        Status.UNCHECKED,
        "its certificate cannot be read: PostgreSQL offers no TLS here",
    )


def test_what_does_not_answer_or_speaks_no_tls_is_unchecked_and_hides_nothing(
    site: Site, authority: Authority, tmp_path: Path
) -> None:
    with serving(signed(authority), tmp_path) as port, socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = closed.getsockname()[1]
        closed.close()
        declare(site, web1=[{"port": port}, {"port": nobody}])
        outcomes = looked(site)
    assert [(one.subject, one.status) for one in outcomes] == [
        (f"web1:{port}", Status.OK),
        (f"web1:{nobody}", Status.UNCHECKED),
    ]
    assert "Connection refused" in outcomes[1].summary


def test_no_declared_service_is_no_clean_check(site: Site) -> None:
    declare(site)
    with pytest.raises(NothingSelectedError, match="declares a TLS service"):
        looked(site)


def test_every_wrong_declaration_is_told_at_once_with_its_mend(site: Site) -> None:
    declare(site, a=[{"port": "443"}], b=[{"port": 443, "nmae": "x"}], c=[{"port": 1}, {"port": 1}], d="443")
    with pytest.raises(RegisterError) as caught:
        looked(site)
    told = str(caught.value)
    assert len(caught.value.problems) == 4
    for part in (
        "[muhtar_tls_services[0].port]",
        "[muhtar_tls_services[0].nmae]",
        "names c:1 twice",
        "mend: write a list of {port",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("ends", "distrust", "status", "said"),
    [
        (NOW + timedelta(days=31), None, "ok", "ends on 2026-12-27 12:00 UTC in 31 days"),
        (NOW + timedelta(days=30, hours=23), None, "finding", "in 30 days (within the 30-day notice)"),
        (NOW + timedelta(minutes=1), None, "finding", "in 0 days (within the 7-day notice)"),
        (NOW - timedelta(minutes=1), None, "finding", "expired on 2026-11-26 11:59 UTC, 0 days ago"),
        (NOW - timedelta(days=2), "self-signed", "finding", "expired on 2026-11-24 12:00 UTC, 2 days ago"),
    ],
)
def test_verdicts(ends: datetime, distrust: str | None, status: str, said: str) -> None:
    found = Certificate(NOW - timedelta(days=60), ends, "CA", distrust)
    verdict = judge_certificate(found, (30, 14, 7), NOW, host="web1")
    assert verdict.status.value == status
    assert said in verdict.summary


def test_one_that_is_not_yet_in_force_is_a_finding() -> None:
    found = Certificate(NOW + timedelta(hours=1), NOW + timedelta(days=90), "CA")
    assert judge_certificate(found, (), NOW, host="web1").summary == "not in force before 2026-11-26 13:00 UTC"
