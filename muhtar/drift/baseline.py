"""What decided a host's answers when its last full check found nothing: kept, and compared with how that looks now."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from muhtar.settings import Site, atomic_write, home

__all__ = ["Baseline", "forget", "keep", "load", "source_paths"]

_log = logging.getLogger(__name__)


class Baseline(BaseModel):
    """One host's. `observations` are options of the module muhtar_observe, each with the digest that it gave."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    intent: str
    sources: str
    checked: datetime
    evaluated: int
    observations: tuple[dict[str, Any], ...]

    def holds(self, found: Sequence[Mapping[str, Any]]) -> bool:
        """Do the same things look as they did?"""
        return list(self.observations) == [dict(one) for one in found]

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The observations without what came of them."""
        return [{key: value for key, value in one.items() if key not in {"digest", "failed"}} for one in self.observations]


def source_paths(observations: Sequence[Mapping[str, Any]]) -> tuple[Path, ...]:
    """Files and folders of the controller that decide answers too."""
    return tuple(sorted({Path(source) for one in observations for source in one["sources"]}))


def load(site: Site, host: str) -> Baseline | None:
    """What is kept of the host; None for nothing, or for what cannot be read."""
    path = _path(site, host)
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        _log.warning("%s is of no use, the next full check writes it anew: %s", path, error)
        return None


def keep(site: Site, host: str, baseline: Baseline) -> None:
    """Keep it, in place of an older one."""
    with atomic_write(_path(site, host), mode=0o600) as stream:
        stream.write(baseline.model_dump_json(indent=1))


def forget(site: Site, host: str) -> None:
    """The host is to be checked in full the next time."""
    _path(site, host).unlink(missing_ok=True)


def _path(site: Site, host: str) -> Path:
    return home() / "drift" / site.name / f"{host}.json"
