"""`network_drift`: what it lets pass, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from muhtar.errors import InventoryError
from muhtar.inventory import Inventory, Target
from muhtar.network.policy import Rule, policy_of
from tests.support.town import lab_site


def policy(given: Any) -> Any:
    return policy_of(Target("r1", (), {"network_drift": given}))


def test_without_a_policy_every_difference_counts() -> None:
    assert policy_of(Target("r1", (), {})).rule("bgp") == Rule(ordered=True, extra="fail")


def test_a_section_says_only_what_is_different_for_it() -> None:
    found = policy({"extra": "warn", "sections": {"users": {"ordered": False}, "vlans": {"extra": "ignore"}}})
    assert found.rule("users") == Rule(ordered=False, extra="warn")
    assert found.rule("vlans") == Rule(ordered=True, extra="ignore")
    assert found.rule("bgp") == Rule(ordered=True, extra="warn")


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"extra": "maybe"}, "network_drift.extra"),
        ({"ordered": "no"}, "network_drift.ordered"),
        ({"sections": {"users": {"extras": "warn"}}}, "network_drift.sections.users.extras"),
        ({"sections": {"user": {}}}, "network_drift.sections.user"),
        (["warn"], "network_drift"),
    ],
)
def test_what_is_wrong_is_named(given: Any, key: str) -> None:
    with pytest.raises(InventoryError) as caught:
        policy(given)
    assert caught.value.key == key
    assert caught.value.mend


def test_the_file_and_the_line_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = lab_site(tmp_path, monkeypatch)
    path = site.overlay / "host_vars" / "r1.yml"
    path.parent.mkdir()
    path.write_text("x: 1\nnetwork_drift:\n  sections:\n    userz: {extra: warn}\n")
    with pytest.raises(InventoryError) as caught:
        policy_of(Inventory.load(site).target("r1"))
    assert (caught.value.path, caught.value.line) == (str(path), 3)
    assert caught.value.mend == "did you mean 'users'?"
