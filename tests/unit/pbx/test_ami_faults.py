"""drift.pbx against a manager interface that misbehaves: real sessions inside TLS with a played PBX, never falsely clean."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
import yaml

from lab.overlay.authority import Authority
from muhtar.drift import pbx
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.settings import Site
from nornir_tasks.connections import ami

SECRET = "Yonetici-Parolasi-1234"
Answer = Callable[[dict[str, str]], str | None]
"""What the PBX says to an action; None hangs up."""


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    made = Authority.create("test CA")
    certificate = Site("town", root=tmp_path).overlay / "ca" / "ca.crt"
    certificate.parent.mkdir(parents=True)
    certificate.write_text(made.certificate)
    monkeypatch.setattr(ami.Plugin, "connect", partial(ami.Ami.connect, timeout=1.0))
    return made


@contextmanager
def played(tmp_path: Path, authority: Authority, answer: Answer) -> Iterator[int]:
    """A manager interface that answers so, at a port of this machine."""
    issued = authority.issue("pbx1", "lab.example", "127.0.0.1")
    pem = tmp_path / "pbx1.pem"
    pem.write_text(issued.certificate + issued.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            # Whoever hangs up on us is no trouble of the test.
            with suppress(OSError), context.wrap_socket(server.accept()[0], server_side=True) as stream:
                stream.sendall(b"Asterisk Call Manager/11.0.0\r\n")
                rest = b""
                while data := stream.recv(4096):
                    *actions, rest = (rest + data).split(b"\r\n\r\n")
                    for action in actions:
                        said = answer(ami.parse(action.decode()))
                        if said is None:
                            return
                        stream.sendall(said.encode())

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
    thread.join(5)


def check(tmp_path: Path, port: int) -> Outcome:
    site = Site("town", root=tmp_path)
    (site.path / "host_vars" / "pbx1").mkdir(parents=True)
    site.hosts_file.write_text(yaml.safe_dump({"all": {"children": {"pbx": {"hosts": {"pbx1": None}}}}}))
    variables = {
        "ansible_host": "127.0.0.1",
        "tls_names": ["pbx1.lab.example"],
        "asterisk_ami_port": port,
        "asterisk_ami_secret": SECRET,
    }
    (site.path / "host_vars" / "pbx1" / "asterisk.yml").write_text(yaml.safe_dump(variables))
    (found,) = pbx.check(site, progress=NoProgress()).build().outcomes
    return found


def say(action: dict[str, str], *lines: str) -> str:
    return "\r\n".join([*lines, f"ActionID: {action['ActionID']}"]) + "\r\n\r\n"


def refuses(action: dict[str, str]) -> str:
    return say(action, "Response: Error", "Message: Authentication failed")


def drops_in_the_middle(action: dict[str, str]) -> str | None:
    return None if action["Action"] == "PJSIPShowEndpoints" else healthy(action)


def tells_half_a_list(action: dict[str, str]) -> str:
    if action["Action"] == "ShowDialPlan":
        # And then nothing more.
        return say(action, "Response: Success", "EventList: start") + say(action, "Event: ListDialplan", "Context: internal")
    return healthy(action)


def falls_silent(action: dict[str, str]) -> str:
    return say(action, "Response: Success") if action["Action"] == "Login" else ""


def may_not(action: dict[str, str]) -> str:
    return say(action, "Response: Error", "Message: Permission denied") if action["Action"] == "ShowDialPlan" else healthy(action)


def healthy(action: dict[str, str]) -> str:
    """A PBX that runs nothing: everything is answered, every list is empty."""
    listed = action["Action"].startswith(("PJSIPShow", "Queue", "ShowDial"))
    if action["Action"] == "PJSIPShowEndpoints":
        return say(action, "Response: Error", "Message: No endpoints found")
    if not listed:
        return say(action, "Response: Success")
    return say(action, "Response: Success", "EventList: start") + say(action, "Event: Done", "EventList: Complete")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (refuses, "refuses the manager's login"),
        (drops_in_the_middle, "ended the session"),
        (tells_half_a_list, "fell silent"),
        (falls_silent, "fell silent"),
    ],
)
def test_a_manager_that_cannot_be_asked_leaves_the_pbx_unchecked(
    answer: Answer, said: str, tmp_path: Path, authority: Authority
) -> None:
    with played(tmp_path, authority, answer) as port:
        found = check(tmp_path, port)
    assert found.status is Status.UNCHECKED, found.summary
    assert said in found.summary
    assert SECRET not in found.summary


def test_a_manager_that_may_not_tell_all_is_an_error(tmp_path: Path, authority: Authority) -> None:
    with played(tmp_path, authority, may_not) as port:
        found = check(tmp_path, port)
    assert (found.status, found.subject) == (Status.ERROR, "")
    assert "Permission denied" in found.summary


def test_a_manager_of_another_name_is_not_believed(tmp_path: Path, authority: Authority) -> None:
    other = Authority.create("somebody else")
    with played(tmp_path, other, healthy) as port:
        found = check(tmp_path, port)
    assert found.status is Status.UNCHECKED
    assert "no TLS with pbx1.lab.example" in found.summary
