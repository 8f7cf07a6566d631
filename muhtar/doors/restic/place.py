"""Where a program runs: on this machine, or as root on a host over OpenSSH. Both give it an environment nobody else sees."""

from __future__ import annotations

import re
import shlex
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from muhtar.doors.process import Completed, run
from muhtar.secrets import Secret

__all__ = ["Call", "Here", "OnHost", "Place"]

Environment = Mapping[str, str | Secret]

# Reads NAME=value lines up to an empty one into its environment, then becomes the program, which has the rest of stdin.
# `read` takes single bytes from a pipe, so that nothing of the rest is lost; `export` is a builtin: no argv shows a value.
_READER = 'while IFS= read -r line && [ -n "$line" ]; do export "$line"; done; exec "$@"'
_NAME = re.compile(r"[A-Z][A-Z0-9_]*\Z")
# The program's own limit ends it first, and tidily; ours is for a connection that hangs.
_GRACE = 20.0
# A shared connection (ControlPath) would outlive the program and keep its pipes open.
_OPTIONS = tuple(
    word
    for option in ("BatchMode=yes", "ConnectTimeout=10", "ServerAliveInterval=15", "ServerAliveCountMax=4", "ControlPath=none")
    for word in ("-o", option)
)


@dataclass(frozen=True)
class Call:
    """What this machine starts so that a program runs at a place."""

    argv: Sequence[str]
    env: Environment
    stdin: bytes | None


class Place(ABC):
    """A machine that programs can be run on. `name` is how messages call it."""

    name: str

    def run(
        self,
        argv: Sequence[str],
        *,
        env: Environment | None = None,
        stdin: bytes | None = None,
        timeout: float = 60.0,
        on_line: Callable[[str], None] | None = None,
    ) -> Completed:
        """Run a program to its end, whatever its exit code. Raises ProcessTimeoutError and DoorError."""
        call = self.call(argv, env or {}, stdin)
        return run(call.argv, env=call.env, stdin=call.stdin, timeout=timeout + _GRACE, check=False, on_line=on_line)

    @abstractmethod
    def call(self, argv: Sequence[str], env: Environment, stdin: bytes | None) -> Call:
        """How the program is run there."""


@dataclass(frozen=True)
class Here(Place):
    """This machine, as the user we are."""

    name: str = "this machine"

    def call(self, argv: Sequence[str], env: Environment, stdin: bytes | None) -> Call:
        """Just so."""
        return Call(argv, env, stdin)


@dataclass(frozen=True)
class OnHost(Place):
    """A host, as root by `sudo -n`. `config` is an OpenSSH client configuration; without one, the user's own holds.

    With `account`, root steps down to that account before the program runs: what it writes belongs to the account.
    """

    name: str
    config: Path | None = None
    address: str | None = None
    user: str | None = None
    port: int | None = None
    account: str | None = None

    def call(self, argv: Sequence[str], env: Environment, stdin: bytes | None) -> Call:
        """By ssh, whose own failures show as exit code 255. The environment goes in on stdin, before the program's own."""
        return Call(self.argv(argv), {}, preamble(env) + (stdin or b""))

    def argv(self, words: Sequence[str]) -> list[str]:
        """The ssh command that runs `words` there as root, or as the account."""
        step_down = ["runuser", "-u", self.account, "--"] if self.account else []
        # sshd hands one string to a shell there: each word is quoted for it.
        remote = shlex.join(["sudo", "-n", "--", "sh", "-c", _READER, "muhtar", *step_down, *words])
        if self.config:
            return ["ssh", "-F", str(self.config), *_OPTIONS, "--", self.name, remote]
        account = [*(["-l", self.user] if self.user else []), *(["-p", str(self.port)] if self.port else [])]
        return ["ssh", *account, *_OPTIONS, "--", self.address or self.name, remote]


def preamble(env: Environment) -> bytes:
    """`env` in the form that the far end reads from its standard input. Raises ValueError for what would not fit a line."""
    lines = []
    for name, value in env.items():
        text = value.reveal() if isinstance(value, Secret) else value
        if not _NAME.match(name) or "\n" in text or "\0" in text:
            raise ValueError(f"the environment cannot carry {name}")
        lines.append(f"{name}={text}\n")
    return "".join([*lines, "\n"]).encode()
