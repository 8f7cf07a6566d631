"""Git: all bundles come back, and their refs are those of the repositories on the host."""

from __future__ import annotations

from muhtar.backup.drill.case import Case, Drilled, Sampled
from muhtar.backup.sources.git import Git
from muhtar.words import count

__all__ = ["drill"]


def drill(case: Case, source: Git) -> Drilled:
    """Everything is looked at; the evidence names the bundles. Raises UnreachableError where the host does not answer."""
    seconds = case.bring_back()
    found = source.compare(case.machine, case.folder, case.run.time)
    files = sorted(path for path in case.folder.rglob("*") if path.is_file())
    sample = tuple(Sampled(f"/{path.relative_to(case.folder)}", f"{path.stat().st_size} bytes") for path in files)
    wrong = found.wrong if found.wrong or found.equal else ("nothing that was restored could be compared",)
    note = f" ({found.moved} moved since)" if found.moved else ""
    return Drilled(seconds, f"{count(found.equal, 'ref')} as on the host{note}", "a folder of the runner", wrong, sample)
