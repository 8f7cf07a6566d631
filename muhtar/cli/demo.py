"""./inv demo: the department's main job, once, on the lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli.command import Run, command

if TYPE_CHECKING:
    from muhtar.report import Report


@command("demo", site=False, report=False, help={"keep": "leave the lab running afterwards"})
def demo(run: Run, keep: bool = False) -> int:
    """Bring a small town up, provision it, back it up, find and mend four faults, prove a restore.

    Example: ./inv demo --keep
    """
    from lab.demo.screen import last_screen
    from lab.demo.story import Story, pages
    from lab.requirements import missing
    from lab.town import Town
    from muhtar.history import History

    if lacks := missing():
        return _without_containers(run, lacks)
    history = History.open()
    town = Town(run.progress)
    story = Story(town, run.progress, history.record)
    done = False
    try:
        final = story.tell()
        done = True
    finally:
        # What a run starts, it ends: after a failure too, unless somebody wants to look at it.
        if not keep:
            town.down()
    found_page, final_page = pages()
    if story.found:
        _page(run, story.found, found_page)
    _page(run, final, final_page)
    run.print(last_screen(story.chapters, [found_page, final_page], run.log, kept=keep and done))
    return 0


def _page(run: Run, report: Report, path: object) -> None:
    from pathlib import Path

    from muhtar.render import render
    from muhtar.render.context import Context
    from muhtar.settings import atomic_write

    settings = run.site.settings
    with atomic_write(Path(str(path))) as stream:
        stream.write(render("html", report, Context(lang=settings["language"], timezone=settings["timezone"])))


def _without_containers(run: Run, lacks: list[str]) -> int:
    """Say what is missing, and run what needs no container."""
    from lab.demo.modest import tell
    from muhtar.exitcode import ExitCode

    run.print("This machine cannot run the lab:", *(f"  - {line}" for line in lacks), "")
    run.print("What needs no container:", *(f"  {line}" for line in tell(run.progress)))
    return ExitCode.INCOMPLETE


top_level = (demo,)
