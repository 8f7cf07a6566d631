"""The PBX as its users meet it: real phones register and call, recordings and call records appear; drift is seen and mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from muhtar.drift import pbx
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from tests.support.lab import Lab
from tests.support.phones import Call, call, record_of

pytestmark = pytest.mark.lab

RECORDINGS = "/var/spool/asterisk/monitor"
RECORDS = "/var/log/asterisk/cdr-csv/Master.csv"
# From the PBX itself, which is not in the phones' network by this address.
_FETCH = (
    "import ssl, urllib.request as u; u.urlopen('https://127.0.0.1/00005e005301.cfg', context=ssl._create_unverified_context())"
)


@dataclass(frozen=True)
class Talk:
    """A call, and what the PBX kept of it."""

    call: Call
    recordings: list[str]
    records: list[str]


def kept(lab: Lab) -> tuple[list[str], list[str]]:
    recordings = lab.inside("pbx1", "find", RECORDINGS, "-name", "*.wav").stdout.splitlines()
    records = lab.inside("pbx1", "sh", "-c", f"cat {RECORDS} 2>/dev/null || true").stdout.splitlines()
    return recordings, records


@pytest.fixture(scope="module")
def talk(lab: Lab) -> Talk:
    before = kept(lab)
    made = call(lab)
    after = kept(lab)
    return Talk(made, [path for path in after[0] if path not in before[0]], after[1][len(before[1]) :])


def check(lab: Lab) -> tuple[Outcome, ...]:
    return pbx.check(lab.site, limit="pbx1", progress=NoProgress()).build().outcomes


def test_two_phones_register_and_talk(talk: Talk) -> None:
    assert talk.call.registered == 2, talk.call.log
    assert talk.call.established == 2, talk.call.log


def test_the_call_is_recorded_with_sound(lab: Lab, talk: Talk) -> None:
    (path,) = talk.recordings
    assert "-1001-1002-" in path
    length, peak = record_of(lab, path)
    assert length > 3
    assert peak > 500, "a recording of silence is none"


def test_the_call_has_its_record(talk: Talk) -> None:
    (record,) = talk.records
    fields = [field.strip('"') for field in record.split(",")]
    assert fields[1:3] == ["1001", "1002"]
    assert "ANSWERED" in fields


def test_the_echo_number_answers(lab: Lab) -> None:
    assert call(lab, "600", seconds=4).established == 1


def test_a_phone_with_a_wrong_password_stays_outside(lab: Lab) -> None:
    made = call(lab, secrets={"1001": "wrong-wrong-wrong", "1002": "wrong-wrong-wrong"}, seconds=3)
    assert (made.registered, made.established) == (0, 0)


def test_options_are_answered_without_telling_what_answers(lab: Lab) -> None:
    done = lab.inside("phone1", "sipsak", "-vv", "-s", f"sip:1001@{lab.address('pbx1')}", check=False)
    told = done.stdout + done.stderr
    assert "SIP/2.0 401" in told
    assert "Asterisk" not in told


def test_the_manager_speaks_tls_only(lab: Lab) -> None:
    shown = lab.inside("pbx1", "ss", "-tlnH").stdout
    listening = {line.split()[3] for line in shown.splitlines()}
    assert listening == {"0.0.0.0:22", "[::]:22", "0.0.0.0:443", "127.0.0.1:5038", "0.0.0.0:5039"}


def test_a_pbx_as_declared_is_clean(lab: Lab) -> None:
    (found,) = check(lab)
    assert (found.status, found.subject) == (Status.OK, ""), found.summary


@pytest.fixture
def edited(lab: Lab) -> Iterator[None]:
    """Somebody adds a phone and renames another by hand, and reloads; then puts the file back without a reload."""
    edit = (
        "cp -p /etc/asterisk/pjsip.conf /run/pjsip.conf.kept && "
        "sed -i 's/Municipal police/Mayor/' /etc/asterisk/pjsip.conf && "
        "printf '[1666]\\ntype=endpoint\\ncontext=internal\\nallow=ulaw\\n' >>/etc/asterisk/pjsip.conf && "
        "asterisk -rx 'core reload' && mv /run/pjsip.conf.kept /etc/asterisk/pjsip.conf"
    )
    lab.inside("pbx1", "sh", "-c", edit)
    yield
    lab.inside("pbx1", "asterisk", "-rx", "core reload")


@pytest.mark.usefixtures("edited")
def test_what_runs_is_checked_and_mended_even_where_the_files_are_right(lab: Lab) -> None:
    found = {outcome.subject: outcome for outcome in check(lab)}
    assert {subject: outcome.status for subject, outcome in found.items()} == dict.fromkeys(["1002", "1666"], Status.FINDING)
    assert found["1002"].found == 'caller id: "Mayor" <1002>'
    (mended,) = pbx.mend(lab.site, limit="pbx1", progress=NoProgress()).build().outcomes
    assert mended.status is Status.OK


def test_a_step_put_into_the_running_dial_plan_and_a_module_taken_out_are_found(lab: Lab) -> None:
    for command in ("dialplan add extension 9999,1,Dial,PJSIP/1002 into internal", "module unload app_echo.so"):
        lab.inside("pbx1", "asterisk", "-rx", command)
    try:
        found = {outcome.subject: outcome.found for outcome in check(lab)}
    finally:
        lab.inside("pbx1", "asterisk", "-rx", "dialplan remove extension 9999@internal")
        lab.inside("pbx1", "asterisk", "-rx", "module load app_echo.so")
    assert found == {"dial plan internal": "9999,1,Dial(PJSIP/1002)", "module app_echo": "not loaded"}
    assert [outcome.status for outcome in check(lab)] == [Status.OK]


def test_a_phones_file_with_another_server_is_found_as_the_phone_gets_it(lab: Lab) -> None:
    path = "/srv/phones/00005e005301.cfg"
    lab.inside("pbx1", "cp", "-p", path, "/run/phone.kept")
    lab.inside("pbx1", "sed", "-i", "s/^account.1.sip_server.1.address.*/account.1.sip_server.1.address = 203.0.113.66/", path)
    try:
        (found,) = check(lab)
    finally:
        lab.inside("pbx1", "cp", "-p", "/run/phone.kept", path)
    assert (found.status, found.subject) == (Status.FINDING, "phone 00005e005301")
    assert found.found == "account.1.sip_server.1.address = 203.0.113.66"


def test_phones_files_that_cannot_be_fetched_are_unchecked_and_the_rest_is_still_told(lab: Lab) -> None:
    lab.inside("pbx1", "systemctl", "stop", "nginx")
    try:
        (found,) = check(lab)
    finally:
        lab.inside("pbx1", "systemctl", "start", "nginx")
    assert (found.status, found.subject) == (Status.UNCHECKED, "phones")


def test_a_stranger_gets_no_phones_file(lab: Lab) -> None:
    done = lab.inside("pbx1", "python3", "-c", _FETCH, check=False)
    assert "403" in done.stderr


def test_a_stopped_pbx_is_unchecked_not_clean(lab: Lab) -> None:
    lab.inside("pbx1", "systemctl", "stop", "asterisk")
    try:
        (found,) = check(lab)
    finally:
        lab.inside("pbx1", "systemctl", "start", "asterisk")
    assert found.status is Status.UNCHECKED
    assert "cannot be asked" in found.summary
