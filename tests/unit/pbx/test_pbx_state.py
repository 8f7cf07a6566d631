"""Trunks, queues, dial plan, PINs and modules against what runs, and what is wrong in what is declared."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from muhtar.errors import RegisterError
from muhtar.pbx.declared import declared
from muhtar.pbx.dialplan import parse, wanted_dialplan
from muhtar.pbx.difference import Difference
from muhtar.pbx.look import apart, questions
from muhtar.secrets import Secret
from nornir_tasks.get_pbx_state import PbxState
from nornir_tasks.pbx_endpoints import Endpoint
from tests.support.pbx_state import pbx, state_of

SECRET, PIN = "Hat-Parolasi-1234", "739104"
TOWN: dict[str, Any] = {
    "asterisk_extensions": [{"number": "1001", "name": "Reception", "class": "international"}],
    "asterisk_extension_secrets": {"1001": "Telefon-Parola-1"},
    "asterisk_trunks": [
        {
            "name": "telco",
            "host": "198.51.100.7",
            "user": "town",
            "register": True,
            "networks": ["198.51.100.7"],
            "number": "0216",
        }
    ],
    "asterisk_trunk_secrets": {"telco": SECRET},
    "asterisk_routes": [
        {"name": "abroad", "pattern": "_00X.", "trunk": "telco", "class": "international", "pin": True, "strip": 2, "prefix": "+"}
    ],
    "asterisk_pins": {"abroad": PIN},
    "asterisk_inbound": [{"trunk": "telco", "number": "0216", "to": "1153"}],
    "asterisk_queues": [{"number": "1153", "name": "Desk", "members": ["1001"]}],
}
PHONE = Endpoint(
    number="1001",
    callerid='"Reception" <1001>',
    context="international",
    transport="transport-udp",
    user="1001",
    secret=Secret("Telefon-Parola-1"),
    contacts=[],
    networks=[],
)
LINE = Endpoint(
    number="telco",
    callerid="<unknown>",
    context="from-telco",
    transport="transport-tls",
    user="town",
    secret=Secret(SECRET),
    contacts=[("sip:198.51.100.7:5061", "Reachable")],
    networks=["198.51.100.7/32"],
)


def state() -> PbxState:
    return bendable(state_of(TOWN, [PHONE, LINE]))


def bendable(found: PbxState) -> PbxState:
    """A copy to bend; secrets do not copy."""
    return PbxState(
        endpoints=[{**endpoint} for endpoint in found["endpoints"]],
        registrations=dict(found["registrations"]),
        queues=deepcopy(found["queues"]),
        dialplan=deepcopy(found["dialplan"]),
        variables=dict(found["variables"]),
        modules=dict(found["modules"]),
    )


def found(running: PbxState) -> list[Difference]:
    return apart(pbx(TOWN), running)


def test_a_town_that_runs_as_declared_has_no_difference() -> None:
    assert found(state()) == []


def test_the_pbx_is_asked_for_what_is_declared() -> None:
    assert questions(pbx(TOWN)) == {"trunks": ["telco"], "variables": ["PIN_abroad"]}


@pytest.mark.parametrize(
    ("changes", "summary"),
    [
        ({"contacts": [("sip:198.51.100.7:5061", "Unreachable")]}, "does not answer"),
        ({"contacts": [("sip:203.0.113.1:5060", "Reachable")]}, "server not as declared"),
        ({"transport": "transport-udp"}, "transport not as declared"),
        ({"context": "internal"}, "context not as declared"),
        ({"networks": ["0.0.0.0/0"]}, "networks not as declared"),
        ({"secret": Secret("Baska-Parola-9876")}, "password not as declared"),
    ],
)
def test_each_way_a_trunk_can_be_wrong_is_named(changes: dict[str, Any], summary: str) -> None:
    running = state()
    running["endpoints"][1].update(changes)  # type: ignore[typeddict-item] # parts of it
    (difference,) = found(running)
    assert (difference.subject, difference.summary, difference.unknown) == ("trunk telco", summary, False)
    assert SECRET not in repr(difference)


def test_a_trunk_that_the_pbx_has_not_asked_yet_is_unknown_not_clean() -> None:
    running = state()
    running["endpoints"][1]["contacts"] = [("sip:198.51.100.7:5061", "NonQualified")]
    (difference,) = found(running)
    assert difference.unknown


def test_a_trunk_that_is_not_registered_or_does_not_run_is_missed() -> None:
    running = state()
    running["registrations"]["telco"] = "Rejected"
    assert [(item.summary, item.found) for item in found(running)] == [("is not registered", "Rejected")]
    running = state()
    del running["endpoints"][1]
    assert [item.summary for item in found(running)] == ["does not run on the PBX"]


def test_what_nobody_declared_is_found() -> None:
    running = state()
    running["registrations"]["cheap"] = "Registered"
    running["queues"]["1199"] = {"strategy": "ringall", "members": ["PJSIP/1001"]}
    running["dialplan"]["backdoor"] = [("_X.", "1", "Dial", "PJSIP/${EXTEN}@telco")]
    assert [item.subject for item in found(running)] == ["trunk cheap", "queue 1199", "dial plan backdoor"]


def test_a_queue_without_a_member_is_found() -> None:
    running = state()
    running["queues"]["1153"]["members"] = []
    (difference,) = found(running)
    assert (difference.subject, difference.wanted, difference.found) == ("queue 1153", "members: PJSIP/1001", "members: (empty)")


def test_a_step_that_was_taken_out_of_the_running_dial_plan_is_shown() -> None:
    running = state()
    running["dialplan"]["international"] = [step for step in running["dialplan"]["international"] if step[2] != "Authenticate"]
    (difference,) = found(running)
    assert difference.subject == "dial plan international"
    assert difference.wanted == "_00X.,2,Authenticate(${PIN_abroad})"


def test_another_pin_is_found_and_neither_is_told() -> None:
    running = state()
    running["variables"]["PIN_abroad"] = Secret("111111")
    (difference,) = found(running)
    assert difference.subject == "route abroad"
    assert PIN not in repr(difference)


def test_modules_that_are_missing_or_dangerous_are_found() -> None:
    running = state()
    running["modules"] |= {"chan_pjsip": False, "app_system": True}
    assert [item.subject for item in found(running)] == ["module chan_pjsip", "module app_system"]


def test_a_dial_plan_is_read_as_asterisk_reads_it() -> None:
    text = "[a]\nexten => 1,hint,PJSIP/1\nexten => 1,1,Answer()\n same => n(x),Set(A=(b))\ninclude => b\nexten = 2,1,Hangup\n"
    assert parse(text) == {
        "a": [("1", "hint", "PJSIP/1", ""), ("1", "1", "Answer", ""), ("1", "2", "Set", "A=(b)"), ("", "include", "b", ""),
              ("2", "1", "Hangup", "")]
    }  # fmt: skip


def test_a_pin_does_not_stand_in_the_steps() -> None:
    assert PIN not in repr(wanted_dialplan(pbx(TOWN)))


def test_every_mistake_in_what_is_declared_is_told_at_once() -> None:
    wrong = {
        **TOWN,
        "asterisk_extensions": [{"number": 1001, "name": "Reception"}, {"number": "1002", "nam": "Police"}],
        "asterisk_trunks": [{"name": "telco", "host": "x", "transport": "smoke"}],
    }
    with pytest.raises(RegisterError) as caught:
        declared(pbx(wrong))
    assert [problem.key for problem in caught.value.problems] == [
        "asterisk_extensions[0].number",
        "asterisk_extensions[1].name",
        "asterisk_extensions[1].nam",
        "asterisk_trunks[0].transport",
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"asterisk_extension_secrets": {}}, "extension 1001 has no secret"),
        ({"asterisk_trunk_secrets": {}}, "trunk telco has no secret"),
        ({"asterisk_pins": {}}, "route abroad has no secret"),
        ({"asterisk_trunks": []}, "route abroad leads to trunk 'telco'"),
        ({"asterisk_queues": []}, "number 0216 leads to '1153'"),
        ({"asterisk_recording_days_minimum": "a month"}, "'a month' is no number of days"),
        ({"asterisk_recording_days_minimum": 30, "asterisk_recording_days_maximum": 7}, "must be there for 30 days"),
    ],
)
def test_a_reference_to_nothing_is_a_mistake(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(RegisterError, match=said):
        declared(pbx({**TOWN, **changes}))
