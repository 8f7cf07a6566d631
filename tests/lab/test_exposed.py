"""What the lab shows to the network: no weak SSH server, no weak TLS service, nothing that listens without need."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lab.answers import wait_for
from lab.topology import load
from tests.support.audits import listening, ssh_failures, tls_failures
from tests.support.lab import Lab

pytestmark = pytest.mark.lab

EXPECTED: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("listening.yml").read_text(encoding="utf-8"))
REACHABLE = [
    (host, int(port), speaks)
    for host, sockets in EXPECTED.items()
    for socket, speaks in sockets.items()
    for _, where, port in [socket.split()]
    if where != "loopback" and port != "ephemeral"
]
SSH = [(host, port) for host, port, speaks in REACHABLE if speaks == "ssh"]
TLS = [(host, port, speaks) for host, port, speaks in REACHABLE if speaks.startswith("tls")]


def test_every_host_of_the_topology_has_its_line() -> None:
    assert set(EXPECTED) == set(load().hosts)


@pytest.mark.parametrize("host", load().hosts)
def test_a_host_listens_where_it_must_and_nowhere_else(lab: Lab, host: str) -> None:
    found = listening(lab.inside(host, "ss", "-tulnH").stdout, lab.address(host))
    assert found == set(EXPECTED.get(host, {}))


@pytest.mark.parametrize(("host", "port"), SSH)
def test_an_ssh_server_has_no_failure(lab: Lab, host: str, port: int) -> None:
    assert port == 22
    try:
        assert ssh_failures(lab.address(host)) == []
    finally:
        # Whoever audits is shut out for some seconds; the next test is not to suffer for it.
        wait_for(lab.context, lab.context.topology.host(host))


@pytest.mark.parametrize(("host", "port", "speaks"), TLS)
def test_a_tls_service_has_no_failure(lab: Lab, tmp_path: Path, host: str, port: int, speaks: str) -> None:
    starttls = speaks.partition("starttls ")[2].rstrip(")")
    name, address = f"{host}.{lab.domain}", lab.address(host)
    assert tls_failures(name, address, port, ca_file=lab.ca_file, starttls=starttls, scratch=tmp_path) == []


def test_the_scanner_tells_a_certificate_of_another_name(lab: Lab, tmp_path: Path) -> None:
    told = tls_failures(f"web1.{lab.domain}", lab.address("sw1"), 443, ca_file=lab.ca_file, scratch=tmp_path)
    assert "the certificate is not our authority's for web1.lab.example" in told
