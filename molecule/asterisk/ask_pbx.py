"""From outside, as a phone and as Muhtar: `ask_pbx.py ADDRESS NAME CA-FILE`, the AMI secret in AMI_SECRET."""

# ruff: noqa: S101 - a scenario fails by assertion
from __future__ import annotations

import os
import socket
import ssl
import sys
import uuid

from muhtar.errors import UnreachableError
from muhtar.secrets import Secret
from nornir_tasks.connections.ami import Ami, AmiError


def sip(address: str, method: str, number: str) -> str:
    """Send one request without a password; returns the first line of the answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.settimeout(5)
        phone.connect((address, 5060))
        mine, port = phone.getsockname()
        request = (
            f"{method} sip:{number}@{address} SIP/2.0",
            f"Via: SIP/2.0/UDP {mine}:{port};branch=z9hG4bK{uuid.uuid4().hex};rport",
            f"From: <sip:{number}@{address}>;tag=1",
            f"To: <sip:{number}@{address}>",
            f"Call-ID: {uuid.uuid4()}",
            f"CSeq: 1 {method}",
            f"Contact: <sip:{number}@{mine}:{port}>",
            "Max-Forwards: 70",
            "Content-Length: 0",
            "",
            "",
        )
        phone.send("\r\n".join(request).encode())
        answer = phone.recv(4096).decode()
    assert "Asterisk" not in answer, "neither product nor version is told to strangers"
    return answer.splitlines()[0]


def main(address: str, name: str, ca_file: str) -> None:
    """Ask everything."""
    for number in ("1001", "4711"):
        for method in ("OPTIONS", "REGISTER"):
            line = sip(address, method, number)
            assert "401" in line, f"{method} of {number}: {line}; known and unknown numbers must look the same"
    context = ssl.create_default_context(cafile=ca_file)
    session = Ami.connect(address, 5039, context=context, server_name=name)
    session.login("muhtar", Secret(os.environ["AMI_SECRET"]))
    running = [event["ObjectName"] for event in session.listing("PJSIPShowEndpoints")]
    assert running == ["1001", "1002"], running
    forbidden = {
        "Command": {"Command": "core show version"},
        "Originate": {"Channel": "PJSIP/1001", "Context": "internal", "Exten": "600", "Priority": "1"},
        "UpdateConfig": {"SrcFilename": "pjsip.conf", "DstFilename": "pjsip.conf"},
    }
    for action, fields in forbidden.items():
        try:
            session.action(action, **fields)
        except AmiError:
            continue
        raise AssertionError(f"the manager's account may do {action}")
    session.action("Reload")
    session.close()
    stranger = Ami.connect(address, 5039, context=context, server_name=name)
    try:
        stranger.login("muhtar", Secret("wrong-wrong-wrong"))
    except UnreachableError:
        stranger.close()
    else:
        raise AssertionError("a wrong secret is let in")


if __name__ == "__main__":
    main(*sys.argv[1:])
