"""pbx.lint: each rule finds what it is for, passes what is right, and tells no secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from muhtar.outcome import Outcome, Status
from muhtar.pbx.declared import declared
from muhtar.pbx.lint import check
from muhtar.pbx.models import Route
from muhtar.pbx.patterns import costly, reaches
from muhtar.pbx.rules import RULES, Hit
from muhtar.pbx.weak import weak_pin, weak_secret
from muhtar.secrets import Secret
from muhtar.settings import Site
from tests.support.pbx_state import pbx

STRONG = "wJ4kq8ZtP2mVx7Lr"
GOOD: dict[str, Any] = {
    "asterisk_extensions": [{"number": "1001", "name": "Reception"}, {"number": "1002", "name": "Police"}],
    "asterisk_extension_secrets": {"1001": STRONG, "1002": STRONG[::-1]},
    "asterisk_trunks": [{"name": "telco", "host": "sip.example", "networks": ["198.51.100.0/24"]}],
    "asterisk_routes": [
        {"name": "city", "pattern": "_0[2-4]XXXXXXXXX", "trunk": "telco", "class": "national"},
        {"name": "abroad", "pattern": "_00X.", "trunk": "telco", "class": "international"},
    ],
    "asterisk_sip_networks": ["10.20.0.0/16"],
}


def hits(**changes: Any) -> list[Hit]:
    wanted = declared(pbx({**GOOD, **changes}))
    return [hit for rule in RULES.values() for hit in rule(wanted)]


def test_what_is_right_has_no_hit() -> None:
    assert hits() == []


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ("1001", "the number itself"),
        ("password", "attacker tries"),
        ("1001password", "attacker tries"),
        ("kisaparola", "fewer than 12"),
        ("1001-1001-1001", "the number and little else"),
        ("aaaaaaaaaaaaaaaa", "too few different"),
        (STRONG, None),
    ],
)
def test_weak_secrets_are_known_by_why_they_are_weak(secret: str, why: str | None) -> None:
    said = weak_secret(Secret(secret), "1001")
    assert (said is None) if why is None else (said is not None and why in said)


@pytest.mark.parametrize(
    ("pin", "weak"), [("1234", True), ("123456", True), ("111111", True), ("12345a", True), ("739104", False)]
)
def test_weak_pins_are_known(pin: str, weak: bool) -> None:
    assert (weak_pin(Secret(pin)) is not None) is weak


def test_a_secret_that_two_have_is_weak_and_is_not_told() -> None:
    found = hits(asterisk_extension_secrets={"1001": STRONG, "1002": STRONG})
    assert [hit.subject for hit in found] == ["secret of extension 1001", "secret of extension 1002"]
    assert STRONG not in repr(found)


@pytest.mark.parametrize(
    ("changes", "users"),
    [
        ({"asterisk_extensions": [{"number": "1001", "name": "A"}, {"number": "1001", "name": "B"}]}, "extension A\nextension B"),
        ({"asterisk_queues": [{"number": "1002", "name": "Desk", "members": ["1001"]}]}, "extension Police\nqueue Desk"),
        ({"asterisk_queues": [{"number": "600", "name": "Desk", "members": ["1001"]}]}, "queue Desk\nthe echo"),
    ],
)
def test_a_number_that_stands_for_two_things_is_found(changes: dict[str, Any], users: str) -> None:
    assert [hit.found for hit in hits(**changes)] == [users]


def test_a_trunk_in_the_clear_and_open_to_any_is_found_twice() -> None:
    found = hits(asterisk_trunks=[{"name": "telco", "host": "sip.example", "transport": "udp"}])
    assert [hit.subject for hit in found] == ["trunk telco: TLS", "trunk telco: networks"]


@pytest.mark.parametrize(
    ("route", "kinds"),
    [
        ({"pattern": "_0[2-4]XXXXXXXXX"}, []),
        ({"pattern": "_00X."}, ["numbers abroad"]),
        ({"pattern": "_X."}, ["numbers abroad", "premium numbers"]),
        ({"pattern": "_0ZXXXXXXXXX"}, ["premium numbers"]),
        ({"pattern": "_9.", "strip": 1}, ["numbers abroad", "premium numbers"]),
        ({"pattern": "_9X.", "strip": 1, "prefix": "0216"}, []),
        ({"pattern": "_XX.", "prefix": "00"}, ["numbers abroad"]),
        ({"pattern": "112"}, []),
        ({"pattern": "_00!"}, ["numbers abroad"]),
    ],
)
def test_what_a_pattern_lets_through_is_known(route: dict[str, Any], kinds: list[str]) -> None:
    assert costly(Route.model_validate({"name": "r", "trunk": "t", "class": "local", **route})) == kinds


def test_a_route_reaches_what_its_trunk_would_be_sent() -> None:
    route = Route.model_validate({"name": "r", "trunk": "t", "class": "local", "pattern": "_8[1-35]X", "strip": 1})
    assert reaches(route, "20")
    assert reaches(route, "59")
    assert not reaches(route, "40")
    assert not reaches(route, "820")


@pytest.mark.parametrize(
    ("route", "caught"),
    [({"class": "national"}, True), ({"class": "national", "pin": True}, False), ({"class": "international"}, False)],
)
def test_costly_numbers_need_the_class_or_a_pin(route: dict[str, Any], caught: bool) -> None:
    routes = [{"name": "out", "pattern": "_0.", "trunk": "telco", **route}]
    assert bool(hits(asterisk_routes=routes, asterisk_pins={"out": "739104"})) is caught


@pytest.mark.parametrize("networks", [[], ["0.0.0.0/0"], ["::/0", "10.0.0.0/8"]])
def test_phones_that_may_be_anywhere_are_found(networks: list[str]) -> None:
    assert [hit.subject for hit in hits(asterisk_sip_networks=networks)] == ["phones' networks"]


def test_an_endpoint_for_strangers_is_found() -> None:
    trunks = [*GOOD["asterisk_trunks"], {"name": "anonymous", "host": "any.example", "networks": ["203.0.113.0/24"]}]
    assert [hit.subject for hit in hits(asterisk_trunks=trunks)] == ["guests"]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    site = Site("town", root=tmp_path)
    (site.path / "group_vars" / "pbx").mkdir(parents=True)
    site.hosts_file.write_text(yaml.safe_dump({"all": {"children": {"pbx": {"hosts": {"pbx1": None}}}}}))
    return site


def linted(site: Site, **changes: Any) -> tuple[Outcome, ...]:
    (site.path / "group_vars" / "pbx" / "asterisk.yml").write_text(yaml.safe_dump({**GOOD, **changes}))
    return check(site).build().outcomes


def test_outcomes_name_the_line_that_says_so(site: Site) -> None:
    (found,) = linted(site, asterisk_sip_networks=[])
    assert (found.status, found.subject) == (Status.FINDING, "phones' networks")
    assert found.intent is not None
    assert found.intent.line is not None


def test_a_pbx_that_is_declared_well_is_ok_and_a_mistake_an_error(site: Site) -> None:
    assert [outcome.status for outcome in linted(site)] == [Status.OK]
    assert [outcome.status for outcome in linted(site, asterisk_trunks=[{"name": "telco"}])] == [Status.ERROR]
