"""What the inventory may say of a PBX: the inputs of role asterisk that the running system is compared with, as models."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

__all__ = ["CLASSES", "Extension", "Inbound", "Queue", "Route", "Service", "Trunk"]

CLASSES = ("internal", "local", "national", "international")
"""Classes of service: what a phone may dial, the narrowest first."""

Service = Literal["internal", "local", "national", "international"]


def _pattern(value: str) -> str:
    if not re.fullmatch(r"_(?:[0-9*#+XZN]|\[[0-9*#+-]+\])+[.!]?|[0-9*#+]+", value):
        msg = "must be a number, or a pattern of Asterisk such as _0[2-5]XXXXXXXXX"
        raise ValueError(msg)
    return value


def _network(value: str) -> str:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        msg = "must be an address or a network, such as 198.51.100.0/24"
        raise ValueError(msg) from None
    return value


Number = Annotated[str, Field(pattern=r"^[0-9*#]{1,15}$", description="digits, * and #, in quotes")]
Word = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,31}$", description="letters, digits and _")]
Pattern = Annotated[str, AfterValidator(_pattern)]
Network = Annotated[str, AfterValidator(_network)]
Label = Annotated[str, Field(min_length=1, pattern=r'^[^"\r\n;<>]+$', description="words without quotes and angle brackets")]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Extension(_Entry):
    """A phone as it is declared, without its secret."""

    number: Number
    name: Label
    email: str | None = None
    record: bool = True
    service: Service = Field(default="internal", alias="class")
    registered: bool = False
    phone: bool = True

    @property
    def callerid(self) -> str:
        """What others see, as Asterisk writes it."""
        return f'"{self.name}" <{self.number}>'


class Trunk(_Entry):
    """A line to the outside, without its secret."""

    name: Word
    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:-]+$")]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    transport: Literal["tls", "udp"] = "tls"
    user: str | None = None
    register_there: bool = Field(default=False, alias="register")
    networks: tuple[Network, ...] = ()
    number: Annotated[str, Field(pattern=r"^\+?[0-9]+$")] | None = None
    qualify: Annotated[int, Field(ge=1)] = 60

    @property
    def server(self) -> str:
        """Its address as SIP writes it."""
        return f"sip:{self.host}:{self.port or (5061 if self.transport == 'tls' else 5060)}"


class Route(_Entry):
    """What may be dialled to the outside, by whom, over which trunk."""

    name: Word
    pattern: Pattern
    trunk: str
    service: Service = Field(alias="class")
    pin: bool = False
    strip: Annotated[int, Field(ge=0, le=15)] = 0
    prefix: Annotated[str, Field(pattern=r"^[0-9*#+]*$")] = ""


class Inbound(_Entry):
    """A number that callers from outside reach."""

    trunk: str
    number: Pattern
    to: str


class Queue(_Entry):
    """A number behind which several phones ring."""

    number: Number
    name: Label
    members: tuple[str, ...]
    strategy: Literal["ringall", "leastrecent", "fewestcalls", "random", "rrmemory", "linear"] = "ringall"
    ring_seconds: Annotated[int, Field(ge=1)] = 15
    wait_seconds: Annotated[int, Field(ge=1)] = 300
    record: bool = True
