"""Scratch hosts: those of the group `drill`, of no other use; nothing else is ever written on."""

from __future__ import annotations

from typing import Any, cast

import pytest

from muhtar.backup.drill.scratch import NoScratchError, Scratch
from muhtar.backup.sources.base import Machine
from muhtar.errors import InventoryError
from muhtar.inventory import Inventory, Target
from muhtar.settings import Site
from tests.support.backup_town import FakePlace


class Town:
    """As much of an inventory as is asked of it."""

    site = Site("lab")

    def __init__(self, *targets: Target) -> None:
        self._targets = {target.name: target for target in targets}

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        names = {group for target in self._targets.values() for group in target.groups}
        return {group: tuple(name for name, one in self._targets.items() if group in one.groups) for group in names}

    def target(self, name: str) -> Target:
        return self._targets[name]


def scratch(*targets: Target, drilled: tuple[Target, ...] = ()) -> Scratch:
    return Scratch.of(cast("Inventory", Town(*targets)), drilled)


WEB = Target("web1", ("servers", "web"), {"ansible_host": "192.0.2.32"})


def test_a_host_in_use_is_refused() -> None:
    drill = Target("drill1", ("drill",), {"ansible_host": "192.0.2.36"})
    scratch(WEB, drill, drilled=(WEB,))
    for groups in (("drill", "servers"), ("databases", "drill")):
        with pytest.raises(InventoryError, match="does not write on a host in use"):
            scratch(WEB, Target("db1", groups, {}))


def test_the_address_of_a_host_in_use_is_refused() -> None:
    with pytest.raises(InventoryError, match="drill1 has the address of web1"):
        scratch(WEB, Target("drill1", ("drill",), {"ansible_host": "192.0.2.32"}), drilled=(WEB,))


def test_without_the_group_there_is_none() -> None:
    with pytest.raises(NoScratchError, match="no scratch host to try postgresql on"), scratch(WEB).host("postgresql"):
        pass


def machine(name: str, answer: str | int) -> Machine:
    return Machine(name, cast("Any", FakePlace({"initdb": answer}, name=name)))


def test_the_one_that_has_the_tool_is_taken() -> None:
    found = Scratch([machine("drill1", "mariadb\n"), machine("drill2", "asterisk\npostgresql\n")])
    with found.host("postgresql") as one:
        assert one.name == "drill2"
    with found.host("mariadb") as one:
        assert one.name == "drill1"


def test_one_that_does_not_answer_is_named() -> None:
    found = Scratch([machine("drill1", "mariadb\n"), machine("drill2", 255)])
    with pytest.raises(NoScratchError, match="drill1, drill2 can try asterisk; drill2 does not answer"), found.host("asterisk"):
        pass
