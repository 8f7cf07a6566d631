"""A new town: the files that a site needs, made so that its first check runs and says truthfully what is still empty."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from muhtar.errors import UsageError
from muhtar.settings import ROOT, Site

__all__ = ["new_site"]

_NAME = re.compile(r"[a-z][a-z0-9_-]{1,30}")


def new_site(name: str, *, apply: bool) -> list[Path]:
    """The files of the new site `inventories/<name>/`; written only with `apply`. Raises UsageError, overwrites nothing."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is not a site name", mend="use 2 to 31 lower-case letters, digits, - or _, starting with a letter"
        )
    site = Site(name)
    if site.path.exists():
        raise UsageError(f"the site {name!r} exists already", path=site.path, mend="choose another name, or edit its files")
    templates = files("muhtar").joinpath("site_template")
    written = []
    for source in sorted(_walk(Path(str(templates)))):
        relative = source.relative_to(Path(str(templates)))
        target = site.path / relative
        written.append(target.relative_to(ROOT))
        if apply:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(source.read_text(encoding="utf-8").replace("@SITE@", name), encoding="utf-8")
    return written


def _walk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
