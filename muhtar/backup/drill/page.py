"""The evidence of a drill as one HTML page that stands alone: no script, nothing loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

if TYPE_CHECKING:
    from muhtar.backup.drill.evidence import Evidence

__all__ = ["page"]

_TEMPLATE = "evidence.html.j2"


def page(evidence: Evidence) -> str:
    """The whole page."""
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template(_TEMPLATE).render(one=evidence) + "\n"
