"""Drift of database servers: who may do what against the declared matrix, and how they are set up."""

from __future__ import annotations

from muhtar.databases.apply import apply, check
from muhtar.databases.check import ACCESS, GROUP, SAFE
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site

__all__ = ["ACCESS", "GROUP", "SAFE", "check", "mend"]


def mend(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """Grant and revoke as declared on these servers; the report is that of the second look. Settings are role postgresql's."""
    return apply(site, limit=limit, shard=shard, progress=progress)
