"""What an image is made of, as written in `lab/images/recipes/*.yml`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from muhtar.errors import MuhtarError

__all__ = ["FOLDER", "Packages", "Recipe", "names", "read"]

FOLDER = Path(__file__).parent
# Raised when the way of building changes, so that images of the old way are not taken for new ones.
BUILD = 1


class Packages(BaseModel):
    """Packages from another suite than the image's own. Only these, and what they cannot do without, come from there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    suite: str
    packages: tuple[str, ...] = Field(min_length=1)


class Recipe(BaseModel):
    """One image: either a plain Debian (`suite`) or something on top of another image (`from`)."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    suite: str | None = None
    parent: str | None = Field(default=None, alias="from")
    packages: tuple[str | Packages, ...] = ()
    setup: str | tuple[str, ...] | None = None
    keep_lists: bool = False

    @model_validator(mode="after")
    def _one_origin(self) -> Recipe:
        if (self.suite is None) == (self.parent is None):
            msg = "an image has either `suite` or `from`"
            raise ValueError(msg)
        if self.suite and any(isinstance(item, Packages) for item in self.packages):
            msg = "packages of another suite need an image with `from`"
            raise ValueError(msg)
        return self

    @property
    def own(self) -> list[str]:
        """Packages from the image's own suite."""
        return [item for item in self.packages if isinstance(item, str)]

    @property
    def foreign(self) -> list[Packages]:
        """Packages from other suites."""
        return [item for item in self.packages if isinstance(item, Packages)]

    @property
    def setup_text(self) -> str:
        """The script that is run in the image once the packages are in it, of all files in turn; empty where there is none."""
        files = (self.setup,) if isinstance(self.setup, str) else self.setup or ()
        return "".join((FOLDER / "setup" / file).read_text(encoding="utf-8") for file in files)

    def hash(self, parent: str, sources: Sequence[str]) -> str:
        """Twelve hex digits over all that decides the result: recipe, script, parent's tag and the sources of packages."""
        content = [BUILD, self.model_dump(mode="json"), self.setup_text, parent, list(sources)]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def names() -> list[str]:
    """Recipes that this repository has."""
    return sorted(path.stem for path in (FOLDER / "recipes").glob("*.yml"))


def read(name: str) -> Recipe:
    """The recipe of that name. Raises MuhtarError naming the file and the mend."""
    path = FOLDER / "recipes" / f"{name}.yml"
    if not path.is_file():
        raise MuhtarError(f"there is no image {name!r}", path=path, mend=f"choose one of {', '.join(names())}")
    try:
        return Recipe.model_validate({"name": name, **yaml.safe_load(path.read_text(encoding="utf-8"))})
    except (ValidationError, yaml.YAMLError) as error:
        raise MuhtarError(f"the recipe is wrong: {error}", path=path, mend="compare it with the other recipes") from error
