"""The clauses of a specification (`wording.yml`), those that speak of what is bought."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pydantic import BaseModel, Field, TypeAdapter

from muhtar.license.fields import STRICT

__all__ = ["ARTICLES", "Clause", "clauses"]

ARTICLES = {
    "subject": "KONU",
    "scope": "KAPSAM",
    "definitions": "TANIMLAR",
    "general": "GENEL ŞARTLAR",
    "technical": "TEKNİK ÖZELLİKLER",
    "warranty": "GARANTİ VE BAKIM",
    "delivery": "TESLİM VE KABUL",
    "signature": "İMZA",
}
"""Article → its title, in order; article n is the n-th."""


class Clause(BaseModel):
    """One numbered paragraph. `table`: the article's table stands under it. `kinds`: only where a lot of one is bought."""

    model_config = STRICT

    say: str
    table: bool = False
    kinds: tuple[str, ...] = Field(default=(), alias="for")


@cache
def _wording() -> dict[str, tuple[Clause, ...]]:
    import yaml

    loaded = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, tuple[Clause, ...]]).validate_python(loaded)


def clauses(article: str, kinds: set[str], places: dict[str, str]) -> Iterator[tuple[str, bool]]:
    """The paragraphs of an article with their places filled, and whether its table follows."""
    for clause in _wording()[article]:
        if not clause.kinds or kinds & set(clause.kinds):
            yield clause.say.format(**places), clause.table
