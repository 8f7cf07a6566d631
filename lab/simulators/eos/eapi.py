"""eAPI's JSON-RPC: a request body in, a response out."""

from __future__ import annotations

import json
from typing import Any

from lab.simulators.eos.cli import Cli
from lab.simulators.eos.device import CommandError, Device
from lab.simulators.faults import Faults

__all__ = ["answer"]

_MEANINGS = {1000: "could not run command", 1002: "invalid command", 1003: "unconverted command"}


class _RequestError(Exception):
    """A request that is not a call of `runCmds`."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def answer(device: Device, faults: Faults, body: bytes) -> dict[str, Any]:
    """Run the commands of a request until the first that fails. Raises DropConnectionError where the faults say so."""
    reply: dict[str, Any] = {"jsonrpc": "2.0", "id": None}
    try:
        request = _decode(body)
        reply["id"] = request.get("id")
        commands, as_text = _commands(request)
    except _RequestError as error:
        return reply | {"error": {"code": error.code, "message": str(error)}}
    cli = Cli(device, faults)
    results: list[dict[str, Any]] = []
    for number, (line, text) in enumerate(commands, 1):
        try:
            results.append(cli.run(line, text, as_text=as_text))
        except CommandError as error:
            message = f"CLI command {number} of {len(commands)} '{line}' failed: {_MEANINGS[error.code]}"
            data = [*results, {"errors": [str(error)]}]
            return reply | {"error": {"code": error.code, "message": message, "data": data}}
    return reply | {"result": results}


def _decode(body: bytes) -> dict[str, Any]:
    try:
        request = json.loads(body)
    except ValueError:
        raise _RequestError(-32700, "Parse error") from None
    if not isinstance(request, dict):
        raise _RequestError(-32600, "Invalid request")
    return request


def _commands(request: dict[str, Any]) -> tuple[list[tuple[str, str | None]], bool]:
    if request.get("method") != "runCmds":
        raise _RequestError(-32601, "Method not found")
    params = request.get("params")
    if not isinstance(params, dict) or not isinstance(params.get("cmds"), list):
        raise _RequestError(-32602, "Invalid params: 'cmds' must be a list")
    if params.get("format") not in (None, "json", "text"):
        raise _RequestError(-32602, "Invalid params: 'format' must be 'json' or 'text'")
    commands: list[tuple[str, str | None]] = []
    for entry in params["cmds"]:
        line, text = (entry.get("cmd"), entry.get("input")) if isinstance(entry, dict) else (entry, None)
        if not isinstance(line, str) or not isinstance(text, str | None):
            raise _RequestError(-32602, "Invalid params: a command must be a string or an object with 'cmd'")
        commands.append((line, text))
    return commands, params.get("format") == "text"
