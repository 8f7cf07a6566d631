"""What was found on a host, kept with the moment of the look: one document a host.

`<state folder>/discovered/<site>/<host>.json`:

    {"schema": "muhtar.discovered/1", "site": "lab", "host": "pbx1", "looks": {
      "system": {"seen": "2027-01-31T02:00:00Z", "items": [["package", "asterisk", "1:22.10.1"], ...], "counts": {"core": 2}},
      "pbx": {"seen": ..., "items": [["codec", "g722", ""]], "samples": [["2027-01-31T02:00:00Z", 4, 2]]}}}

A look that failed leaves the one before, with its own moment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from muhtar.errors import InventoryError
from muhtar.settings import Site, atomic_write, home, locked

__all__ = ["GROUPS", "Item", "ItemKind", "Look", "LookKind", "Sample", "keep", "path", "read"]

LookKind = Literal["system", "database", "device", "pbx", "video"]
ItemKind = Literal["package", "service", "system", "database", "device", "platform", "feature", "pbx", "codec", "recorder"]
Counted = Literal["core", "socket", "camera"]

GROUPS: Mapping[LookKind, str] = {
    "system": "servers",
    "database": "servers",
    "device": "network",
    "pbx": "pbx",
    "video": "video",
}
"""Whom each look is for: a group of the inventory."""

# Calls come and go: what one look saw of them is kept beside what later ones see, for so long.
_SAMPLES_KEPT = timedelta(days=400)


class Item(NamedTuple):
    """One thing by its raw name: a package as apt or rpm calls it, a server's system, a device's model or platform, a codec."""

    kind: ItemKind
    name: str
    version: str = ""


class Sample(NamedTuple):
    """So many channels and calls were up at that moment (UTC)."""

    at: datetime
    channel: int
    concurrent_call: int


class Look(BaseModel):
    """What one look found. `seen` is UTC; `counts` are of the whole host: physical cores, sockets, cameras in use.

    `untold` are kinds of things that the host does not tell: that none of them is in `items` says nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seen: datetime
    items: tuple[Item, ...] = ()
    counts: dict[Counted, int] = Field(default_factory=dict)
    samples: tuple[Sample, ...] = ()
    untold: tuple[ItemKind, ...] = ()
    maker: str = ""
    model: str = ""
    serial: str = ""

    def after(self, before: Look | None) -> Look:
        """This look with the samples of the ones before it, as long as they are kept."""
        if before is None or not self.samples:
            return self
        old = [sample for sample in before.samples if self.seen - sample.at <= _SAMPLES_KEPT and sample not in self.samples]
        return self.model_copy(update={"samples": (*old, *self.samples)})


Looks = dict[LookKind, Look]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal["muhtar.discovered/1"]
    site: str
    host: str
    looks: Looks


def path(site: Site, host: str | None = None) -> Path:
    """Where the site's documents are, or one host's."""
    folder = home() / "discovered" / site.name
    return folder / f"{host}.json" if host else folder


def read(site: Site, host: str) -> Looks:
    """What is known of a host; empty before the first look. Raises InventoryError for a file that is not ours."""
    try:
        text = path(site, host).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    try:
        said = dict(json.loads(text))
        return _File.model_validate({"schema_version": said.pop("schema", None), **said}).looks
    except (ValueError, TypeError, ValidationError) as error:
        raise InventoryError(
            "this is not what a look at a host leaves",
            path=path(site, host),
            mend=f"delete it; ./inv license.discover --limit {host} writes it again",
        ) from error


def keep(site: Site, host: str, found: Mapping[LookKind, Look]) -> None:
    """Add looks to what is known of a host, in one step: another run at the same time loses nothing."""
    with locked(f"discovered-{site.name}", wait=30.0):
        known = read(site, host)
        looks = {**known, **{kind: look.after(known.get(kind)) for kind, look in found.items()}}
        kept = _File(schema_version="muhtar.discovered/1", site=site.name, host=host, looks=looks).model_dump(mode="json")
        said = {"schema": kept.pop("schema_version"), **kept}
        with atomic_write(path(site, host)) as stream:
            stream.write(json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n")
