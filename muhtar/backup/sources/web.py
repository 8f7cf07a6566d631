"""Web content: what a server shows to people, with a look at whether it shows more than is taken."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field

from muhtar.backup.sources.base import Machine, MissingSourceError, Piece, Source
from muhtar.backup.sources.files import AbsolutePath, Files

__all__ = ["Web"]

# `nginx -T` prints the configuration as nginx itself reads it, all included files in it.
_EFFECTIVE = ("nginx", "-T", "-q")
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
_FOLDER = re.compile(r"""(?:^|[{;])\s*(?:root|alias)\s+(?:"([^"]+)"|'([^']+)'|([^\s;]+))\s*;""", re.MULTILINE)
# What `root html;` is below, as Debian builds nginx.
_PREFIX = "/usr/share/nginx/"


class Web(Source):
    """The folders in `paths` without what is in `exclude`, and nginx's own `config`.

    A folder that nginx serves and that neither `paths` holds nor `exclude` names is a finding: a site that somebody added and
    nobody backs up. Folders that are named by variables ($host) cannot be judged so.
    """

    kind: Literal["web"]
    paths: tuple[AbsolutePath, ...] = Field(min_length=1)
    exclude: tuple[AbsolutePath, ...] = ()
    config: tuple[AbsolutePath, ...] = ("/etc/nginx",)

    def pieces(self, machine: Machine) -> list[Piece]:
        """All folders as one snapshot."""
        known = (*self.paths, *self.exclude)
        stray = sorted(path for path in _served(machine.read(_EFFECTIVE)) if not any(_within(path, own) for own in known))
        if stray:
            raise MissingSourceError(
                f"nginx serves {', '.join(stray)}, which is not backed up",
                mend="add it to `paths`, or to `exclude` where it comes from a package",
            )
        return Files(name=self.name, kind="files", paths=(*self.paths, *self.config), exclude=self.exclude).pieces(machine)


def _served(configuration: str) -> set[str]:
    """The folders that an nginx of this configuration hands out, as far as it names them without variables."""
    named = ("".join(found).rstrip("/") for found in _FOLDER.findall(_COMMENT.sub("", configuration)))
    return {path if path.startswith("/") else _PREFIX + path for path in named if "$" not in path}


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")
