"""How much a PBX is used: its version, what is up now, and which codecs its endpoints may speak."""

from __future__ import annotations

from typing import TypedDict

from nornir.core.task import Result, Task

from nornir_tasks.connections.ami import Ami
from nornir_tasks.host import session
from nornir_tasks.pbx_endpoints import endpoint_names

__all__ = ["PbxUse", "get_pbx_use"]


class PbxUse(TypedDict):
    """`codecs` are by Asterisk's names (ulaw, g729), those that any endpoint may speak."""

    version: str
    calls: int
    channels: int
    codecs: list[str]


def get_pbx_use(task: Task) -> Result:
    """Result: PbxUse. Raises UnreachableError, and AmiError where the PBX refuses."""
    ami: Ami = session(task, "ami")
    settings = ami.action("CoreSettings")
    channels = [event for event in ami.listing("CoreShowChannels") if event.get("Event") == "CoreShowChannel"]
    codecs = {codec for name in endpoint_names(ami) for codec in _codecs(ami, name)}
    return Result(
        host=task.host,
        result=PbxUse(
            version=settings.get("AsteriskVersion", ""),
            # Channels of one call share it. What CoreStatus names CoreCurrentCalls are channels, too.
            calls=len({channel.get("Linkedid") or channel.get("Channel") for channel in channels}),
            channels=len(channels),
            codecs=sorted(codecs),
        ),
    )


def _codecs(ami: Ami, name: str) -> list[str]:
    """`Allow: (ulaw|alaw)` of the endpoint's details."""
    for event in ami.listing("PJSIPShowEndpoint", Endpoint=name):
        if event.get("Event") == "EndpointDetail":
            return [codec for codec in event.get("Allow", "").strip("()").split("|") if codec]
    return []
