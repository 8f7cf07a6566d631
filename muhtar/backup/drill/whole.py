"""What has a proof of its own: all of it comes back, and the source compares it with the host (git bundles with their refs)."""

from __future__ import annotations

from muhtar.backup.drill.case import Case, Drilled, Sampled
from muhtar.words import count

__all__ = ["drill"]


def drill(case: Case) -> Drilled:
    """Everything is looked at; the evidence names the files. Raises UnreachableError where the host does not answer."""
    seconds = case.bring_back()
    proof = case.item.source.prove(case.machine, case.folder, case.run.time)
    files = sorted(path for path in case.folder.rglob("*") if path.is_file())
    sample = tuple(Sampled(f"/{path.relative_to(case.folder)}", f"{path.stat().st_size} bytes") for path in files)
    wrong = proof.wrong if proof.wrong or proof.equal else ("nothing that was restored could be compared",)
    note = f" ({proof.note})" if proof.note else ""
    what = f"{count(proof.equal, proof.unit)} as on the host{note}"
    return Drilled(seconds, what, "a folder of the runner", wrong, sample)
