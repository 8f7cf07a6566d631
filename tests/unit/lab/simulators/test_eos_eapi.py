"""The protocol itself, without NAPALM: JSON-RPC, error codes, modes, HTTP."""

from __future__ import annotations

import http.client
import json
import ssl
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from lab.simulators.eos.device import Device
from lab.simulators.eos.eapi import answer
from lab.simulators.faults import Faults
from tests.support.simulated_switch import PASSWORD, USER, Switch


def call(device: Device, *commands: Any, text: bool = False) -> dict[str, Any]:
    params = {"version": 1, "cmds": list(commands), "format": "text" if text else "json"}
    request = {"jsonrpc": "2.0", "method": "runCmds", "params": params, "id": "7"}
    return answer(device, Faults(), json.dumps(request).encode())


@pytest.fixture
def device(switch: Switch) -> Device:
    return switch.device


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", -32700),
        (b"[]", -32600),
        (b'{"method": "other"}', -32601),
        (b'{"method": "runCmds"}', -32602),
        (b'{"method": "runCmds", "params": {"cmds": [1]}}', -32602),
        (b'{"method": "runCmds", "params": {"cmds": [], "format": "xml"}}', -32602),
    ],
)
def test_a_request_that_is_no_call_gets_the_code_of_json_rpc(device: Device, body: bytes, code: int) -> None:
    assert answer(device, Faults(), body)["error"]["code"] == code


def test_the_answer_carries_the_id_and_one_result_a_command(device: Device) -> None:
    reply = call(device, "enable", "show hostname", {"cmd": "show version", "revision": 1})
    assert reply["id"] == "7"
    assert [sorted(result)[:1] for result in reply["result"]] == [[], ["fqdn"], ["architecture"]]


def test_the_first_error_stops_and_brings_what_went_before(device: Device) -> None:
    error = call(device, "show hostname", "show versoin", "show version")["error"]
    assert error["code"] == 1002
    assert error["message"] == "CLI command 2 of 3 'show versoin' failed: invalid command"
    assert error["data"] == [
        {"hostname": "sw1", "fqdn": "sw1.lab.example"},
        {"errors": ["Invalid input (at token 1: 'versoin')"]},
    ]


@pytest.mark.parametrize(
    "line", ["show running-config", "configure", "configure session x", "copy running-config flash:a", "write"]
)
def test_what_needs_privilege_is_refused_without_enable(device: Device, line: str) -> None:
    reply = call(device, line, text=True)
    assert reply["error"]["data"] == [{"errors": ["Invalid input (privileged mode required)"]}]
    assert device.sessions == {}


def test_a_command_without_a_model_is_refused_in_json(device: Device) -> None:
    assert call(device, "enable", "show startup-config")["error"]["code"] == 1003
    assert call(device, "show version | include Arista")["error"]["code"] == 1003


def test_pipes(device: Device) -> None:
    def shown(line: str) -> str:
        return str(call(device, "enable", line, text=True)["result"][1]["output"])

    assert shown("show running-config | include ntp") == "ntp server 10.0.0.5 prefer\nntp server 10.0.0.6\n"
    section = shown("show running-config | section guests")
    assert section == "vrf instance guests\nrouter bgp 65021\n   vrf guests\n      rd 65021:1\n"
    assert shown("show running-config | begin management").startswith("management api http-commands\n   no shutdown\n")
    assert "ntp" not in shown("show running-config | exclude ntp")
    assert call(device, "show version | grep x", text=True)["error"]["code"] == 1002


def test_sessions_do_not_touch_the_running_configuration_before_the_commit(device: Device) -> None:
    assert "result" in call(device, "enable", "configure session a", "hostname other", "end")
    assert device.hostname == "sw1"
    diff = call(device, "enable", "show session-config named a diffs", text=True)["result"][1]["output"]
    assert "-hostname sw1\n+hostname other\n" in diff
    assert "result" in call(device, "enable", "configure session a", "commit")
    assert device.hostname == "other"
    assert device.sessions["a"].state == "completed"
    assert "already completed" in str(call(device, "enable", "configure session a")["error"])


@pytest.mark.parametrize(
    ("release", "state", "at_top"), [("4.31.1F", "pendingCommitTimer", False), ("4.32.2F", "committed", True)]
)
def test_a_commit_on_trial_is_reported_as_the_release_does(
    make_switch: Callable[..., Switch], release: str, state: str, at_top: bool
) -> None:
    device = make_switch(eos_version=release).device
    call(device, "enable", "configure session a", "hostname trial", "commit timer 0:10:00")
    model = call(device, "enable", "show configuration sessions detail")["result"][1]
    assert model["sessions"]["a"]["state"] == state
    assert ("commitTimerSessionName" in model, "commitBy" in model["sessions"]["a"]) == (at_top, not at_top)
    assert "result" in call(device, "enable", "configure session a commit")
    assert "already completed" in str(call(device, "enable", "configure session a commit")["error"])
    assert "commitTimerSessionName" not in call(device, "enable", "show configuration sessions")["result"][1]


