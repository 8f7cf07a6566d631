"""certificate.check on the lab's real services: nginx, PostgreSQL, Asterisk and the REST server."""

from __future__ import annotations

import pytest

from muhtar.certificate.check import check
from muhtar.certificate.judge import span_of
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from tests.support.lab import Lab

pytestmark = pytest.mark.lab

SERVICES = {("web1", 443), ("db1", 5432), ("pbx1", 5039), ("bak1", 8000)}


def enddate(lab: Lab, host: str) -> str:
    """As OpenSSL tells of the file on the host: `2027-02-24 19:36`."""
    shown = lab.inside(host, "openssl", "x509", "-enddate", "-dateopt", "iso_8601", "-noout", "-in", "/etc/ssl/certs/muhtar.crt")
    return shown.stdout.strip().removeprefix("notAfter=")[:16]


def test_the_services_show_the_certificates_that_their_hosts_have(lab: Lab) -> None:
    outcomes = check(lab.site, limit=",".join(host for host, _ in SERVICES), progress=NoProgress()).build().outcomes
    assert {(one.target, int(one.subject.rpartition(":")[2])) for one in outcomes} == SERVICES
    for one in outcomes:
        assert one.status is Status.OK, f"{one.target}: {one.summary}"
        span = span_of(one)
        assert span is not None
        assert f"{span.ends:%Y-%m-%d %H:%M}" == enddate(lab, one.target)


def test_a_service_that_is_down_is_unchecked(lab: Lab) -> None:
    lab.inside("web1", "systemctl", "stop", "nginx")
    try:
        (found,) = check(lab.site, limit="web1", progress=NoProgress()).build().outcomes
    finally:
        lab.inside("web1", "systemctl", "start", "nginx")
    assert (found.status, found.target) == (Status.UNCHECKED, "web1")
    assert "Connection refused" in found.summary
