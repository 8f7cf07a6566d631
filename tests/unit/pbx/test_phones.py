"""Telephones: what is declared wrongly, what each is given, and how another file is told without a password."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from muhtar.errors import RegisterError
from muhtar.pbx.declared import declared
from muhtar.pbx.phone_drift import phones_apart
from muhtar.pbx.phones import phone_files, phones_of
from muhtar.pbx.rules import without_phone
from tests.support.pbx_state import pbx

SECRET = "Telefon-Parolasi-1"
PHONES = [
    {"mac": "00:00:5E:00:53:01", "model": "T46U", "extension": "1001", "label": "Desk"},
    {"mac": "00-00-5e-00-53-02", "model": "GRP2614", "extension": "1002"},
    {"mac": "00005e005303", "model": "7942", "extension": "1003"},
]
TOWN: dict[str, Any] = {
    "phone_provisioning_phones": PHONES,
    "phone_provisioning_extensions": [
        {"number": "1001", "name": "Reception"},
        {"number": "1002", "name": "Roads & parks"},
        {"number": "1003", "name": "Police"},
    ],
    "phone_provisioning_secrets": {"1001": SECRET, "1002": SECRET + "<2", "1003": SECRET + "3"},
    "phone_provisioning_server": "192.0.2.1",
}


def files(**changes: Any) -> dict[str, str]:
    target = pbx({**TOWN, **changes})
    return phone_files(target, phones_of(target))


def test_each_maker_has_its_name_of_a_file_and_its_format() -> None:
    found = files()
    assert list(found) == ["00005e005301.cfg", "cfg00005e005302.xml", "SEP00005E005303.cnf.xml"]
    yealink, grandstream, cisco = found.values()
    assert yealink.startswith("#!version:1.0.0.1\n")
    assert f"account.1.password = {SECRET}\n" in yealink
    assert "account.1.label = Desk\n" in yealink
    config = ET.fromstring(grandstream).find("config")
    assert config is not None
    assert (config.findtext("P34"), config.findtext("P3")) == (SECRET + "<2", "Roads & parks")
    line = ET.fromstring(cisco).find("sipProfile/sipLines/line")
    assert line is not None
    assert (line.findtext("name"), line.findtext("authPassword")) == ("1003", SECRET + "3")


@pytest.mark.parametrize(
    ("phone", "key", "said"),
    [
        ({"mac": "00:00:5e:00:53:01"}, "mac", "00005e005301 is given twice, for 1001 and 1002"),
        ({"mac": "00:00:5e:00:53"}, "mac", "is no MAC address"),
        ({"model": "T99"}, "model", "the model 'T99' is not known"),
        ({"extension": "1009"}, "extension", "there is no extension '1009'"),
        ({"colour": "red"}, "colour", "extra inputs are not permitted"),
    ],
)
def test_a_phone_that_is_declared_wrongly_is_named(phone: dict[str, str], key: str, said: str) -> None:
    wrong = [PHONES[0], {**PHONES[1], **phone}]
    with pytest.raises(RegisterError) as caught:
        phones_of(pbx({**TOWN, "phone_provisioning_phones": wrong}))
    (problem,) = caught.value.problems
    assert problem.key == f"phone_provisioning_phones[1].{key}"
    assert said in problem.message
    assert problem.mend


def apart(served: dict[str, str | int]) -> list[tuple[str, str, str]]:
    target = pbx(TOWN)
    phones = phones_of(target)
    return [(one.summary, one.wanted, one.found) for one in phones_apart(phones, phone_files(target, phones), served)]


def test_what_is_served_as_declared_has_no_difference() -> None:
    assert apart({**files()}) == []


def test_a_file_that_is_missing_or_refused_is_told() -> None:
    served: dict[str, str | int] = {**files(), "00005e005301.cfg": 403}
    del served["SEP00005E005303.cnf.xml"]
    assert [summary for summary, _, _ in apart(served)] == [
        "is not given its file 00005e005301.cfg: HTTP 403",
        "is not given its file SEP00005E005303.cnf.xml: HTTP 404",
    ]


@pytest.mark.parametrize("name", list(files()))
def test_another_password_is_found_and_neither_is_told(name: str) -> None:
    text = files()[name].replace(SECRET, "Baska-Bir-Parola-9")
    ((summary, wanted, found),) = apart({**files(), name: text})
    assert summary == f"{name} not as declared"
    assert (wanted, found) == ("password: the one in the vault", "password: another one")


def test_another_server_is_shown() -> None:
    name = "00005e005301.cfg"
    ((_, wanted, found),) = apart({**files(), name: files()[name].replace("192.0.2.1", "203.0.113.66")})
    assert wanted == "account.1.sip_server.1.address = 192.0.2.1"
    assert found == "account.1.sip_server.1.address = 203.0.113.66"


def test_an_extension_without_a_phone_and_one_with_two_are_found() -> None:
    variables = {
        **TOWN,
        "asterisk_extensions": [{"number": "1001", "name": "A"}, {"number": "1004", "name": "B"}],
        "asterisk_extension_secrets": {"1001": "x", "1004": "x"},
        "phone_provisioning_phones": [PHONES[0], {**PHONES[1], "extension": "1001"}],
    }
    target = pbx(variables)
    assert [(hit.subject, hit.summary) for hit in without_phone(declared(target), phones_of(target))] == [
        ("extension 1004", "has no phone"),
        ("extension 1001", "has 2 phones"),
    ]
    assert without_phone(declared(target), []) == []
