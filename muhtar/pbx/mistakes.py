"""Outcomes of what is declared wrongly, and where a variable of a PBX is stated."""

from __future__ import annotations

from muhtar.errors import MuhtarError, RegisterError
from muhtar.inventory import Target
from muhtar.outcome import Intent, Outcome, Status

__all__ = ["intent_of", "mistaken"]


def intent_of(target: Target, key: str) -> Intent | None:
    """The file and line that set the variable; None where the role's default holds."""
    origin = target.origin(key)
    return Intent(file=origin.relative, line=origin.line) if origin else None


def mistaken(target: Target, error: MuhtarError, check: str) -> list[Outcome]:
    """An error for each mistake in what is declared for the target, their subjects the keys."""
    problems = error.problems if isinstance(error, RegisterError) and error.problems else [error]
    seen: dict[str, int] = {}
    found = []
    for problem in problems:
        key = problem.key or "declared"
        seen[key] = seen.get(key, 0) + 1
        found.append(
            Outcome(
                target=target.name,
                check=check,
                status=Status.ERROR,
                subject=key if seen[key] == 1 else f"{key} #{seen[key]}",
                summary=f"{key}: {problem.message}",
                intent=Intent(file=problem.path, line=problem.line) if problem.path else None,
                mend=problem.mend,
            )
        )
    return found
