"""What FRR's own tools do for us on the router: parse, compare, apply, write."""

from __future__ import annotations

import re
import shlex

from napalm.base.exceptions import CommandErrorException, LockError

from napalm_frr.diff import readable
from napalm_frr.files import folder_of
from napalm_frr.transport import Ran, Transport

__all__ = ["QUIET_UNIT", "RELOAD", "Tools", "apply_words", "as_root"]

RELOAD = "/usr/lib/frr/frr-reload.py"
# vtysh keeps each command it is given in a history file, passwords too; frr-reload.py gives it many.
NO_HISTORY = "VTYSH_HISTFILE=/dev/null"
# frr-reload.py says nothing until it is done, which may take long for many lines on a small or busy router. Seconds.
LONG = 180.0
QUIET_UNIT = (f"--setenv={NO_HISTORY}", "--property=UMask=0077")
# vtysh says these although all is well: its own settings and the startup file are root's.
_HARMLESS = re.compile(r"(vtysh\.conf|frr\.conf).*(Permission denied|No such file)", re.IGNORECASE)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_PROBLEM = re.compile(r"^\s*%|\berror\b|unknown command|failed to|we failed|ambiguous|incomplete", re.IGNORECASE)
_LOCKED = "locked by other VTY"


class Tools:
    """vtysh and frr-reload.py over a session."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def vtysh(self, *commands: str) -> str:
        """Run show commands and return what they print. Raises CommandErrorException for a command FRR does not know."""
        asked = " ".join(f"-c {shlex.quote(command)}" for command in commands)
        return self._transport.run(f"{NO_HISTORY} vtysh {asked}").out

    def running(self) -> str:
        """The running configuration, as FRR prints it, without the header lines; see `Ran.whole` for what is no UTF-8."""
        return self._transport.run(f"{NO_HISTORY} vtysh -c 'show running-config no-header'").whole

    def startup(self) -> str:
        """The configuration that the next start of FRR would read. It is root's file, so systemd reads it for us."""
        return self._transport.run(as_root("cat", "/etc/frr/frr.conf")).whole

    def write(self) -> None:
        """Make the running configuration the startup configuration."""
        self._transport.run(as_root("vtysh", "-c", "write memory"), patience=LONG)

    def problems(self, path: str) -> str:
        """What FRR's parser says against the file at `path`; empty when every line is known."""
        ran = self._transport.run(f"{NO_HISTORY} vtysh -C -f {shlex.quote(path)}", check=False)
        said = _complaints(ran)
        return said or (ran.said if ran.code else "")

    def compare(self, path: str) -> str:
        """The diff from the running configuration to the file at `path`; empty when there is none."""
        ran = self._transport.run(
            f"umask 077; sudo -n {RELOAD} --test --log-level error {shlex.quote(path)}", check=False, patience=LONG
        )
        if ran.code or "vtysh failed" in ran.err:
            raise CommandErrorException(f"frr-reload.py --test: {_complaints(ran) or ran.said}")
        present = {line.strip() for line in self.running().splitlines()} if "\nno " in ran.out else set()
        return readable(ran.out, present)

    def apply(self, path: str) -> str:
        """Make the running configuration what the file at `path` says; the startup configuration stays.

        Returns what FRR says against it, empty on success. Raises LockError while somebody else configures.
        """
        ran = self._transport.run(as_root(*apply_words(path)), check=False, patience=LONG)
        if _LOCKED in ran.out + ran.err:
            raise LockError("another session is configuring this router")
        return (_complaints(ran) or ran.said) if ran.code else ""


def apply_words(path: str) -> list[str]:
    """The command that applies a file of ours without touching the startup configuration.

    Its log would keep every line it applies, passwords too; so it logs warnings only.
    """
    return [RELOAD, "--reload", "--log-level", "warning", "--confdir", folder_of(path), path]


def as_root(*words: str) -> str:
    """A shell command that runs a program as root through systemd, with its output and its exit code.

    Through systemd, because it goes on to its end when our session breaks: nothing is left half applied.
    """
    return f"sudo -n systemd-run --quiet --wait --pipe --collect {shlex.join(QUIET_UNIT)} -- {shlex.join(words)}"


def _complaints(ran: Ran) -> str:
    lines = [_COLOUR.sub("", line).strip() for line in (ran.out + "\n" + ran.err).splitlines()]
    return "; ".join(line for line in lines if _PROBLEM.search(line) and not _HARMLESS.search(line))
