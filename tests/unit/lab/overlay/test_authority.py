"""The lab's certificate authority: what it issues is accepted by a TLS client that trusts it, and by no other name."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

import pytest

from lab.overlay.authority import Authority

ADDRESS = "127.0.0.1"


def handshake(tmp_path: Path, certificate: str, key: str, trust: str, name: str) -> None:
    chain = tmp_path / "chain.pem"
    chain.write_text(certificate + key, encoding="ascii")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain)
    listener = socket.create_server((ADDRESS, 0))
    listener.settimeout(5)

    def serve() -> None:
        try:
            connection, _ = listener.accept()
            with server.wrap_socket(connection, server_side=True) as stream:
                stream.recv(1)
        except OSError:
            pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    client = ssl.create_default_context(cadata=trust)
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    raw = socket.create_connection(listener.getsockname(), timeout=5)
    with listener, raw, client.wrap_socket(raw, server_hostname=name) as stream:
        stream.send(b"x")
    thread.join(5)


@pytest.mark.parametrize("name", ["sw1.lab.example", "sw1", ADDRESS])
def test_a_strict_client_accepts_each_name(tmp_path: Path, name: str) -> None:
    authority = Authority.create("test CA")
    issued = authority.issue("sw1", "lab.example", ADDRESS)
    handshake(tmp_path, issued.certificate, issued.key, authority.certificate, name)


def test_another_name_or_another_authority_is_refused(tmp_path: Path) -> None:
    authority, stranger = Authority.create("test CA"), Authority.create("test CA")
    issued = authority.issue("sw1", "lab.example", ADDRESS)
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(tmp_path, issued.certificate, issued.key, authority.certificate, "sw2.lab.example")
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(tmp_path, issued.certificate, issued.key, stranger.certificate, "sw1.lab.example")
