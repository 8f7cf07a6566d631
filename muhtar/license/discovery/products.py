"""Raw names made products: which package, service, model or codec means which product. The rules are data.

`products.yml` beside this module is what comes along; a site's `registers/products.yml` adds to it, and replaces the product
that has the same id.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, field_validator

from muhtar.license.discovery.record import Item, ItemKind, LookKind
from muhtar.license.fields import STRICT
from muhtar.registers.fields import Identifier, Name
from muhtar.registers.load import load_register
from muhtar.settings import Site
from muhtar.turkish import loose

__all__ = ["BUILT_IN", "REGISTER", "Catalogue", "Product", "Products", "Rule"]

REGISTER = "products"
BUILT_IN = Path(__file__).resolve().parent / "products.yml"

# Which look can find things of a kind.
_LOOKS: Mapping[ItemKind, LookKind] = {
    "package": "system",
    "service": "system",
    "system": "system",
    "database": "database",
    "device": "device",
    "platform": "device",
    "feature": "device",
    "pbx": "pbx",
    "codec": "pbx",
    "recorder": "video",
}


class Rule(BaseModel):
    """Raw names of one kind: `name` and `version` are patterns with *, ? and [0-9], capitals aside; `but` are exceptions."""

    model_config = STRICT

    kind: ItemKind = Field(description="package, service, system, database, device, platform, feature, pbx, codec or recorder")
    name: Name = Field(description="a raw name, or a pattern: postgresql-[0-9]*")
    version: Name | None = Field(default=None, description="a pattern of versions: 15.*")
    but: tuple[Name, ...] = Field(default=(), description="patterns of names that are something else: [postgresql-client-*]")

    def fits(self, item: Item) -> bool:
        """Whether the thing is meant."""
        name = loose(item.name)
        return (
            item.kind == self.kind
            and _like(name, self.name)
            and not any(_like(name, pattern) for pattern in self.but)
            and (self.version is None or _like(loose(item.version), self.version))
        )


class Product(BaseModel):
    """One product. `license` says whether somebody must have bought it: `needed` or `none`."""

    model_config = STRICT

    id: Identifier = Field(description="a short name that never changes; licenses.yml names it: discovered: gitlab-ee")
    product: Name = Field(description="its name for people")
    publisher: Name = Field(description="who makes it")
    license: Literal["needed", "none"] = Field(description="needed where its use must be bought, none where it need not")
    found: tuple[Rule, ...] = Field(description="a list of {kind, name}")

    @field_validator("found")
    @classmethod
    def _something(cls, found: tuple[Rule, ...]) -> tuple[Rule, ...]:
        if not found:
            msg = "names nothing to know it by"
            raise ValueError(msg)
        return found

    @property
    def kinds(self) -> frozenset[ItemKind]:
        """The kinds of things that it is known by."""
        return frozenset(rule.kind for rule in self.found)

    @property
    def looks(self) -> frozenset[LookKind]:
        """The looks without which nobody can say that a host does not have it."""
        return frozenset(_LOOKS[kind] for kind in self.kinds)


class Products(BaseModel):
    """The whole register."""

    model_config = STRICT

    products: tuple[Product, ...] = Field(description="a list of products, each with an id")


@dataclass
class Catalogue:
    """All products by their ids."""

    products: Mapping[str, Product]
    _kinds: dict[ItemKind, list[tuple[Rule, str]]] = field(init=False, default_factory=dict)
    _known: dict[Item, frozenset[str]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for product in self.products.values():
            for rule in product.found:
                self._kinds.setdefault(rule.kind, []).append((rule, product.id))

    @classmethod
    def of(cls, site: Site) -> Catalogue:
        """What comes along, and the site's own. Raises RegisterError where the site's has mistakes."""
        known = {product.id: product for product in load_register(BUILT_IN, Products).products}
        own = site.register(REGISTER)
        if own.is_file():
            known |= {product.id: product for product in load_register(own, Products).products}
        return cls(known)

    def means(self, item: Item) -> frozenset[str]:
        """Ids of the products that the raw name means; mostly one or none. Hundreds of hosts have the same packages."""
        if item not in self._known:
            self._known[item] = frozenset(name for rule, name in self._kinds.get(item.kind, ()) if rule.fits(item))
        return self._known[item]

    def among(self, items: Iterable[Item]) -> frozenset[str]:
        """Ids of all products that are among the things."""
        return frozenset[str]().union(*(self.means(item) for item in items))


_PATTERNS: dict[str, re.Pattern[str]] = {}


def _like(text: str, pattern: str) -> bool:
    if pattern not in _PATTERNS:
        _PATTERNS[pattern] = re.compile(fnmatch.translate(loose(pattern)))
    return _PATTERNS[pattern].match(text) is not None
