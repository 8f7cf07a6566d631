"""Rows against assets: who is whom, what differs, and that nobody is left out."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from muhtar.license.assets import Asset
from muhtar.license.imports.reconcile import reconcile
from muhtar.license.imports.rows import Found


def asset(name: str, serial: str, maker: str = "Örnek Bilişim", **more: object) -> Asset:
    return Asset.model_validate(
        {"id": name, "kind": "computer", "maker": maker, "model": "M", "serial": serial, "purchased": date(2024, 1, 1)} | more
    )


def row(line: int, serial: str = "", maker: str = "Örnek Bilişim", **says: str) -> Found:
    return Found(line, {"maker": maker, **({"serial": serial} if serial else {}), **says})


def test_turkish_capitals_make_no_difference() -> None:
    found = reconcile([row(2, "Bilişim-ı1", "ÖRNEK BİLİŞİM", id="A")], [asset("a", "BİLİŞİM-I1")])
    assert (len(found.matched), found.only_file, found.only_register) == (1, [], [])


def test_fields_that_differ_are_named_with_both_sides_and_fields_that_nobody_says_are_not() -> None:
    found = reconcile([row(2, "S1", model="X-9", kind="server")], [asset("a", "S1")])
    (difference,) = found.differing
    assert difference.fields == {"model": ("X-9", "M"), "kind": ("server", "computer")}


def test_a_maker_spelled_otherwise_is_a_difference_and_no_second_asset() -> None:
    found = reconcile([row(2, "S1", "Örnek Bilişim A.Ş.")], [asset("a", "S1")])
    assert found.differing[0].fields == {"maker": ("Örnek Bilişim A.Ş.", "Örnek Bilişim")}
    assert found.only_file == []


def test_a_serial_number_of_two_makers_is_not_guessed() -> None:
    found = reconcile([row(2, "S1", "Başka")], [asset("a", "S1"), asset("b", "S1", "Misal")])
    assert [one.line for one in found.only_file] == [2]
    assert [one.id for one in found.only_register] == ["a", "b"]


def test_a_row_that_comes_twice_counts_once_and_its_double_names_the_first() -> None:
    rows = [row(2, "S1"), row(3, "s1"), row(4, "S1", "Örnek Bilişim Ltd."), row(5, "N1"), row(6, "n1")]
    found = reconcile(rows, [asset("a", "S1")])
    assert [(one.line, first.line) for one, first in found.duplicates] == [(3, 2), (4, 2), (6, 5)]
    assert [one.line for one in found.only_file] == [5]


def test_rows_without_a_serial_number_are_told() -> None:
    found = reconcile([row(2), row(3)], [])
    assert [one.line for one in found.without_serial] == [2, 3]


def test_what_is_out_of_use_or_of_other_kinds_is_not_missed() -> None:
    assets = [asset("a", "S1", retired="2025-01-01"), asset("b", "S2", kind="server"), asset("c", "S3")]
    assert [one.id for one in reconcile([], assets).only_register] == ["b", "c"]
    assert [one.id for one in reconcile([], assets, ["server"]).only_register] == ["b"]


SERIALS = st.sampled_from(["", "s1", "S1", "S2", "İ3", "i3", "S4"])
MAKERS = st.sampled_from(["Örnek", "ÖRNEK", "Misal"])


@given(
    st.lists(st.tuples(SERIALS, MAKERS)),
    st.sets(st.tuples(st.sampled_from(["s1", "s2", "i3", "x"]), st.sampled_from(["örnek", "misal"]))),
)
def test_every_row_and_every_asset_is_accounted_for_once(rows: list[tuple[str, str]], assets: set[tuple[str, str]]) -> None:
    known = [asset(f"a{number}", serial, maker) for number, (serial, maker) in enumerate(sorted(assets))]
    found = reconcile([row(line, *one) for line, one in enumerate(rows, 2)], known)
    lines = [one.line for one, _ in found.matched] + [one.row.line for one in found.differing]
    lines += [one.line for one in (*found.only_file, *found.without_serial)] + [one.line for one, _ in found.duplicates]
    assert sorted(lines) == list(range(2, len(rows) + 2))
    assert found.rows == len(rows)
    names = [one.id for _, one in found.matched] + [one.asset.id for one in found.differing]
    assert sorted(names + [one.id for one in found.only_register]) == sorted(one.id for one in known)
