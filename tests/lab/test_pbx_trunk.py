"""A trunk, routes and a PIN on the lab's PBX, with phone1 as the provider: answering, it is clean; silent, it is found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

from muhtar.doors.playbook import run_playbook
from muhtar.drift import pbx
from muhtar.outcome import Outcome, Status
from muhtar.pbx import lint
from muhtar.progress import NoProgress
from muhtar.settings import ROOT, atomic_write
from tests.support.lab import Lab

pytestmark = pytest.mark.lab

# Answers OPTIONS with 200, whoever asks.
_ANSWERING = """\
import socket
line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
line.bind(("0.0.0.0", 5060))
while True:
    request, sender = line.recvfrom(65536)
    lines = request.decode().split("\\r\\n")
    kept = [one for one in lines if one.lower().startswith(("via:", "from:", "to:", "call-id:", "cseq:"))]
    line.sendto("\\r\\n".join(["SIP/2.0 200 OK", *kept, "Content-Length: 0", "", ""]).encode(), sender)
"""


def variables(lab: Lab) -> dict[str, object]:
    provider = lab.address("phone1")
    return {
        "asterisk_trunks": [
            {
                "name": "telco",
                "host": provider,
                "transport": "udp",
                "user": "town",
                "networks": [provider],
                "number": "02161112233",
            }
        ],
        "asterisk_trunk_secrets": {"telco": "for-this-test-alone-1"},
        "asterisk_routes": [
            {"name": "city", "pattern": "_0[2-4]XXXXXXXXX", "trunk": "telco", "class": "national"},
            {"name": "abroad", "pattern": "_00X.", "trunk": "telco", "class": "national", "pin": True},
        ],
        "asterisk_pins": {"abroad": "739104"},
        "asterisk_inbound": [{"trunk": "telco", "number": "0216", "to": "1153"}],
    }


def converge(lab: Lab) -> None:
    run = run_playbook(lab.site, ROOT / "playbooks" / "pbx.yml", limit="pbx1", tags=["asterisk"])
    assert not run.hosts["pbx1"].failed


@pytest.fixture(scope="module")
def trunk(lab: Lab) -> Iterator[Lab]:
    path = lab.site.overlay / "host_vars" / "pbx1" / "trunk.yml"
    with atomic_write(path, mode=0o600) as stream:
        yaml.safe_dump(variables(lab), stream)
    try:
        converge(lab)
        yield lab
    finally:
        path.unlink()
        converge(lab)


def ask(lab: Lab) -> None:
    """Have the PBX ask now, which by itself it does once a minute, and give it the time that it waits for an answer."""
    lab.inside("pbx1", "asterisk", "-rx", "pjsip qualify telco")
    lab.inside("pbx1", "sleep", "4")


@pytest.fixture
def answering(trunk: Lab) -> Iterator[None]:
    start = f"cat >/run/provider.py <<'END'\n{_ANSWERING}END\nsetsid python3 /run/provider.py >/dev/null 2>&1 & echo $!"
    pid = trunk.inside("phone1", "sh", "-c", start).stdout.strip()
    ask(trunk)
    yield
    trunk.inside("phone1", "kill", pid)


def check(lab: Lab) -> dict[str, Outcome]:
    return {outcome.subject: outcome for outcome in pbx.check(lab.site, limit="pbx1", progress=NoProgress()).build().outcomes}


@pytest.mark.usefixtures("answering")
def test_a_trunk_that_answers_is_clean_with_its_routes_and_its_pin(trunk: Lab) -> None:
    found = check(trunk)
    assert [outcome.status for outcome in found.values()] == [Status.OK], found
    assert "1 trunk" in found[""].summary


@pytest.mark.usefixtures("answering")
def test_another_pin_and_a_context_taken_out_are_found(trunk: Lab) -> None:
    trunk.inside("pbx1", "asterisk", "-rx", "dialplan set global PIN_abroad 111111")
    trunk.inside("pbx1", "asterisk", "-rx", "dialplan remove context from-telco")
    try:
        found = check(trunk)
    finally:
        trunk.inside("pbx1", "asterisk", "-rx", "dialplan reload")
    assert set(found) == {"route abroad", "dial plan from-telco"}


def test_a_trunk_that_falls_silent_is_found(trunk: Lab) -> None:
    ask(trunk)
    found = check(trunk)
    assert (found["trunk telco"].status, found["trunk telco"].found) == (Status.FINDING, "Unreachable")


def test_what_the_lint_says_of_it(trunk: Lab) -> None:
    outcomes = lint.check(trunk.site, limit="pbx1").build().outcomes
    assert [outcome.subject for outcome in outcomes] == ["trunk telco: TLS"]
