"""The grammar of a vendor's configuration lines: one pattern a command, written in the order of the running-config.

A pattern is a row of words. A lower-case word stands for itself and `a|b` for either; an upper-case word is an argument of
that type (`NUM`), `NUM...` is one or more of them; `[ ... ]` may be left out. Marks say how the command behaves:

- `=` single-valued: what stands before the mark is the key, and a second line with that key replaces the first;
- `/` `no` may stop here, and then takes every line that begins so (`no neighbor 10.0.0.2`);
- `+` first: on by default, so only its negation is kept; `~` first: kept in either form; `#` first: kept with a number before it;
- `> mode` last: the line opens a section of that mode.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import product

__all__ = ["Argument", "Form", "Grammar", "LineError", "Match", "Negation", "Rule"]

# Takes a word and gives its canonical forms: none when it does not fit, several when it is a range.
Argument = Callable[[str], Sequence[str]]

_PARTS = re.compile(r"\[|\]|[^\s\[\]]+")


class LineError(Exception):
    """A line that the grammar does not have. `index` counts words from 0, as vendors do."""

    def __init__(self, index: int, word: str, *, incomplete: bool = False) -> None:
        super().__init__(f"{'incomplete' if incomplete else 'invalid'} at {index}: {word!r}")
        self.index = index
        self.word = word
        self.incomplete = incomplete


class Form(Enum):
    """Which forms of a command a configuration keeps."""

    POSITIVE = ""
    NEGATIVE = "+"
    EITHER = "~"
    NUMBERED = "#"


@dataclass(frozen=True)
class Element:
    """One place of a pattern: fixed words, or an argument type."""

    words: frozenset[str] = frozenset()
    argument: str = ""
    repeated: bool = False


@dataclass(frozen=True)
class Rule:
    """A command of one mode. `variants` spells out what may be left out.

    `rank` is its place in the running-config. Rules that share their first `head` words stand together there, object by
    object (all lines of one neighbor, then those of the next), and have one `rank`.
    """

    pattern: str
    mode: str
    rank: int
    order: int
    head: int
    variants: tuple[tuple[Element, ...], ...]
    key: int | None
    cuts: frozenset[int]
    opens: str | None
    form: Form

    @property
    def heredoc(self) -> bool:
        """Whether lines of text follow the command until `EOF`."""
        return any(element.argument == "TEXT" for element in self.variants[0])


@dataclass(frozen=True)
class Match:
    """A line that fits: its rule and its canonical words (more than one row where an argument was a range)."""

    rule: Rule
    rows: tuple[tuple[str, ...], ...]

    def key(self, row: tuple[str, ...]) -> tuple[str, ...]:
        """The words that name the value: all of them unless the rule is single-valued."""
        return row if self.rule.key is None else row[: self.rule.key]


@dataclass(frozen=True)
class Negation:
    """What `no ...` takes away: lines beginning with `words`; of one rule, or of any where `rule` is None."""

    rows: tuple[tuple[str, ...], ...]
    rule: Rule | None


@dataclass
class _Attempt:
    """The best of the failed tries: the one that came furthest explains the error."""

    index: int = -1
    incomplete: bool = False

    def note(self, index: int, *, incomplete: bool) -> None:
        if index > self.index or (index == self.index and incomplete):
            self.index, self.incomplete = index, incomplete


@dataclass
class Grammar:
    """All modes of a vendor's configuration. `modes` maps a mode to its patterns, one a line; the first mode is the top."""

    modes: Mapping[str, str]
    arguments: Mapping[str, Argument]
    rules: dict[str, list[Rule]] = field(init=False)
    _known: dict[tuple[str, str], Rule] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.rules = {mode: list(self._compile(mode, text)) for mode, text in self.modes.items()}

    @property
    def top(self) -> str:
        """The mode in which a configuration begins."""
        return next(iter(self.modes))

    def match(self, mode: str, words: Sequence[str]) -> Match:
        """The rule that a positive line fits. Raises LineError."""
        attempt = _Attempt()
        for rule in self.rules[mode]:
            for variant in rule.variants:
                rows = self._fit(variant, words, attempt)
                if rows is not None:
                    return Match(rule, rows)
        raise self._error(attempt, words)

    def match_no(self, mode: str, words: Sequence[str]) -> Negation:
        """What the line `no <words>` takes away. Raises LineError, its index counted without the `no`."""
        attempt = _Attempt()
        cut: Negation | None = None
        for rule in self.rules[mode]:
            for variant in rule.variants:
                rows = self._fit(variant, words, attempt)
                if rows is not None:
                    return Negation(rows if rule.key is None else tuple(row[: rule.key] for row in rows), rule)
                if cut is None and len(words) in rule.cuts:
                    rows = self._fit(variant[: len(words)], words, _Attempt())
                    cut = Negation(rows, None) if rows is not None else None
        if cut is None:
            raise self._error(attempt, words)
        return cut

    def rule(self, mode: str, line: str) -> Rule:
        """The rule of a line that is in a tree already."""
        found = self._known.get((mode, line))
        if found is None:
            words = line.split("\n", 1)[0].split()
            found = self.match(mode, words[1:] if words[0] == "no" else words).rule
            self._known[mode, line] = found
        return found

    def _fit(self, variant: Sequence[Element], words: Sequence[str], attempt: _Attempt) -> tuple[tuple[str, ...], ...] | None:
        row: list[Sequence[str]] = []
        for place, element in enumerate(variant):
            if element.argument == "TEXT":
                break
            if place >= len(words):
                attempt.note(len(words) - 1, incomplete=True)
                return None
            if element.argument == "LINE":
                row.append((" ".join(words[place:]),))
                return tuple(product(*row))
            taken = words[place:] if element.repeated else words[place : place + 1]
            for offset, word in enumerate(taken):
                forms = self._forms(element, word)
                if not forms:
                    attempt.note(place + offset, incomplete=False)
                    return None
                row.append(forms)
        if len(row) < len(words):
            attempt.note(len(row), incomplete=False)
            return None
        return tuple(product(*row))

    def _forms(self, element: Element, word: str) -> Sequence[str]:
        if element.words:
            return (word,) if word in element.words else ()
        return self.arguments[element.argument](word)

    @staticmethod
    def _error(attempt: _Attempt, words: Sequence[str]) -> LineError:
        index = max(attempt.index, 0)
        return LineError(index, words[index] if index < len(words) else "", incomplete=attempt.incomplete)

    def _compile(self, mode: str, text: str) -> Iterator[Rule]:
        heads: dict[tuple[Element, ...], int] = {}
        for order, pattern in enumerate(line.strip() for line in text.strip().splitlines()):
            parts = _PARTS.findall(pattern)
            form = Form(parts.pop(0)) if parts[0] in "+~#" else Form.POSITIVE
            opens = None
            if ">" in parts:
                opens = " ".join(parts[parts.index(">") + 1 :])
                del parts[parts.index(">") :]
            plain = [part for part in parts if part not in ("=", "/")]
            cuts = [sum(p not in ("=", "/") for p in parts[:i]) for i, part in enumerate(parts) if part in ("=", "/")]
            key = sum(p not in ("=", "/") for p in parts[: parts.index("=")]) if "=" in parts else None
            variants = tuple(tuple(self._element(part) for part in variant) for variant in _variants(plain))
            if "/" in parts and opens is None:
                heads.setdefault(variants[0][: sum(p != "=" for p in parts[: parts.index("/")])], order)
            rank, head = next(((r, len(h)) for h, r in heads.items() if variants[0][: len(h)] == h), (order, 0))
            yield Rule(pattern, mode, rank, order, head, variants, key, frozenset(cuts), opens, form)

    def _element(self, part: str) -> Element:
        name = part.removesuffix("...")
        if not name.isupper():
            return Element(words=frozenset(part.split("|")))
        if name not in self.arguments and name not in ("LINE", "TEXT"):
            msg = f"no argument type {name}"
            raise ValueError(msg)
        return Element(argument=name, repeated=part != name)


def _variants(parts: list[str]) -> list[list[str]]:
    """The patterns without brackets that one with brackets stands for, the longest first."""
    if "]" not in parts:
        return [parts]
    close = parts.index("]")
    start = max(i for i in range(close) if parts[i] == "[")
    before, inside, after = parts[:start], parts[start + 1 : close], parts[close + 1 :]
    return [*_variants(before + inside + after), *_variants(before + after)]
