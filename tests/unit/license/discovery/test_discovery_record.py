"""What is kept of a host: the last good look of each kind, and what earlier ones saw of its calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from muhtar.errors import InventoryError
from muhtar.license.discovery.record import Item, Look, Sample, keep, path, read
from muhtar.settings import Site

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def calls(seen: datetime, channel: int, call: int) -> Look:
    return Look(seen=seen, items=(Item("pbx", "Asterisk", "22"),), samples=(Sample(seen, channel, call),))


def test_what_is_kept_is_read_back(site: Site) -> None:
    look = Look(seen=NOON, items=(Item("package", "bash", "5.2"),), counts={"core": 2}, serial="X1")
    keep(site, "db1", {"system": look})
    assert read(site, "db1") == {"system": look}
    assert read(site, "db2") == {}


def test_a_look_of_one_kind_leaves_the_others_as_they_were(site: Site) -> None:
    old, new = Look(seen=NOON), calls(NOON + timedelta(hours=1), 0, 0)
    keep(site, "pbx1", {"system": old, "pbx": calls(NOON, 4, 2)})
    keep(site, "pbx1", {"pbx": new})
    known = read(site, "pbx1")
    assert known["system"].seen == NOON
    assert known["pbx"].seen == NOON + timedelta(hours=1)
    assert [sample.channel for sample in known["pbx"].samples] == [4, 0], "what was seen of calls before is kept"


def test_samples_of_calls_do_not_grow_without_end(site: Site) -> None:
    keep(site, "pbx1", {"pbx": calls(NOON - timedelta(days=401), 9, 9)})
    keep(site, "pbx1", {"pbx": calls(NOON, 1, 1)})
    assert [sample.channel for sample in read(site, "pbx1")["pbx"].samples] == [1]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "muhtar.discovered/2", "site": "town", "host": "x", "looks": {}}'])
def test_a_strange_file_is_refused_with_the_mend(site: Site, text: str) -> None:
    path(site, "x").parent.mkdir(parents=True)
    path(site, "x").write_text(text, encoding="utf-8")
    with pytest.raises(InventoryError, match=r"license\.discover --limit x"):
        read(site, "x")
