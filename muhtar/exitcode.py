"""The exit codes of every task (apart from the outcomes, so that the command line starts without them)."""

from __future__ import annotations

__all__ = ["ExitCode"]


class ExitCode:
    """0 clean, 1 the tool failed or was misused, 2 findings, 3 incomplete; with several, 1 beats 3 beats 2."""

    CLEAN = 0
    FAILED = 1
    FINDINGS = 2
    INCOMPLETE = 3
