"""Words in the reader's language, all from one catalogue (`i18n.yml`): Turkish and English."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from muhtar.errors import UsageError

__all__ = ["LANGUAGES", "Words", "catalogue"]

LANGUAGES = ("tr", "en")
_FILE = Path(__file__).with_suffix(".yml")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Key → language → text, as `i18n.yml` has it."""
    import yaml

    loaded: dict[str, dict[str, str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded


class Words:
    """The catalogue in one language: `words("status.finding")`, `words("more.groups", number=3)`."""

    def __init__(self, lang: str) -> None:
        if lang not in LANGUAGES:
            raise UsageError(f"there is no language {lang!r}", mend=f"choose from {', '.join(LANGUAGES)}")
        self.lang = lang

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its `{places}` filled. Raises KeyError for a key that the catalogue lacks."""
        return catalogue()[key][self.lang].format(**values)

    def check(self, check_id: str) -> str:
        """The title of a check; the id itself where the check is not declared (a report of a later version)."""
        from muhtar.checks import CHECKS

        key = f"check.{check_id}"
        if key in catalogue():
            return self(key)
        return CHECKS[check_id].title if check_id in CHECKS else check_id
