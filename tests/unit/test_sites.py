"""A new town: nothing written without --apply, nothing overwritten, and honest about being empty."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from muhtar.errors import InventoryError, UsageError
from muhtar.inventory import Inventory
from muhtar.settings import ROOT, Site
from muhtar.sites import new_site

NAME = "test-town-of-ours"


@pytest.fixture
def town() -> Iterator[Path]:
    folder = ROOT / "inventories" / NAME
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_without_apply_nothing_is_written(town: Path) -> None:
    assert Path("inventories") / NAME / "hosts.yml" in new_site(NAME, apply=False)
    assert not town.exists()


def test_with_apply_the_files_are_there_and_name_the_town(town: Path) -> None:
    for path in new_site(NAME, apply=True):
        assert "@SITE@" not in (ROOT / path).read_text("utf-8")
    assert NAME in (town / "hosts.yml").read_text("utf-8")
    assert Site.open(NAME).settings["language"] == "tr"


def test_an_existing_town_is_not_overwritten(town: Path) -> None:
    new_site(NAME, apply=True)
    with pytest.raises(UsageError, match="exists already"):
        new_site(NAME, apply=True)


@pytest.mark.parametrize("name", ["", "..", "a/b", "Izmir", "x", "İzmir", "-x", "a" * 40])
def test_a_wrong_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        new_site(name, apply=True)


def test_an_empty_town_selects_nothing_and_says_so(town: Path) -> None:
    new_site(NAME, apply=True)
    with pytest.raises(InventoryError):
        Inventory.load(Site.open(NAME)).select(None, None)
