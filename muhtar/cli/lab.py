"""`lab.*`: the small town on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lab.town import HostStatus

_HOST = {"host": "a host of lab/topology.yml"}
_FAULT = {"fault": "a name that lab.faults shows", "host": "whom it strikes instead of its usual victim"}


@command("lab.up", report=False, site=False)
def up(run: Run) -> None:
    """Build what is missing, start the lab, wait until every host answers. Running it again mends what is half up.

    Example: ./inv lab.up
    """
    from lab.town import Town

    town = Town(run.progress)
    for remark in town.up():
        run.print(remark)
    run.print(f"the lab is up: {len(town.topology.hosts)} hosts in {town.identity.subnet}; next: ./inv provision --apply")


@command("lab.status", report=False, site=False)
def status(run: Run) -> int:
    """Say how each host of the lab is; exit code 3 unless all of them answer.

    Example: ./inv lab.status
    """
    from lab.town import Town
    from muhtar.outcome import ExitCode

    town = Town(run.progress)
    found = town.status()
    run.print(_table(found))
    if not any(host.state for host in found):
        run.print("the lab is down; ./inv lab.up starts it")
        return ExitCode.INCOMPLETE
    well = all(host.well for host in found)
    if well:
        cut = [f"{one}-{other}" for (one, other), plugged in town.links().items() if not plugged]
        run.print(f"links down: {', '.join(cut)}" if cut else "all links are up")
        well = not cut
    return ExitCode.CLEAN if well else ExitCode.INCOMPLETE


@command("lab.shell", report=False, site=False, positional=("host",), help=_HOST)
def shell(run: Run, host: str) -> None:
    """Open a shell on a host of the lab.

    Example: ./inv lab.shell db1
    """
    import os
    import sys

    from lab.podman import environment
    from lab.town import Town

    town = Town(run.progress)
    target = town.topology.host(host)
    context = town.require()
    sys.stdout.flush()
    if target.answers == "ssh":
        os.execvp("ssh", ["ssh", "-F", str(context.overlay.ssh_config), host])  # noqa: S606 - it takes our place on the terminal
    os.environ.update(environment())
    os.execvp("podman", ["podman", "exec", "-it", context.container(target), "/bin/bash"])  # noqa: S606 - as above


@command("lab.faults", report=False, site=False)
def faults(run: Run) -> None:
    """Show the catalogue of faults that lab.break makes.

    Example: ./inv lab.faults
    """
    from lab.faults import CATALOGUE

    run.print(*(f"{name:20} {item.summary}" for name, item in CATALOGUE.items()))


@command("lab.break", report=False, site=False, positional=("fault",), help=_FAULT)
def break_(run: Run, fault: str, host: str | None = None) -> None:
    """Break the lab in one of the ways of its catalogue (./inv lab.faults), to see that it is noticed.

    Example: ./inv lab.break stopped-service --host db1
    """
    from lab.faults import get
    from lab.town import Town

    chosen = get(fault)
    run.print(chosen.inject(Town(run.progress).require(), host))


@command("lab.mend", report=False, site=False, positional=("fault",), help=_FAULT)
def mend(run: Run, fault: str, host: str | None = None) -> None:
    """Take back what lab.break did; harmless where it did nothing.

    Example: ./inv lab.mend stopped-service --host db1
    """
    from lab.faults import get
    from lab.town import Town

    run.print(get(fault).mend(Town(run.progress).require(), host))


@command("lab.down", report=False, site=False)
def down(run: Run) -> None:
    """Remove the lab's containers, network and links. Secrets, images and fetched packages stay for the next start.

    Example: ./inv lab.down
    """
    from lab.town import Town

    run.print(f"the lab is down: {Town(run.progress).down()} hosts removed")


@command("lab.reset", report=False, site=False)
def reset(run: Run) -> None:
    """Take the lab down and forget its keys and secrets: the next one is another lab.

    Example: ./inv lab.reset
    """
    from lab.town import Town

    Town(run.progress).reset()
    run.print("the lab is down, its keys and secrets are gone")


@command("lab.clean", report=False, site=False, help={"old": "only images whose recipe has changed since; the lab stays up"})
def clean(run: Run, old: bool = False) -> None:
    """Take the lab down and remove its images and fetched packages; the next start builds them again.

    Images are shared by all checkouts of this machine; those that containers use, running or not, always stay.
    Example: ./inv lab.clean --old
    """
    from lab.town import Town

    town = Town(run.progress)
    removal = town.clean_old() if old else town.clean()
    run.print(
        f"{len(removal.gone)} images removed, {removal.freed / 1e6:.0f} MB freed" + ("" if old else "; no fetched packages left")
    )
    if removal.used:
        run.print(f"{len(removal.used)} stay, containers use them: {', '.join(removal.used)}")


@command("lab.image", report=False, site=False, positional=("name",), help={"name": "a recipe of lab/images/recipes"})
def image(run: Run, name: str) -> None:
    """Print the full name of an image of the lab, building it first if this machine does not have it.

    Example: ./inv lab.image bookworm
    """
    from lab.images.store import Store
    from lab.requirements import ready_to_build
    from lab.topology import load

    ready_to_build(run.progress)
    run.print(Store(load().recipes, run.progress).need([name])[name])


def _table(found: list[HostStatus]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("host", "kind", "address", "image", "state"):
        table.add_column(title, no_wrap=True)
    table.add_column("answer", overflow="fold")
    for item in found:
        said = item.problem or f"answers on {item.host.answers}" if item.state == "running" else ""
        answer = Text(said, style="green" if item.well else "red")
        table.add_row(item.host.name, item.host.kind, item.address, item.host.boots_from, item.state or "absent", answer)
    return table


namespace = collection("lab", up, status, shell, faults, break_, mend, down, reset, clean, image)
