"""./inv site.*: towns."""

from __future__ import annotations

from muhtar.cli.command import Run, collection, command


@command(
    "site.new",
    site=False,
    report=False,
    apply=True,
    positional=("name",),
    help={"name": "the new town's name: letters, digits, - and _"},
)
def new(run: Run, name: str) -> None:
    """Make the files of a new town in inventories/NAME/, ready to be filled in.

    Example: ./inv site.new karsiyaka --apply
    """
    from muhtar.sites import new_site

    written = new_site(name, apply=run.apply)
    run.print(*(str(path) for path in written))
    if run.apply:
        run.print(f"next: fill in inventories/{name}/hosts.yml, then ./inv inventory.graph --site {name}  (docs/your-town.md)")
    else:
        run.print("nothing written; add --apply")


@command("site.list", site=False, report=False)
def list_sites(run: Run) -> None:
    """List the towns that this repository declares.

    Example: ./inv site.list
    """
    from muhtar.settings import sites

    run.print(*sites())


namespace = collection("site", new, list_sites)
