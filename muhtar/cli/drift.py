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
    baseline=True,
    help={
        "only": "some areas: --only servers,network,pbx,video,databases",
        "full": "run every role in check mode, even on servers that look just as they did at their last full check",
        "stills": "take pictures of the cameras: see whether they move, and put them on the HTML page (and into no other format)",
    },
)
def check(run: Run, only: str | None = None, full: bool = False, stills: bool = False) -> ReportBuilder:
    """Compare servers, network devices, the PBX, the NVR and databases with what was declared; --apply mends what can be mended.

    Example: ./inv drift.check --only servers,network --limit 'web1:routers' --baseline 2026-11-20
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


@command(
    "drift.explain",
    report=False,
    positional=("finding",),
    help={"finding": "a finding's id from a report, or a beginning of it", "lang": "tr or en (default: the site's)"},
)
def explain(run: Run, finding: str, lang: str | None = None) -> int:
    """Tell all that is known of a finding: its intent, what was observed, its history, its waiver and its mend.

    No host is asked. The exit code is that of the finding as it was last seen: 0 where it is gone or waived.

    Example: ./inv drift.explain 3fa9c1d2e4b5
    """
    from muhtar.drift.explain import explain as explained
    from muhtar.render.context import Context
    from muhtar.render.explained import render

    found = explained(run.site, finding)
    settings = run.site.settings
    run.print(render(found, Context(lang=lang or settings["language"], timezone=settings["timezone"])))
    return found.exit_code


@command(
    "drift.fix",
    apply=True,
    positional=("finding",),
    help={"finding": "a finding's id from a report, or a beginning of it"},
)
def fix(run: Run, finding: str) -> ReportBuilder:
    """Run the mend of one finding and no other, then look whether it has gone; without --apply show what would change.

    For a server that is the role whose task found it, for a network device that section of its configuration, for a PBX its role
    and a reload, for a recorder that camera, for a database its statements.

    Example: ./inv drift.fix 3fa9c1d2e4b5 --apply
    """
    from muhtar.drift.fix import fix as mend

    return mend(run.site, finding, apply=run.apply, progress=run.progress)


namespace = collection("drift", check, explain, fix)
