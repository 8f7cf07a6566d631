"""./inv certificate.*: until when the certificates of the town's services hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from muhtar.report import ReportBuilder

__all__ = ["namespace"]


@command("certificate.check", select=True)
def check(run: Run) -> ReportBuilder:
    """Read the certificate of each declared TLS service from the service, and say which end soon or nobody vouches for.

    Example: ./inv certificate.check --limit web
    """
    from muhtar.certificate.check import check

    return check(run.site, limit=run.limit, shard=run.shard, progress=run.progress)


namespace = collection("certificate", check)
