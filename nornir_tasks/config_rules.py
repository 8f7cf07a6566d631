"""What Muhtar knows of each platform's configurations: their secrets, noise and end. Data in `rules/`, a file a platform."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from muhtar.errors import InventoryError
from muhtar.registers.load import load_register

__all__ = ["REMOVED", "Block", "LineRule", "NoiseRule", "Rules", "Shape", "known_platforms", "rules_of"]

FOLDER = Path(__file__).resolve().parent / "rules"
COMMON = "common"
# What stands for a secret; with a tag: `<removed:1a2b3c4d>`.
REMOVED = "<removed>"

_STRICT = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
# A line may stand in a diff, may be indented, may be negated.
_LEAD = r"[-+ \t]*(?:(?:no|undo|default)[ \t]+)?"
# Neither what was removed already, nor the type that stands before it.
_FRESH = r"(?!\"?<removed|\S+ \"?<removed)"
_MACROS = {
    "{value}": rf'(?P<secret>{_FRESH}(?:"(?:[^"\\]|\\.)*"|\S+))',
    "{rest}": rf"(?P<secret>{_FRESH}\S(?:.*\S)?)",
}


class LineRule(BaseModel):
    """A secret of one line. `line` is a regular expression, from the line's first word on, with a group `secret`.

    In it `{value}` stands for a word or a quoted text, `{rest}` for all that is left of the line. `word` is a lower-case text
    that every such line holds: looking for it is quick. `under` restricts the rule to a section. `varies`: the device shows the
    value differently each time.
    """

    model_config = _STRICT

    what: str
    word: str
    line: re.Pattern[str]
    under: str | None = None
    varies: bool = False

    @field_validator("line", mode="before")
    @classmethod
    def _expanded(cls, value: object) -> object:
        text = str(value)
        for macro, pattern in _MACROS.items():
            text = text.replace(macro, pattern)
        if "(?P<secret>" not in text:
            msg = "holds neither {value}, {rest} nor a group named secret"
            raise ValueError(msg)
        return _compiled(text)

    @field_validator("word")
    @classmethod
    def _lower(cls, value: str) -> str:
        if value != value.lower():
            msg = "write it in lower case"
            raise ValueError(msg)
        return value


class Block(BaseModel):
    """Lines from one that holds `begin` to one that holds `end`."""

    model_config = _STRICT

    what: str
    begin: re.Pattern[str]
    end: re.Pattern[str]


class NoiseRule(BaseModel):
    """What differs from one reading to the next without meaning anything.

    A `line` goes, or only its group `noise`; of what lies from a line `begin` to a line `end` those two stay.
    """

    model_config = _STRICT

    what: str
    line: re.Pattern[str] | None = None
    begin: re.Pattern[str] | None = None
    end: re.Pattern[str] | None = None

    @field_validator("line", "begin", "end", mode="before")
    @classmethod
    def _anchored(cls, value: object) -> object:
        return None if value is None else _compiled(str(value))


class Shape(BaseModel):
    """How a whole configuration looks: a line within its first twenty, and its last line that is not empty."""

    model_config = _STRICT

    begins: re.Pattern[str] | None = None
    ends: re.Pattern[str] | None = None


class Rules(BaseModel):
    """One platform's. `startup` is absent where a device has no configuration that must be saved.

    `section` begins a section (for `under`), `joins_lines` says that a backslash goes on in the next line, `changed_by` has a
    group `who`, and lines that match `quiet` say nothing: running and startup configuration may differ in them.
    """

    model_config = _STRICT

    running: Shape = Shape()
    startup: Shape | None = None
    section: re.Pattern[str] | None = None
    joins_lines: bool = False
    changed_by: re.Pattern[str] | None = None
    secrets: tuple[LineRule, ...] = Field(min_length=1)
    secret_blocks: tuple[Block, ...] = ()
    volatile: tuple[NoiseRule, ...] = ()
    quiet: re.Pattern[str] = re.compile(r"\s*$")


@cache
def known_platforms() -> tuple[str, ...]:
    """The platforms that have rules."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yml") if path.stem != COMMON))


@cache
def rules_of(platform: str | None) -> Rules:
    """The rules of a platform, those for every platform after its own.

    Raises InventoryError where it has none (text whose secrets nobody knows must not be kept), RegisterError for a wrong file.
    """
    if platform not in known_platforms():
        raise InventoryError(
            f"nobody knows what is secret in a configuration of the platform {platform!r}",
            path=FOLDER / f"{platform}.yml",
            key="muhtar_platform",
            mend=f"write that file, or set muhtar_platform to one of {', '.join(known_platforms())}",
        )
    own, common = (load_register(FOLDER / f"{name}.yml", Rules) for name in (platform, COMMON))
    return own.model_copy(
        update={
            "secrets": own.secrets + common.secrets,
            "secret_blocks": own.secret_blocks + common.secret_blocks,
            "volatile": own.volatile + common.volatile,
        }
    )


def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(_LEAD + text, re.IGNORECASE)
