"""Kinds of sessions: one module each, found by its name when a task first asks for it (`task.host.get_connection(name, ...)`).

A module `<name>.py` here offers:

- `Plugin`: nornir's ConnectionPlugin; its `open` raises what says why not, its `close` never raises for a lost session;
- `options(target, site) -> ConnectionOptions`: where and as whom to connect, from the target's variables;
- `LOST`: exception classes by which its library says that the device cannot be reached or the session broke, login refused
  included. They make the target `unchecked`; everything else is an error. `muhtar.errors.UnreachableError` always counts.
"""

from __future__ import annotations

import importlib
from functools import cache
from types import ModuleType

from nornir.core.plugins.connections import ConnectionPluginRegister

from muhtar.errors import UsageError

__all__ = ["kind", "lost"]

_used: dict[str, ModuleType] = {}


@cache
def kind(name: str) -> ModuleType:
    """The module of that kind of session, registered with nornir. Raises UsageError where there is none."""
    if not name.isidentifier():
        raise UsageError(f"{name!r} is not the name of a kind of session")
    path = f"{__name__}.{name}"
    try:
        module = importlib.import_module(path)
    except ModuleNotFoundError as error:
        if error.name != path:
            raise
        raise UsageError(f"there is no kind of session {name!r}", mend=f"add nornir_tasks/connections/{name}.py") from error
    ConnectionPluginRegister.register(name, module.Plugin)
    _used[name] = module
    return module


def lost() -> tuple[type[BaseException], ...]:
    """Exceptions that mean "cannot be reached", of all kinds of sessions in use."""
    return tuple(error for module in tuple(_used.values()) for error in module.LOST)
