"""What the made-up municipality has bought: its directorates, suppliers and licenses. All names are invented."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DIRECTORATES", "LICENSES", "SUPPLIERS", "TERMS", "Bought"]

# Group of the inventory → the directorate, and how many of the 900 computers it has.
DIRECTORATES: dict[str, tuple[str, int]] = {
    "dir_ozel_kalem": ("Özel Kalem Müdürlüğü", 14),
    "dir_yazi_isleri": ("Yazı İşleri Müdürlüğü", 38),
    "dir_mali": ("Mali Hizmetler Müdürlüğü", 96),
    "dir_insan": ("İnsan Kaynakları ve Eğitim Müdürlüğü", 42),
    "dir_bilgi_islem": ("Bilgi İşlem Müdürlüğü", 44),
    "dir_imar": ("İmar ve Şehircilik Müdürlüğü", 88),
    "dir_fen": ("Fen İşleri Müdürlüğü", 76),
    "dir_yapi": ("Yapı Kontrol Müdürlüğü", 40),
    "dir_emlak": ("Emlak ve İstimlak Müdürlüğü", 36),
    "dir_zabita": ("Zabıta Müdürlüğü", 62),
    "dir_temizlik": ("Temizlik İşleri Müdürlüğü", 34),
    "dir_park": ("Park ve Bahçeler Müdürlüğü", 32),
    "dir_kultur": ("Kültür ve Sosyal İşler Müdürlüğü", 58),
    "dir_sosyal": ("Sosyal Yardım İşleri Müdürlüğü", 46),
    "dir_saglik": ("Sağlık İşleri Müdürlüğü", 36),
    "dir_veteriner": ("Veteriner İşleri Müdürlüğü", 18),
    "dir_basin": ("Basın Yayın ve Halkla İlişkiler Müdürlüğü", 30),
    "dir_hukuk": ("Hukuk İşleri Müdürlüğü", 28),
    "dir_cevre": ("Çevre Koruma ve Kontrol Müdürlüğü", 26),
    "dir_ruhsat": ("Ruhsat ve Denetim Müdürlüğü", 56),
}

SUPPLIERS = (
    *("Örnek Bilgisayar Tic. A.Ş.", "Numune Bilişim Ltd. Şti.", "Temsil Sunucu Sistemleri A.Ş.", "Kurgu Ağ Çözümleri A.Ş."),
    *("Misal Elektronik Ltd. Şti.", "Deneme İletişim A.Ş.", "Işık Numune Yazılım Ltd. Şti."),
)

# How a license stands on the town's day: days left of its term (None: open-ended), and the days of the term.
TERMS: dict[str, tuple[int | None, int]] = {
    "ever": (None, 0),
    "long": (320, 365),
    "three": (760, 1095),
    "half": (170, 365),
    "soon": (75, 365),
    "late": (20, 365),
    "gone": (-12, 365),
}


@dataclass(frozen=True)
class Bought:
    """One license, a line of `purchases.csv`.

    `groups` covers hosts of the inventory, `used` is a count by hand, `support` the days until its maker mends it no more.
    """

    id: str
    product: str
    publisher: str
    metric: str
    quantity: int
    unit: str
    term: str
    cost: int
    currency: str
    groups: tuple[str, ...]
    used: int | None
    directorate: str | None
    support: int | None


def _read(row: dict[str, str]) -> Bought:
    return Bought(
        **{key: row[key] for key in ("id", "product", "publisher", "metric", "unit", "term", "currency")},
        quantity=int(row["quantity"]),
        cost=int(row["cost"]),
        groups=tuple(row["groups"].split()),
        used=int(row["used"]) if row["used"] else None,
        directorate=row["directorate"] or None,
        support=int(row["support"]) if row["support"] else None,
    )


with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as _lines:
    LICENSES = tuple(_read(row) for row in csv.DictReader(_lines))
