"""./inv duty.*: what the department owes, and whether it is proven."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from muhtar.report import ReportBuilder

__all__ = ["namespace"]


@command("duty.board")
def board(run: Run) -> ReportBuilder:
    """Show each duty of the regulation: owner unit, what proves it, last proof; 3 while some are not served yet.

    Example: ./inv duty.board --lang tr --out html=board.html
    """
    from muhtar.duty.board import board

    return board(run.site, progress=run.progress)


namespace = collection("duty", board)
