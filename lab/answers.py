"""How the lab knows that a host is ready: somebody answers in its own protocol, and proves who it is."""

from __future__ import annotations

import base64
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path

from lab.context import Context
from lab.podman import podman
from lab.topology import Answer, Host
from muhtar.doors.process import run
from muhtar.errors import DoorError, MuhtarError

__all__ = ["RTSP_PORT", "answers", "wait_for"]

RTSP_PORT = 8554
_CACHE_PORT = 3142
_PAUSE = 0.3


def wait_for(context: Context, host: Host, *, patience: float = 90.0) -> float:
    """Wait until the host answers; returns the seconds it took. Raises DoorError saying what it said last."""
    started = time.monotonic()
    while True:
        problem = answers(context, host)
        if not problem:
            return time.monotonic() - started
        if time.monotonic() - started > patience:
            log = podman("logs", "--tail", "5", context.container(host), check=False)
            said = " ".join((log.stdout + log.stderr).split())[-300:]
            raise DoorError(
                f"{host.name} did not answer within {patience:.0f} s: {problem}" + (f"; its log ends: {said}" if said else ""),
                mend=f"./inv lab.shell {host.name}, or make it anew: ./inv lab.down and ./inv lab.up",
            )
        time.sleep(_PAUSE)


def answers(context: Context, host: Host) -> str:
    """Ask once. Empty when the host answered as it should, else what is wrong."""
    ask: dict[Answer, Callable[[Context, Host], str]] = {
        "ssh": _ssh,
        "eapi": _eapi,
        "ios": _ios,
        "rtsp": _rtsp,
        "apt-cache": _cache,
    }
    try:
        return ask[host.answers](context, host)
    except (OSError, MuhtarError) as error:
        return str(error).splitlines()[0]


def _ssh(context: Context, host: Host) -> str:
    with socket.create_connection((context.address(host), 22), timeout=5) as stream:
        stream.settimeout(5)
        if not stream.recv(64).startswith(b"SSH-"):
            return "port 22 does not speak SSH"
    # Host key, account and the end of the boot in one go; "degraded" is up, with a unit that failed.
    argv: list[str | Path] = [
        "ssh",
        "-F",
        context.overlay.ssh_config,
        "-o",
        "BatchMode=yes",
        host.name,
        "systemctl is-system-running --wait",
    ]
    done = run(argv, check=False, timeout=60)
    if done.stdout.strip() in {"running", "degraded"}:
        return ""
    return (done.stderr.strip() or done.stdout.strip() or f"ssh ended with code {done.returncode}").splitlines()[-1]


def _eapi(context: Context, host: Host) -> str:
    import httpx

    request = {
        "jsonrpc": "2.0",
        "id": "lab",
        "method": "runCmds",
        "params": {"version": 1, "cmds": ["show version"], "format": "json"},
    }
    try:
        answer = httpx.post(
            f"https://{context.address(host)}/command-api",
            json=request,
            auth=("muhtar", context.overlay.secrets["vault_switch_password"]),
            verify=_trust(context),
            timeout=10,
        )
    except httpx.HTTPError as error:
        return f"eAPI: {error}"
    return "" if answer.status_code == 200 and "result" in answer.json() else f"eAPI answered {answer.status_code}"


def _ios(context: Context, host: Host) -> str:
    from paramiko import SSHClient
    from paramiko.ssh_exception import SSHException

    with SSHClient() as client:
        client.load_host_keys(str(context.overlay.known_hosts))
        try:
            client.connect(
                context.address(host),
                username="muhtar",
                password=context.overlay.secrets["vault_switch_password"],
                allow_agent=False,
                look_for_keys=False,
                timeout=10,
                banner_timeout=10,
                auth_timeout=10,
            )
            _, output, _ = client.exec_command("show version", timeout=10)
            said = output.read().decode(errors="replace")
        except SSHException as error:
            return f"SSH: {error}"
    return "" if "Cisco IOS" in said else f"the switch said {said[:80]!r}"


def _trust(context: Context) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=context.overlay.authority.certificate)


def _rtsp(context: Context, host: Host) -> str:
    user = base64.b64encode(f"muhtar:{context.overlay.secrets['vault_camera_password']}".encode()).decode()
    address = context.address(host)
    lines = [
        f"DESCRIBE rtsp://{address}:{RTSP_PORT}/stream RTSP/1.0",
        "CSeq: 1",
        f"Authorization: Basic {user}",
        "Accept: application/sdp",
    ]
    question = "\r\n".join([*lines, "", ""])
    with socket.create_connection((address, RTSP_PORT), timeout=5) as stream:
        stream.settimeout(5)
        stream.sendall(question.encode())
        first = stream.recv(512).decode(errors="replace").splitlines()[:1]
    return "" if first and " 200 " in first[0] else f"RTSP answered {first[0] if first else 'nothing'}"


def _cache(context: Context, host: Host) -> str:
    with socket.create_connection((context.address(host), _CACHE_PORT), timeout=5):
        return ""
