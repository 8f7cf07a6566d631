"""How many are in use: what the inventory knows, what somebody counted, and what nobody knows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muhtar.license.register import License
from muhtar.license.usage import ByHand, ByInventory, Unknown, Used, used
from muhtar.outcome import Status

TODAY = date(2026, 11, 26)
INVENTORY = ByInventory({"servers": ("db1", "web1"), "web": ("web1",)}, ["db1", "web1", "r1"])
BASE = {
    "id": "x",
    "product": "X",
    "publisher": "Y",
    "quantity": 5,
    "start": "2020-01-01",
    "owner_unit": "software",
    "contract": "1",
}


def entry(metric: str, **more: object) -> License:
    return License.model_validate(BASE | {"metric": metric} | more)


@pytest.mark.parametrize("metric", ["seat", "device", "camera"])
def test_a_host_in_two_groups_is_one(metric: str) -> None:
    found = used(entry(metric, covers={"groups": ["servers", "web"], "hosts": ["web1", "r1"]}), [INVENTORY])
    assert found == Used(3, "3 hosts in the inventory")


def test_all_is_every_host() -> None:
    assert used(entry("seat", covers={"groups": ["all"]}), [INVENTORY]) == Used(3, "3 hosts in the inventory")


@pytest.mark.parametrize("metric", ["seat", "core"])
def test_a_group_that_is_not_there_is_an_error_whatever_is_counted(metric: str) -> None:
    found = used(entry(metric, covers={"groups": ["sevrers"], "hosts": ["db9"]}), [INVENTORY, ByHand(TODAY)])
    assert isinstance(found, Unknown)
    assert found.status is Status.ERROR
    assert found.why == "the inventory has no group 'sevrers' and no host 'db9'"


@pytest.mark.parametrize("metric", ["core", "socket", "channel", "concurrent_call", "cal"])
def test_what_no_inventory_counts_is_unchecked_until_somebody_counts_it(metric: str) -> None:
    ways = [INVENTORY, ByHand(TODAY)]
    nobody = used(entry(metric, covers={"groups": ["servers"]}), ways)
    assert isinstance(nobody, Unknown)
    assert nobody.status is Status.UNCHECKED
    counted = {"used": 4, "on": "2026-11-01", "by": "license screen"}
    assert used(entry(metric, counted=counted), ways) == Used(4, "4 counted on 2026-11-01, license screen")


def test_of_a_subscription_nothing_is_counted_unless_somebody_did() -> None:
    assert used(entry("subscription"), [INVENTORY, ByHand(TODAY)]) is None
    counted = entry("subscription", counted={"used": 4, "on": "2026-11-01", "by": "me"})
    assert isinstance(used(counted, [ByHand(TODAY)]), Used)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2180, 12, 31)))
@example(date(2024, 2, 29))
def test_a_count_holds_from_its_day_for_a_year(on: date) -> None:
    counted = entry("cal", counted={"used": 4, "on": on, "by": "me"})
    last = on + timedelta(days=365)
    for day, known in ((on - timedelta(days=1), False), (on, True), (last, True), (last + timedelta(days=1), False)):
        answer = used(counted, [ByHand(day)])
        assert isinstance(answer, Used) is known
        assert known or (isinstance(answer, Unknown) and answer.status is Status.UNCHECKED)
