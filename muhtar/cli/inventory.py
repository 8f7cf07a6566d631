"""`inventory.*`: which hosts there are, and which file set a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from muhtar.cli.command import Run, collection, command

if TYPE_CHECKING:
    from rich.tree import Tree

    from muhtar.inventory import Inventory, Origin


@command(
    "inventory.show",
    report=False,
    positional=("host",),
    help={"host": "a host of the inventory", "key": "only this variable"},
)
def show(run: Run, host: str, key: str | None = None) -> None:
    """Show what a host's variables are and which file (and line) set each; vaulted values show as ***.

    Example: ./inv inventory.show web1 --key tls_certificate
    """
    from muhtar.errors import InventoryError
    from muhtar.inventory import Inventory

    inventory = Inventory.load(run.site)
    target = inventory.target(host)
    if key is not None and key not in target.vars:
        raise InventoryError(f"{host} has no variable {key!r}", mend=f"./inv inventory.show {host} lists them all")
    for name in [key] if key is not None else sorted(target.vars):
        origin = inventory.origin(host, name)
        run.print(f"{name}: {_value(inventory, host, name, origin)}  # {origin or 'computed by Ansible'}")


@command("inventory.graph", select=True, report=False)
def graph(run: Run) -> None:
    """Show groups, the groups within them, and hosts.

    Example: ./inv inventory.graph --limit servers
    """
    from rich.tree import Tree

    from muhtar.inventory import Inventory

    inventory = Inventory.load(run.site)
    wanted = {target.name for target in inventory.select(run.limit, run.shard)}
    tree = Tree(f"{run.site.name} ({len(wanted)} hosts)")
    _branch(tree, inventory, "all", wanted)
    run.print(tree)


def _branch(tree: Tree, inventory: Inventory, group: str, wanted: set[str]) -> None:
    children = [child for child in inventory.children[group] if wanted & set(inventory.groups[child])]
    for child in children:
        _branch(tree.add(f"@{child}"), inventory, child, wanted)
    below = {name for child in children for name in inventory.groups[child]}
    for name in inventory.groups[group]:
        if name in wanted and name not in below:
            tree.add(name)


def _value(inventory: Inventory, host: str, name: str, origin: Origin | None) -> str:
    import json

    from muhtar.errors import InventoryError
    from muhtar.secrets import MASK, redact

    try:
        value = inventory.target(host).vars[name]
    except InventoryError as error:
        # What a role computes from facts has no value before the host was asked.
        return f"(cannot be templated here: {error.message})"
    if origin and origin.vaulted:
        return json.dumps(_masked(value), ensure_ascii=False) if isinstance(value, (dict, list)) else MASK
    return redact(json.dumps(value, ensure_ascii=False, default=str))


def _masked(value: Any) -> Any:
    from muhtar.secrets import MASK

    if isinstance(value, dict):
        return {key: _masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item) for item in value]
    return MASK


namespace = collection("inventory", show, graph)
