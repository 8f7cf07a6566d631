"""What is known of the devices as things: serial number, model, version, and when that was seen. Kept for other registers.

`<state folder>/facts/<site>/devices.json`:

    {"schema": "muhtar.facts/1", "site": "lab", "devices": {
      "r1": {"vendor": "...", "model": "...", "version": "...", "serial": "...", "seen": "2027-01-31T02:00:00+00:00"}}}

A device that was not asked, or did not answer, keeps what was seen of it last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from muhtar.errors import InventoryError
from muhtar.settings import Site, atomic_write, home, locked

__all__ = ["Asset", "keep", "path", "read"]


class Asset(BaseModel):
    """One device. `serial` is empty where the device has none to tell; `seen` is UTC."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vendor: str
    model: str
    version: str
    serial: str
    seen: datetime

    @classmethod
    def of(cls, facts: Mapping[str, Any], seen: datetime) -> Asset:
        """From NAPALM's facts."""
        serial = facts["serial_number"]
        return cls(
            vendor=str(facts["vendor"]),
            model=str(facts["model"]),
            version=str(facts["os_version"]),
            # Some devices (a stack) have several.
            serial=", ".join(map(str, serial)) if isinstance(serial, list) else str(serial),
            seen=seen,
        )


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal["muhtar.facts/1"]
    site: str
    devices: dict[str, Asset]


def path(site: Site) -> Path:
    """Where the site's facts are."""
    return home() / "facts" / site.name / "devices.json"


def read(site: Site) -> dict[str, Asset]:
    """What is known, by device; empty before the first look. Raises InventoryError for a file that is not ours."""
    try:
        text = path(site).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    try:
        said = dict(json.loads(text))
        return _File.model_validate({"schema_version": said.pop("schema", None), **said}).devices
    except (ValueError, TypeError, ValidationError) as error:
        raise InventoryError(
            "these are not facts of devices", path=path(site), mend="delete it; ./inv network.facts writes it again"
        ) from error


def keep(site: Site, found: Mapping[str, Asset]) -> Path:
    """Add what was seen to what is known, in one step: another run at the same time loses nothing."""
    with locked(f"facts-{site.name}", wait=30.0):
        devices = {**read(site), **found}
        said = {
            "schema": "muhtar.facts/1",
            "site": site.name,
            "devices": {name: devices[name].model_dump(mode="json") for name in sorted(devices)},
        }
        with atomic_write(path(site)) as stream:
            stream.write(json.dumps(said, ensure_ascii=False, indent=2) + "\n")
    return path(site)
