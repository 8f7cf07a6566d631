"""The manager interface: what goes out, what comes back, and what counts as not reachable."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from muhtar.errors import UnreachableError
from muhtar.secrets import Secret
from nornir_tasks.connections.ami import Ami, AmiError, parse

SECRET = "Yanlis-Bilinmez-42"
Script = Callable[[dict[str, str]], str]


@contextmanager
def pbx(script: Script) -> Iterator[tuple[Ami, list[dict[str, str]]]]:
    """A session with a PBX that answers each action as the script says; and the actions that it got."""
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    got: list[dict[str, str]] = []

    def serve() -> None:
        buffer = b""
        # We hang up without waiting for the goodbye.
        with theirs, contextlib.suppress(ConnectionError):
            while data := theirs.recv(4096):
                buffer += data
                while b"\r\n\r\n" in buffer:
                    head, _, buffer = buffer.partition(b"\r\n\r\n")
                    got.append(parse(head.decode()))
                    theirs.sendall(script(got[-1]).encode())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    session = Ami(ours)
    try:
        yield session, got
    finally:
        session.close()
        thread.join(5)


def say(action: dict[str, str], *messages: str) -> str:
    """Messages, each carrying the action's id."""
    return "".join(f"{message}\r\nActionID: {action['ActionID']}\r\n\r\n" for message in messages)


def test_an_action_goes_out_with_its_fields_and_the_answer_comes_back() -> None:
    with pbx(lambda action: say(action, "Response: Success\r\nPing: Pong")) as (session, got):
        assert session.action("Ping", Extra="x")["Ping"] == "Pong"
    assert (got[0]["Action"], got[0]["Extra"]) == ("Ping", "x")


def test_a_list_is_its_events_without_the_last() -> None:
    def script(action: dict[str, str]) -> str:
        stranger = "Event: FullyBooted\r\n\r\n"
        return stranger + say(
            action,
            "Response: Success\r\nEventList: start",
            "Event: EndpointList\r\nObjectName: 1001",
            "Event: EndpointList\r\nObjectName: 1002",
            "Event: EndpointListComplete\r\nEventList: Complete\r\nListItems: 2",
        )

    with pbx(script) as (session, _):
        assert [event["ObjectName"] for event in session.listing("PJSIPShowEndpoints")] == ["1001", "1002"]


def test_answers_in_pieces_are_put_together() -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    session = Ami(ours)
    pieces = [b"Response: Suc", b"cess\r\nActionID: 1\r", b"\n\r", b"\n"]

    def serve() -> None:
        theirs.recv(4096)
        for piece in pieces:
            theirs.sendall(piece)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert session.action("Ping")["Response"] == "Success"
    thread.join(5)
    ours.close()
    theirs.close()


def test_a_refused_action_is_an_error_with_the_pbxs_words() -> None:
    with pbx(lambda action: say(action, "Response: Error\r\nMessage: Permission denied")) as (session, _):
        with pytest.raises(AmiError, match="Permission denied"):
            session.action("Originate")
        with pytest.raises(AmiError, match="Permission denied"):
            session.listing("PJSIPShowEndpoints")


def test_a_refused_login_is_not_reachable_and_tells_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with (
        pbx(lambda action: say(action, "Response: Error\r\nMessage: Authentication failed")) as (session, got),
        pytest.raises(UnreachableError, match="refuses the manager's login as muhtar") as caught,
    ):
        session.login("muhtar", Secret(SECRET))
    assert got[0]["Secret"] == SECRET
    assert got[0]["Events"] == "off"
    assert SECRET not in str(caught.value)
    assert SECRET not in caplog.text


def test_a_line_break_cannot_smuggle_in_a_second_header() -> None:
    with (
        pbx(lambda action: say(action, "Response: Success")) as (session, got),
        pytest.raises(AmiError, match="line break in Endpoint"),
    ):
        session.listing("PJSIPShowEndpoint", Endpoint="1001\r\nAction: Reload")
    assert [action["Action"] for action in got] == ["Logoff"]


def test_a_pbx_that_hangs_up_is_not_reachable() -> None:
    ours, theirs = socket.socketpair()
    session = Ami(ours)
    theirs.close()
    with pytest.raises(UnreachableError):
        session.action("Ping")
    session.close()


def test_silence_ends_after_the_time_limit() -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(0.05)
    with pytest.raises(UnreachableError, match="fell silent"):
        Ami(ours).action("Ping")
    ours.close()
    theirs.close()


def test_what_speaks_no_tls_is_not_reachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            stream, _ = server.accept()
            with stream:
                stream.recv(100)
                stream.sendall(b"SSH-2.0-OpenSSH\r\n")

        threading.Thread(target=serve, daemon=True).start()
        port = server.getsockname()[1]
        with pytest.raises(UnreachableError, match="no TLS with pbx1"):
            Ami.connect("127.0.0.1", port, context=ssl.create_default_context(), server_name="pbx1", timeout=5)


def test_nobody_listening_is_not_reachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(UnreachableError, match="no answer"):
        Ami.connect("127.0.0.1", port, context=ssl.create_default_context(), server_name="pbx1", timeout=5)
