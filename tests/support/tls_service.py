"""A service on this machine that speaks TLS, for tests of what looks at certificates."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lab.overlay.authority import Authority, Issued

__all__ = ["serving", "signed"]

_SSL_REQUEST = 8


def signed(authority: Authority, name: str = "web1") -> Issued:
    """A certificate of that authority for `name` and `name.lab.example`."""
    return authority.issue(name, "lab.example", "127.0.0.1")


@contextmanager
def serving(issued: Issued, folder: Path, *, starttls: bytes | None = None) -> Iterator[int]:
    """Its port. With `starttls` it first reads PostgreSQL's request and answers that byte; `S` goes on with TLS."""
    chain = folder / "served.pem"
    chain.write_text(issued.certificate + issued.key, encoding="utf-8")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            with plain, suppress(OSError):
                plain.settimeout(5)
                if starttls is not None:
                    plain.recv(_SSL_REQUEST)
                    plain.sendall(starttls)
                with context.wrap_socket(plain, server_side=True) as session:
                    session.recv(1)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
