"""Commands as people and scripts shorten them: `sh ip int br`."""

from __future__ import annotations

from collections.abc import Sequence

from lab.simulators.config_grammar import Grammar

__all__ = ["AmbiguousError", "expand"]


class AmbiguousError(Exception):
    """A word that could be the beginning of several."""


def expand(grammar: Grammar, mode: str, words: Sequence[str]) -> list[str]:
    """The words written out as far as they are keywords; what fits nothing stays. Raises AmbiguousError."""
    alive = [variant for rule in grammar.rules[mode] for variant in rule.variants]
    found: list[str] = []
    for place, word in enumerate(words):
        alive = [variant for variant in alive if len(variant) > place]
        keywords = {keyword for variant in alive for keyword in variant[place].words}
        hits = {keyword for keyword in keywords if keyword.startswith(word.lower())}
        if word.lower() in hits:
            hits = {word.lower()}
        if len(hits) > 1:
            raise AmbiguousError(word)
        chosen = hits.pop() if hits else None
        alive = [variant for variant in alive if (chosen in variant[place].words if chosen else not variant[place].words)]
        found.append(chosen or word)
    return found
