"""What the review says of rights and differences, in Turkish."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from muhtar.databases.difference import Difference
from muhtar.databases.model import Right
from muhtar.databases.register import Entry

__all__ = ["declared_text", "held_text", "marks"]

_WORDS = {
    "connect": "bağlanma", "temporary": "geçici tablo", "create": "oluşturma", "read": "okuma", "write": "yazma",
    "execute": "işlev çalıştırma", "owner": "sahiplik",
}  # fmt: skip
_THINGS = {
    "server": "sunucu", "database": "veri tabanı", "schema": "şema", "table": "tablo", "column": "sütun", "sequence": "sıra",
    "function": "işlev",
}  # fmt: skip


def marks(differences: Iterable[Difference]) -> Mapping[tuple[str, str], Sequence[str]]:
    """What the comparison says of each account, and of it in each database."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for difference in differences:
        name, _, what = difference.subject.partition(": ")
        for start, said in (
            ("too much on ", "TANIMSIZ YETKİ"), ("expired on ", "SÜRESİ DOLDU"), ("missing on ", "eksik yetki"),
            ("owner in ", "TANIMSIZ SAHİPLİK"), ("unexplained on ", "TANIMSIZ YETKİ"),
        ):  # fmt: skip
            if what.startswith(start):
                place = what.removeprefix(start)
                found[name, "*" if place == "the whole server" else place].append(said)
        if what == "undeclared":
            found[name, ""].append("TANIMSIZ HESAP")
        elif what == "expired":
            found[name, ""].append("SÜRESİ DOLDU")
        elif what == "account":
            found[name, ""].append("sunucudaki hesap tanımdaki gibi değil")
        elif what.startswith("member of ") and "nobody declared" in difference.summary:
            found[name, ""].append(f"TANIMSIZ ÜYELİK: {what.removeprefix('member of ')}")
    return found


def declared_text(entry: Entry | None, database: str) -> str:
    """`okuma (public)`: what the register says that may be done in a database, and whose member the account is."""
    if entry is None:
        return ""
    parts = []
    for right in entry.rights:
        if right.database == database:
            where = ", ".join(right.tables) if right.tables else right.in_schema or "tümü"
            parts.append(f"{', '.join(_WORDS.get(word, word) for word in right.may)} ({where})")
    if entry.member_of:
        parts.append(f"üye: {', '.join(entry.member_of)}")
    return "; ".join(parts)


def held_text(rights: Iterable[Right]) -> str:
    """`okuma` is not said here: these are the server's own words, and how many things each is about."""
    by_kind: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for right in sorted(rights):
        by_kind[right.thing.kind][right.privilege] += 1
    return "; ".join(
        f"{_THINGS.get(kind, kind)}: {', '.join(f'{word} ({number})' for word, number in words.items())}"
        for kind, words in by_kind.items()
    )