def test_configure_terminal_takes_effect_line_by_line(device: Device) -> None:
    call(device, "enable", "configure", "hostname other", "interface Ethernet9")
    assert device.hostname == "other"


def test_clean_config_keeps_the_ports_and_the_defaults(device: Device) -> None:
    call(device, "enable", "configure session a", "rollback clean-config", "end")
    output = call(device, "enable", "show session-config named a", text=True)["result"][1]["output"]
    assert "interface Ethernet4\n" in output
    assert "spanning-tree mode mstp\n" in output
    assert "hostname" not in output


def test_five_pending_sessions_are_the_limit(device: Device) -> None:
    for number in range(5):
        assert "result" in call(device, "enable", f"configure session s{number}")
    assert "Maximum number of pending sessions" in str(call(device, "enable", "configure session one-too-many")["error"])
    call(device, "enable", "configure session s0 abort")
    assert "result" in call(device, "enable", "configure session s5")


def test_a_missing_session_is_an_error(device: Device) -> None:
    for line in ("configure session x commit", "configure session x abort", "show session-config named x diffs"):
        assert "does not exist" in str(call(device, "enable", line, text=True)["error"])


def test_files_copies_and_replace(device: Device) -> None:
    assert "result" in call(device, "enable", "copy running-config flash:before", "configure", "hostname other", "end")
    assert "result" in call(device, "enable", "configure checkpoint save mark", "configure replace flash:before", text=True)
    assert device.hostname == "sw1"
    assert "result" in call(device, "enable", "configure checkpoint restore mark", "write memory")
    assert device.hostname == "other"
    listing = call(device, "enable", "dir flash:", text=True)["result"][1]["output"]
    assert [line.split()[-1] for line in listing.splitlines()[2:]] == ["before", "startup-config"]
    assert "result" in call(device, "enable", "copy flash:before running-config", "delete flash:before", text=True)
    assert device.hostname == "sw1"
    for line in (
        "more flash:before",
        "configure replace flash:before",
        "copy flash:before flash:x",
        "copy startup-config flash:../x",
    ):
        assert call(device, "enable", line, text=True)["error"]["code"] == 1000, line


def test_a_file_with_an_error_replaces_nothing(device: Device) -> None:
    device.flash.write("flash:bad", "hostname other\nhostnam x\n")
    assert "Invalid input" in str(call(device, "enable", "configure replace flash:bad")["error"])
    assert device.hostname == "sw1"


def test_every_show_command_answers_in_both_formats(device: Device) -> None:
    for line in (
        "show version",
        "show hostname",
        "show users accounts",
        "show interfaces",
        "show interfaces status",
        "show ip interface",
        "show ipv6 interface",
        "show vlan",
        "show vrf",
        "show lldp neighbors",
        "show lldp neighbors detail",
        "show ip bgp summary",
        "show ipv6 bgp summary vrf all",
        "show running-config",
        "show configuration sessions detail",
        "show configuration checkpoints",
    ):
        assert "result" in call(device, "enable", line), line
        assert "output" in call(device, "enable", line, text=True)["result"][1], line


class TestHttp:
    @pytest.fixture
    def connection(self, switch: Switch) -> http.client.HTTPSConnection:
        context = ssl.create_default_context(cafile=str(switch.ca))
        return http.client.HTTPSConnection("127.0.0.1", switch.port, timeout=10, context=context)

    @pytest.mark.parametrize(
        ("method", "path", "authorization", "status"),
        [
            ("POST", "/command-api", "", 401),
            ("POST", "/command-api", "Basic !", 401),
            ("POST", "/command-api", f"Basic {b64encode(b'muhtar:wrong').decode()}", 401),
            ("POST", "/command-api", f"Bearer {b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}", 401),
            ("GET", "/", "", 401),
            ("GET", "/", f"Basic {b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}", 404),
            ("GET", "/command-api", f"Basic {b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}", 405),
        ],
    )
    def test_statuses(
        self, connection: http.client.HTTPSConnection, method: str, path: str, authorization: str, status: int
    ) -> None:
        connection.request(method, path, body="{}", headers={"Authorization": authorization} if authorization else {})
        response = connection.getresponse()
        assert response.status == status
        assert PASSWORD not in response.read().decode()

    def test_a_connection_serves_several_requests(self, connection: http.client.HTTPSConnection) -> None:
        headers = {"Authorization": f"Basic {b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"}
        for _ in range(3):
            connection.request("POST", "/command-api", body="{}", headers=headers)
            assert json.loads(connection.getresponse().read())["error"]["code"] == -32601

    def test_a_body_without_end_is_refused(self, connection: http.client.HTTPSConnection) -> None:
        connection.putrequest("POST", "/command-api")
        connection.putheader("Content-Length", str(10**9))
        connection.endheaders()
        assert connection.getresponse().status == 413
