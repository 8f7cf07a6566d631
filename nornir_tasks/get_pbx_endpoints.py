"""The endpoints that a PBX really runs, as it tells over its manager interface."""

from __future__ import annotations

from typing import TypedDict

from nornir.core.task import Result, Task

from muhtar.secrets import Secret
from nornir_tasks.connections.ami import Ami, AmiError, Message
from nornir_tasks.host import session

__all__ = ["Endpoint", "endpoint_names", "get_pbx_endpoints"]

# The PBX calls an empty list an error.
NONE = "No endpoints found"


class Endpoint(TypedDict):
    """A phone as the PBX knows it: `callerid` is `"Name" <number>`; `secret` None where it needs none; `registered` how often."""

    number: str
    callerid: str
    context: str
    user: str
    secret: Secret | None
    registered: int


def get_pbx_endpoints(task: Task) -> Result:
    """Result: list[Endpoint], in the order of their numbers. Raises UnreachableError, and AmiError where the PBX refuses."""
    ami: Ami = session(task, "ami")
    return Result(
        host=task.host, result=[_endpoint(name, ami.listing("PJSIPShowEndpoint", Endpoint=name)) for name in endpoint_names(ami)]
    )


def endpoint_names(ami: Ami) -> list[str]:
    """Names of all endpoints, sorted. Raises as `Ami.listing` does."""
    try:
        events = ami.listing("PJSIPShowEndpoints")
    except AmiError as error:
        if error.message.rstrip(".") != NONE:
            raise
        return []
    return sorted(event["ObjectName"] for event in events if event.get("Event") == "EndpointList")


def _endpoint(name: str, events: list[Message]) -> Endpoint:
    by_kind: dict[str, list[Message]] = {}
    for event in events:
        by_kind.setdefault(event.get("Event", ""), []).append(event)
    detail = next(iter(by_kind.get("EndpointDetail", [])), {})
    auth = next(iter(by_kind.get("AuthDetail", [])), {})
    # A secret becomes one the moment it is read, so that nothing can print it from here on.
    password = auth.get("Password")
    return Endpoint(
        number=name,
        callerid=detail.get("Callerid", ""),
        context=detail.get("Context", ""),
        user=auth.get("Username", ""),
        secret=Secret(password) if password else None,
        registered=int(next(iter(by_kind.get("AorDetail", [])), {}).get("ContactsRegistered") or 0),
    )
