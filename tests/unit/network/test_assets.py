"""Facts of devices, kept for other registers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muhtar.errors import InventoryError
from muhtar.network import assets
from muhtar.network.assets import Asset
from muhtar.settings import Site

FACTS = {"vendor": "FRRouting", "model": "Linux", "os_version": "8.4", "serial_number": "abc", "hostname": "r1"}
EARLIER, LATER = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    return Site("lab")


def test_a_device_that_did_not_answer_keeps_what_was_seen(site: Site) -> None:
    assert assets.read(site) == {}
    assets.keep(site, {"r1": Asset.of(FACTS, EARLIER), "r2": Asset.of(FACTS, EARLIER)})
    path = assets.keep(site, {"r2": Asset.of({**FACTS, "os_version": "10"}, LATER)})
    found = assets.read(site)
    assert (found["r1"].seen, found["r2"].seen, found["r2"].version) == (EARLIER, LATER, "10")
    said = json.loads(path.read_text())
    assert said["schema"] == "muhtar.facts/1"
    assert set(said["devices"]["r1"]) == {"vendor", "model", "version", "serial", "seen"}


def test_a_stack_has_several_serial_numbers() -> None:
    assert Asset.of({**FACTS, "serial_number": ["a", "b"]}, LATER).serial == "a, b"


@pytest.mark.parametrize("text", ["", "[]", '{"schema": "muhtar.facts/9", "site": "lab", "devices": {}}'])
def test_a_file_that_is_not_ours_is_not_overwritten(text: str, site: Site) -> None:
    assets.path(site).parent.mkdir(parents=True)
    assets.path(site).write_text(text)
    with pytest.raises(InventoryError, match="not facts"):
        assets.keep(site, {"r1": Asset.of(FACTS, LATER)})
    assert assets.path(site).read_text() == text
