"""The running and the startup configuration of a network device, byte for byte, in one session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from nornir.core.task import Result, Task

from nornir_tasks.config_rules import rules_of
from nornir_tasks.host import session, target_of
from nornir_tasks.platforms import PLATFORMS

__all__ = ["Configs", "get_configs", "quick_reader"]


@dataclass(frozen=True)
class Configs:
    """What a device gave. `startup` is None where the platform has none, or where it was not asked for."""

    running: bytes = field(repr=False)
    startup: bytes | None = field(default=None, repr=False)


def get_configs(task: Task, *, startup: bool = True) -> Result:
    """Result: Configs, secrets and all. An empty one is given as it is: who keeps configurations judges them.

    Raises InventoryError for a platform that nobody knows the secrets of: its configuration could not be kept.
    """
    rules = rules_of(target_of(task).platform)
    startup = startup and rules.startup is not None
    if (reader := quick_reader(task)) is not None:
        return Result(host=task.host, result=Configs(*reader.read(startup=startup)))
    device = session(task, "napalm")
    with _every_byte(device) as encoding:
        running = _bytes(device.get_config(retrieve="running")["running"], encoding)
        saved = _bytes(device.get_config(retrieve="startup")["startup"], encoding) if startup else None
    return Result(host=task.host, result=Configs(running, saved))


def quick_reader(task: Task) -> Any | None:
    """The task's session of the kind that reads its platform's configurations fastest: `read(startup=...)` gives both, as bytes.

    None where the driver is the only way, or has arguments of the device's own: nobody else understands those.
    """
    target = target_of(task)
    platform = PLATFORMS.get(target.platform or "")
    if platform is None or platform.reader is None or target.vars.get("network_optional_args"):
        return None
    return session(task, platform.reader)


@contextmanager
def _every_byte(device: Any) -> Iterator[str]:
    """Have a netmiko session lose no byte while we read; gives the encoding that turns its text back into what was sent.

    netmiko drops whatever is not UTF-8 without a word. Latin-1 has a character for each byte.
    """
    channel = getattr(getattr(device, "device", None), "channel", None)
    before = getattr(channel, "encoding", None)
    if channel is None or before is None:
        yield "utf-8"
        return
    channel.encoding = "latin-1"
    try:
        yield "latin-1"
    finally:
        channel.encoding = before


def _bytes(text: str, encoding: str) -> bytes:
    return str(text).encode(encoding, errors="surrogateescape")
