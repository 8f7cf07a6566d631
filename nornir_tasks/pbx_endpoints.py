"""The endpoints that a PBX really runs, phones and trunks, as it tells over its manager interface."""

from __future__ import annotations

import ipaddress
from typing import TypedDict

from muhtar.secrets import Secret
from nornir_tasks.connections.ami import Ami, AmiError, Message

__all__ = ["Endpoint", "endpoint_names", "read_endpoints"]

# The PBX calls an empty list an error.
NONE = "No endpoints found"


class Endpoint(TypedDict):
    """A phone or a trunk as the PBX knows it: `callerid` is `"Name" <number>`; `user` and `secret` are those that it logs in by,
    of a trunk those that we do, `secret` None where none is needed; `contacts` says of each place where it can be reached its
    address and Asterisk's word for how it stands there (Reachable, Unreachable, ...); `networks` are those that it is known by.
    """

    number: str
    callerid: str
    context: str
    transport: str
    user: str
    secret: Secret | None
    contacts: list[tuple[str, str]]
    networks: list[str]


def read_endpoints(ami: Ami) -> list[Endpoint]:
    """All of them, in the order of their numbers. Raises UnreachableError, and AmiError where the PBX refuses."""
    return [_endpoint(name, ami.listing("PJSIPShowEndpoint", Endpoint=name)) for name in endpoint_names(ami)]


def endpoint_names(ami: Ami) -> list[str]:
    """Names of all endpoints, sorted. Raises as `read_endpoints` does."""
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
        transport=detail.get("Transport", ""),
        user=auth.get("Username", ""),
        secret=Secret(password) if password else None,
        contacts=[(event.get("URI", ""), event.get("Status", "")) for event in by_kind.get("ContactStatusDetail", [])],
        networks=sorted(
            _network(match) for event in by_kind.get("IdentifyDetail", []) for match in event.get("Match", "").split(",") if match
        ),
    )


def _network(text: str) -> str:
    """`192.0.2.0/255.255.255.0` as `192.0.2.0/24`; what is no network as it is."""
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        return text.strip()
