"""Turkish letters: what is the same, and what comes first."""

from __future__ import annotations

import pytest

from muhtar.turkish import alphabetical, capitals, folded, loose


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FEN İŞLERİ MÜDÜRLÜĞÜ", "Fen İşleri  Müdürlüğü "),
        ("IŞIK", "ışık"),
        ("İzmir", "i\u0307zmir"),
        ("Çarşı", "C\u0327ars\u0327ı"),
    ],
)
def test_spellings_of_one_name_are_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_dotted_and_dotless_i_are_two_letters_in_names_and_one_in_serial_numbers() -> None:
    assert folded("kıl") != folded("kil")
    assert folded("ISI") != folded("isi")
    assert loose("SN-1İ0I") == loose("sn-1i0ı") == loose("SN-1i0I")
    assert loose("SN-10") != loose("SN-1O")


def test_names_stand_in_the_order_of_the_turkish_alphabet() -> None:
    names = [
        "Zeytin",
        "İzmir",
        "Şile",
        "Çankaya",
        "Isparta",
        "Cebeci",
        "Sincan",
        "Dikili",
        "Ödemiş",
        "Ovacık",
        "Ğ",
        "Gebze",
        "Hâlâ",
    ]
    assert sorted(names, key=alphabetical) == [
        *("Cebeci", "Çankaya", "Dikili", "Gebze", "Ğ", "Hâlâ", "Isparta", "İzmir", "Ovacık", "Ödemiş", "Sincan", "Şile", "Zeytin")
    ]


def test_a_shorter_name_and_other_signs_come_first() -> None:
    assert sorted(["Ab", "A", "A b", "A1"], key=alphabetical) == ["A", "A b", "A1", "Ab"]


def test_capitals_are_turkish_ones() -> None:
    assert capitals("Bilgi İşlem, ısı, i\u0307") == "BİLGİ İŞLEM, ISI, İ\u0307"
