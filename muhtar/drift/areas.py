"""The kinds of targets that are checked for drift, and running something for several of them side by side."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from muhtar.doors.together import together
from muhtar.errors import MuhtarError, NothingSelectedError, UsageError
from muhtar.inventory import Inventory
from muhtar.outcome import Outcome, Status
from muhtar.report import ReportBuilder

__all__ = ["AREAS", "Area", "chosen", "side_by_side", "within"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Area:
    """One kind: its name on the command line, the group whose hosts it covers, and the module that checks them.

    `several` are the checks that stand for it where they are more than the one that has its name.

    The module has `check(site, *, limit, shard, progress) -> ReportBuilder` and, where drift of the kind can be mended, `mend` of
    the same shape. Where it has a `fast` check too, `check` takes `full`; where pictures can be taken, both take
    `stills`.
    """

    name: str
    group: str
    module: str
    fast: bool = False
    pictured: bool = False
    several: tuple[str, ...] = ()

    @property
    def check_id(self) -> str:
        """The check that stands for the kind; the first of several."""
        return self.checks[0]

    @property
    def checks(self) -> tuple[str, ...]:
        """The checks that stand for the kind."""
        return self.several or (f"drift.{self.name}",)

    def load(self) -> ModuleType:
        """The module, imported when it is first needed."""
        return import_module(self.module)


AREAS: Mapping[str, Area] = {
    area.name: area
    for area in (
        Area("servers", "servers", "muhtar.drift.servers", fast=True, several=("drift.servers", "drift.unmanaged")),
        Area("network", "network", "muhtar.drift.network"),
        Area("pbx", "pbx", "muhtar.drift.pbx"),
        Area("video", "video", "muhtar.drift.video", pictured=True),
        Area("databases", "databases", "muhtar.drift.databases", several=("drift.access", "drift.database")),
    )
}


def chosen(only: str | None) -> list[Area]:
    """Areas of a comma-separated list; all without one. Raises UsageError for a name that is none."""
    if only is None:
        return list(AREAS.values())
    names = [name.strip() for name in only.split(",") if name.strip()]
    if unknown := [name for name in names if name not in AREAS]:
        raise UsageError(f"--only {only}: there is no area {unknown[0]!r}", mend=f"choose from {', '.join(AREAS)}")
    if not names:
        raise UsageError("--only names no area", mend=f"choose from {', '.join(AREAS)}")
    return [AREAS[name] for name in dict.fromkeys(names)]


def within(
    areas: Iterable[Area], inventory: Inventory, limit: str | None, shard: str | None, *, required: bool = True
) -> dict[Area, list[str]]:
    """The areas that the selection touches, and the names of their hosts in it. Raises NothingSelectedError for none at all,
    unless that is not `required`."""
    found: dict[Area, list[str]] = {}
    why: NothingSelectedError | None = None
    for area in areas:
        try:
            found[area] = [target.name for target in inventory.select(limit, shard, group=area.group)]
        except NothingSelectedError as error:
            why = why or error
    if not found and required:
        raise why or NothingSelectedError("no area was chosen")
    return found


def side_by_side(
    work: Mapping[Area, Callable[[], ReportBuilder]], hosts: Mapping[Area, list[str]], site: str
) -> dict[Area, ReportBuilder]:
    """Do the areas' work in threads. Where it fails as a whole, every host of the area has an error; the others are not lost."""
    found: dict[Area, ReportBuilder] = {}
    for area, future in zip(work, together(list(work.values())), strict=True):
        error = future.exception()
        if error is None:
            found[area] = future.result()
        else:
            _log.error("drift of %s failed as a whole", area.name, exc_info=error)
            found[area] = _failed(area, hosts[area], error, site)
    return found


def _failed(area: Area, hosts: Iterable[str], error: BaseException, site: str) -> ReportBuilder:
    builder = ReportBuilder(area.check_id, site)
    names = list(hosts)
    ours = isinstance(error, MuhtarError)
    summary = str(error).partition("\n")[0] if ours else f"{type(error).__name__}: {error}"
    mend = getattr(error, "mend", None) or "the log has the rest"
    for check in area.checks:
        builder.select(names, check)
        builder.add(*(Outcome(target=name, check=check, status=Status.ERROR, summary=summary, mend=mend) for name in names))
    return builder
