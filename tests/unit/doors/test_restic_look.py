"""A look at a repository's files: only a clear yes is one."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from muhtar.doors.restic import Look, Repository, Servers
from muhtar.secrets import Secret

SHOT = b"what restic wrote, encrypted"
ID = hashlib.sha256(SHOT).hexdigest()
OTHER = "0" * 64
USER, PASSWORD = "web1", "of-this-test-only"


class _Handler(BaseHTTPRequestHandler):
    files: dict[str, bytes]
    asked: list[str]
    callers: set[object]
    hangs_up = False

    def do_GET(self) -> None:
        """Give a file to who may have it."""
        self.asked.append(self.path)
        self.callers.add(self.client_address)
        word = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        found = self.files.get(self.path) if self.headers["Authorization"] == f"Basic {word}" else None
        self.send_response(200 if found is not None else 404)
        self.send_header("Content-Length", str(len(found or b"")))
        self.end_headers()
        self.wfile.write(found or b"")
        self.close_connection |= self.hangs_up

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    files = {"/web1/config": b"c", f"/web1/snapshots/{ID}": SHOT, f"/web1/snapshots/{OTHER}": SHOT, "/web1/snapshots/x": SHOT}
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), type("Handler", (_Handler,), {"files": files, "asked": [], "callers": set()})
    ) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


def look(server: ThreadingHTTPServer, name: str = "web1", password: str = PASSWORD) -> Look:
    return Look(Repository(f"rest:http://127.0.0.1:{server.server_port}/{name}/", Secret("unused-here"), USER, Secret(password)))


def test_a_snapshot_is_there_when_its_file_has_the_content_that_it_is_named_by(server: ThreadingHTTPServer) -> None:
    seen = look(server)
    assert seen.there()
    assert seen.holds(ID)


@pytest.mark.parametrize("snapshot", [OTHER, "1" * 64, "x", "../config", ID[:8]])
def test_other_content_or_no_file_is_no_yes(server: ThreadingHTTPServer, snapshot: str) -> None:
    assert not look(server).holds(snapshot)


def test_who_is_refused_sees_nothing(server: ThreadingHTTPServer) -> None:
    seen = look(server, password="another-password")
    assert not seen.there()
    assert not seen.holds(ID)
    assert not look(server, name="web2").there()


def test_a_repository_that_is_no_server_is_not_seen() -> None:
    assert not Look(Repository("/srv/restic/web1", Secret("unused-here"))).there()


def test_a_server_that_does_not_answer_is_asked_once(server: ThreadingHTTPServer) -> None:
    seen = look(server)
    assert seen.there()
    handler = server.RequestHandlerClass
    assert issubclass(handler, _Handler)
    deaf = Look(seen.repository, Servers(deaf={f"127.0.0.1:{server.server_port}"}))
    assert not deaf.there()
    assert handler.asked == ["/web1/config"]
    down = Look(Repository("rest:http://127.0.0.1:9/web1/", Secret("unused-here")))
    assert not down.there()
    assert down.servers.deaf == {"127.0.0.1:9"}


def test_connections_are_kept_open_and_one_that_the_server_ended_does_not_make_it_deaf(server: ThreadingHTTPServer) -> None:
    handler = server.RequestHandlerClass
    assert issubclass(handler, _Handler)
    handler.protocol_version = "HTTP/1.1"
    seen = look(server)
    assert seen.there()
    assert seen.there()
    assert len(handler.callers) == 1
    handler.hangs_up = True
    assert seen.there()
    assert seen.holds(ID)
    assert not seen.servers.deaf
    assert len(handler.callers) == 2
