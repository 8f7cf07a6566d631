"""The certificates that services of a host show over TLS: read from the services themselves, vouched for or not."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from cryptography import x509
from nornir.core.task import Result, Task

from nornir_tasks.host import TargetHost
from nornir_tasks.tls import context_of, name_of

__all__ = ["Certificate", "StartTls", "TlsService", "get_certificates"]

TIMEOUT = 10.0
_SSL_REQUEST = bytes([0, 0, 0, 8, 4, 210, 22, 47])
"""PostgreSQL's SSLRequest: length 8, code 80877103 (PostgreSQL documentation, "Message Formats")."""

StartTls = Literal["postgresql"]


@dataclass(frozen=True)
class TlsService:
    """Where to look: `name` must stand in the certificate (None: the host's own name); `starttls` how TLS is asked for."""

    port: int
    name: str | None = None
    starttls: StartTls | None = None


@dataclass(frozen=True)
class Certificate:
    """What a service showed. Moments are UTC; `distrust` is why nobody vouches for it, None where an authority does."""

    starts: datetime
    ends: datetime
    issuer: str
    distrust: str | None = None


def get_certificates(task: Task, services: Sequence[TlsService]) -> Result:
    """Result: service → Certificate, or one line of text that says why it could not be read."""
    host = cast("TargetHost", task.host)
    context = context_of(host.site, public=True)
    found: dict[TlsService, Certificate | str] = {}
    for service in services:
        try:
            found[service] = _look(host.target.address, service, service.name or name_of(host.target), context)
        except (OSError, ValueError) as error:
            found[service] = " ".join((getattr(error, "strerror", None) or str(error)).split()) or type(error).__name__
    return Result(host=task.host, result=found)


def _look(address: str, service: TlsService, name: str, context: ssl.SSLContext) -> Certificate:
    try:
        return _read(_shown(address, service, name, context), None)
    except ssl.SSLCertVerificationError as error:
        told = error
    # Nobody vouches for it. What it says of itself is still worth knowing; nothing is sent over this connection.
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    bare.check_hostname = False
    bare.verify_mode = ssl.CERT_NONE
    return _read(_shown(address, service, name, bare), told.verify_message)


def _shown(address: str, service: TlsService, name: str, context: ssl.SSLContext) -> bytes:
    """The service's own certificate, DER."""
    with socket.create_connection((address, service.port), timeout=TIMEOUT) as plain:
        if service.starttls == "postgresql":
            plain.sendall(_SSL_REQUEST)
            if plain.recv(1) != b"S":
                msg = "PostgreSQL offers no TLS here"
                raise ConnectionError(msg)
        with context.wrap_socket(plain, server_hostname=name) as session:
            shown = session.getpeercert(binary_form=True)
    if not shown:
        msg = "it showed no certificate"
        raise ValueError(msg)
    return shown


def _read(shown: bytes, distrust: str | None) -> Certificate:
    certificate = x509.load_der_x509_certificate(shown)
    names = certificate.issuer.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    issuer = str(names[0].value) if names else certificate.issuer.rfc4514_string()
    return Certificate(certificate.not_valid_before_utc, certificate.not_valid_after_utc, issuer, distrust)
