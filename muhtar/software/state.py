"""What is known of a host's packages: a document each under `<home>/software/<site>/`, written anew at every look."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from muhtar.settings import Site, atomic_write, home

__all__ = ["Known", "keep", "load"]

_log = logging.getLogger(__name__)


class Known(BaseModel):
    """`taken` is when we looked, `clock` the host's own clock then, in seconds since 1970.

    `packages`: name:architecture → version.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    taken: datetime
    clock: float
    packages: dict[str, str]


def load(site: Site, host: str) -> Known | None:
    """What is kept of the host; None for nothing, or for what cannot be read."""
    path = _path(site, host)
    try:
        return Known.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        _log.warning("%s is of no use, this look is the first one again: %s", path, error)
        return None


def keep(site: Site, host: str, known: Known) -> None:
    """Keep it, in place of an older one."""
    with atomic_write(_path(site, host), mode=0o600) as stream:
        stream.write(known.model_dump_json(indent=1))


def _path(site: Site, host: str) -> Path:
    return home() / "software" / site.name / f"{host}.json"
