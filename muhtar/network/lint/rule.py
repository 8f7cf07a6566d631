"""What a rule is, and the three kinds that most of them are: something forbidden, something required, something referred to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from muhtar.network.lint.text import Config, Line

__all__ = ["Hit", "Judge", "Rule", "defined", "forbid", "nothing", "require"]


@dataclass(frozen=True)
class Hit:
    """What a rule found: the line it stands on (None for something missing), and a sentence where the line says too little.

    Sentences hold no values of lines that may be secret; the line itself is concealed when it is shown.
    """

    said: str = ""
    line: Line | None = None


Judge: TypeAlias = Callable[[Config], list[Hit]]
"""Looks at one configuration; an empty list means that the rule holds."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    `id` is the outcome's subject; `wanted` and `mend` are sentences for people; `judges` has a judge for each platform whose
    words the rule knows, `cannot` says why it can say nothing of others; `variables` are those of the inventory that state the
    intent. `across` looks at all configurations at once and returns hits by device.
    """

    id: str
    wanted: str
    mend: str
    judges: Mapping[str, Judge]
    cannot: Mapping[str, str] = field(default_factory=dict)
    variables: Sequence[str] = ()
    across: Callable[[Sequence[Config]], Mapping[str, list[Hit]]] | None = None

    def why_not(self, platform: str) -> str | None:
        """Why the rule cannot judge the platform; None where it can."""
        if platform in self.judges:
            return None
        return self.cannot.get(platform, "it does not know the platform's words")


def forbid(*patterns: str) -> Judge:
    """No line's path may match one of the patterns."""

    def judge(config: Config) -> list[Hit]:
        return [Hit(line=line) for pattern in patterns for line, _ in config.find(pattern)]

    return judge


def require(*patterns: str, said: str) -> Judge:
    """For each pattern a line must be there; `said` is the sentence where one is not."""

    def judge(config: Config) -> list[Hit]:
        return [] if all(any(True for _ in config.find(pattern)) for pattern in patterns) else [Hit(said)]

    return judge


def nothing(_config: Config) -> list[Hit]:
    """For a platform that has no such thing at all: the rule holds."""
    return []


def defined(
    *,
    uses: Iterable[str],
    definitions: Iterable[str],
    names: Callable[[str], Iterable[str]] = str.split,
    known: Iterable[str] = (),
) -> Judge:
    """Every name that a line uses must be defined by another. Both kinds of patterns have a group `name`.

    `names` splits that group where one line may name several; `known` are there without being defined.
    """
    uses, definitions, known = tuple(uses), tuple(definitions), frozenset(known)

    def judge(config: Config) -> list[Hit]:
        there = {
            name for pattern in definitions for _, found in config.find(pattern) for name in names(found["name"].strip('"'))
        } | known
        hits: list[Hit] = []
        for pattern in uses:
            for line, found in config.find(pattern):
                missing = [name for name in names(found["name"].strip('"')) if name not in there]
                hits += [Hit(f"{name} is not defined", line) for name in missing]
        return sorted(dict.fromkeys(hits), key=lambda hit: hit.line.number if hit.line else 0)

    return judge
