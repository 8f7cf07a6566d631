"""`./inv doctor`: what this machine has and lacks, and the mend for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli.command import Run, command

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lab.requirements import Finding

__all__ = ["top_level"]


@command("doctor", report=False, site=False, apply=True)
def doctor(run: Run) -> int:
    """Say what this machine has and lacks for Muhtar and its lab, with the mend for each; --apply installs packages (root).

    Exit code 0 when everything is here, 2 when something is missing.
    Example: ./inv doctor --apply
    """
    from lab.requirements import examine, install, packages_to_install
    from muhtar.outcome import ExitCode

    if run.apply and (packages := packages_to_install()):
        run.progress.phase(f"install {', '.join(packages)}")
        install(packages, lambda line: run.progress.activity("apt", line))
        run.print(f"installed: {', '.join(packages)}")
    found = examine(afresh=True)
    run.print(_table(found))
    lacks = [finding for finding in found if finding.status == "lacks"]
    if not lacks:
        run.print("this machine runs Muhtar and its lab")
        return ExitCode.CLEAN
    packages = packages_to_install()
    if packages and not run.apply:
        run.print(f"./inv doctor --apply installs (as root): {', '.join(packages)}")
    if all(finding.needed_for == "lab" for finding in lacks):
        run.print("without the lab these still run: unit tests, inventories, registers, reports, checks of your own site")
    return ExitCode.FINDINGS


def _table(found: list[Finding]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    style = {"ok": "green", "warning": "yellow", "lacks": "red"}
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("what", "state"):
        table.add_column(title, no_wrap=True)
    table.add_column("found", overflow="fold")
    table.add_column("mend", overflow="fold")
    for item in found:
        table.add_row(item.name, Text(item.status, style=style[item.status]), item.found, item.mend)
    return table


top_level = [doctor]
