"""`lab.*`: the small town on this machine."""

from __future__ import annotations

from muhtar.cli.command import Run, collection, command


@command("lab.image", report=False, site=False, positional=("name",))
def image(run: Run, name: str) -> None:
    """Print the full name of an image of the lab, building it first if this machine does not have it.

    Example: ./inv lab.image bookworm
    """
    from lab.images.store import Store

    run.print(Store(progress=run.progress).need([name])[name])


namespace = collection("lab", image)
