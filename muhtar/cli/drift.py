"""`drift.*`: is everything still as it was declared?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from muhtar.report import ReportBuilder


@command(
    "drift.check",
    select=True,
    apply=True,
    help={
        "only": "some areas: --only servers,network,pbx,video,databases",
        "full": "run every role in check mode, even on servers that look just as they did at their last full check",
        "stills": "take pictures of the cameras: see whether they move, and put them on the HTML page (and into no other format)",
    },
)
def check(run: Run, only: str | None = None, full: bool = False, stills: bool = False) -> ReportBuilder:
    """Compare servers, network devices, the PBX, the NVR and databases with what was declared; --apply mends what can be mended.

    Example: ./inv drift.check --only servers,network --limit 'web1:routers'
    """
    from muhtar.drift.check import check as drift_check

    return drift_check(
        run.site,
        only=only,
        limit=run.limit,
        shard=run.shard,
        apply=run.apply,
        full=full,
        stills=stills,
        progress=run.progress,
    )


namespace = collection("drift", check)
