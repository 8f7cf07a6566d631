"""The intended configurations, to read or to keep."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from muhtar.inventory import Inventory
from muhtar.network.devices import devices
from muhtar.settings import Site, atomic_write
from nornir_tasks.conceal import conceal
from nornir_tasks.render_config import intended_config
from nornir_tasks.rendering import RenderError

__all__ = ["rendered", "write"]


def rendered(site: Site, *, limit: str | None = None, shard: str | None = None, concealed: bool = True) -> dict[str, str]:
    """The intended configuration of each selected device, by name; without its secrets where `concealed`.

    Raises RenderError, which names the device, or InventoryError for the first device that has none.
    """
    found: dict[str, str] = {}
    for target in devices(Inventory.load(site), limit, shard):
        try:
            text = intended_config(target, site.path)
        except RenderError as error:
            said = f"{target.name} cannot be rendered: {error.message}"
            raise RenderError(said, path=error.path, line=error.line, mend=error.mend) from error
        found[target.name] = conceal(text, target.platform) if concealed else text
    return found


def write(configurations: Mapping[str, str], folder: Path) -> list[Path]:
    """Keep each as `<folder>/<device>.conf`, readable by its owner alone; returns the paths."""
    paths = []
    for name, text in configurations.items():
        path = folder / f"{name}.conf"
        with atomic_write(path, mode=0o600) as stream:
            stream.write(text)
        paths.append(path)
    return paths
