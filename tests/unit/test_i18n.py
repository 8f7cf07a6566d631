"""One catalogue, both languages whole, no word unused."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import get_args

import pytest

from muhtar.checks import CHECKS
from muhtar.compared import KINDS
from muhtar.deadlines import Kind as DeadlineKind
from muhtar.deadlines import State as Due
from muhtar.duties import UNITS, State
from muhtar.errors import UsageError
from muhtar.history_past import Seen
from muhtar.i18n import LANGUAGES, Words, catalogue
from muhtar.license.register import Metric
from muhtar.outcome import Status
from muhtar.procurement.model import Action, Route, Standing
from muhtar.topology import Kind

PACKAGE = Path(__file__).parents[2] / "muhtar"
# Families whose members are put together at run time; the tests below ask for each member.
FAMILIES = (
    "status.", "exit.", "trend.", "state.", "unit.", "check.", "workflow.", "node.", "buy.", "deadline.", "due.", "seen.",
)  # fmt: skip


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", catalogue())
def test_each_key_has_every_language_with_the_same_places(key: str) -> None:
    texts = catalogue()[key]
    assert set(texts) == set(LANGUAGES)
    assert all(text.strip() for text in texts.values())
    assert len({frozenset(places(text)) for text in texts.values()}) == 1


@pytest.mark.parametrize(
    "key",
    [
        *(f"status.{status.value}" for status in Status),
        *(f"state.{state.value}" for state in State),
        *(f"node.{kind.value}" for kind in Kind),
        *(f"deadline.{kind.value}" for kind in DeadlineKind),
        *(f"due.{state.value}" for state in Due),
        *(f"unit.{unit}" for unit in UNITS),
        *(f"check.{check}" for check in CHECKS),
        *(f"workflow.{check.partition('.')[0]}" for check in CHECKS),
        *(f"exit.{code}{part}" for code in range(4) for part in ("", ".means")),
        *(f"buy.action.{action.value}" for action in Action),
        *(f"buy.{kind}.{route.value}" for route in Route for kind in ("route", "short")),
        *(f"buy.standing.{standing.value}" for standing in Standing),
        *(f"buy.metric.{metric}" for metric in get_args(Metric)),
        *(f"trend.{kind}" for kind in KINDS),
        *(f"seen.{seen.value}" for seen in Seen),
    ],
)
def test_the_families_are_whole(key: str) -> None:
    assert key in catalogue(), f"add {key} to muhtar/i18n.yml"


def test_no_key_is_missing_and_none_is_unused() -> None:
    sources = [path.read_text(encoding="utf-8") for kind in ("*.py", "*.j2") for path in PACKAGE.rglob(kind)]
    used = {key for text in sources for key in re.findall(r"""["']((?:label|text|time)\.[a-z_]+)["']""", text)}
    single = {key for key in catalogue() if not key.startswith(FAMILIES)}
    assert used == single


def test_the_sentences_of_a_purchase_are_those_of_the_code() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "procurement").rglob("*.py"))
    used = set(re.findall(r'"(buy\.[a-z_.]+[a-z])"', sources))
    whole = ("buy.action.", "buy.route.", "buy.short.", "buy.standing.", "buy.metric.")
    assert {key for key in used if not key.startswith(whole)} == {
        key for key in catalogue() if key.startswith("buy.") and not key.startswith(whole)
    }


def test_an_undeclared_check_is_called_by_its_id_and_an_unknown_language_is_refused() -> None:
    assert Words("tr").check("drift.later") == "drift.later"
    with pytest.raises(UsageError, match="klingon"):
        Words("klingon")
