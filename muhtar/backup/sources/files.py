"""Files and folders of a host."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from muhtar.backup.sources.base import Machine, MissingSourceError, Paths, Piece, Source

__all__ = ["AbsolutePath", "Files"]

AbsolutePath = Annotated[str, Field(pattern=r"^/[^*?\[\]\\\n]*[^/*?\[\]\\\n]$")]

# restic only skips a path that is not there, and ends with 0.
_MISSING = 'for path; do [ -e "$path" ] || printf "%s\\n" "$path"; done'


class Files(Source):
    """Files and folders by absolute path, without the paths in `exclude` and what is below them."""

    kind: Literal["files"]
    paths: tuple[AbsolutePath, ...] = Field(min_length=1)
    exclude: tuple[AbsolutePath, ...] = ()

    def pieces(self, machine: Machine) -> list[Piece]:
        """All paths as one snapshot."""
        missing = machine.read(["sh", "-c", _MISSING, "missing", *self.paths]).splitlines()
        if missing:
            raise MissingSourceError(f"not there: {', '.join(missing)}", mend="mend the host, or the path in the policy")
        return [Paths(self.paths, self.exclude)]
