"""The configuration life cycle: load, compare, commit (to be confirmed or not), confirm, discard, roll back."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from napalm.base.exceptions import CommitError, LockError, MergeConfigException, ReplaceConfigException

from napalm_frr.files import Files
from napalm_frr.merge import merged
from napalm_frr.reload import Tools
from napalm_frr.revert import Revert
from napalm_frr.sanitize import sanitize
from napalm_frr.transport import Transport

__all__ = ["Configuration"]

Mode = Literal["merge", "replace"]
# vtysh keeps this one in vtysh.conf, not in the running configuration: in a candidate it would differ for ever.
_FOREIGN = ("service integrated-vtysh-config", "no service integrated-vtysh-config")


class Configuration:
    """A session's candidate and what its commit replaced."""

    def __init__(self, transport: Transport) -> None:
        self._files = Files(transport)
        self._tools = Tools(transport)
        self._revert = Revert(transport, self._files)
        self._mode: Mode | None = None
        self._committed = False

    @property
    def tools(self) -> Tools:
        """FRR's tools over the same session."""
        return self._tools

    def candidate(self) -> str:
        """The loaded candidate, complete; empty without one."""
        return self._files.read(self._files.candidate) if self._mode else ""

    def load(self, mode: Mode, filename: str | None, config: str | None) -> None:
        """Make a file of this machine, or a text, the candidate.

        Raises Replace- or MergeConfigException where FRR's parser does not know a line.
        """
        refuse = _refusal(mode)
        if filename:
            try:
                config = Path(filename).read_text(encoding="utf-8")
            except OSError as error:
                raise refuse(f"cannot read {filename}: {error.strerror}") from error
        if config is None:
            raise refuse("give a filename or a config")
        text = "\n".join(line.rstrip() for line in config.splitlines() if line.strip() not in _FOREIGN) + "\n"
        if mode == "replace" and not text.strip(" !\n"):
            raise refuse("an empty configuration would take everything from the router")
        self.discard()
        self._files.write(self._files.candidate, text)
        if problems := self._tools.problems(self._files.candidate):
            self._files.remove(self._files.candidate)
            raise refuse(problems)
        if mode == "merge":
            self._files.write(self._files.candidate, merged(self._tools.running(), text))
        self._mode = mode

    def compare(self) -> str:
        """The diff from the running configuration to the candidate; empty without one, or without a difference."""
        return self._tools.compare(self._files.candidate) if self._mode else ""

    def commit(self, revert_in: int | None) -> None:
        """Apply the candidate. With `revert_in` (seconds) it goes away by itself unless `confirm` comes first.

        Raises CommitError while a commit waits already; Replace- or MergeConfigException, with everything put back,
        where FRR refuses lines or silently leaves them out (those of a daemon that does not run, for one).
        """
        if self._revert.busy:
            raise CommitError("a commit is waiting to be confirmed already")
        if self._mode is None:
            raise CommitError("no candidate is loaded")
        mode, candidate = self._mode, self._files.candidate
        before = self._files.pending if revert_in is not None else self._files.rollback
        self._files.write(before, self._tools.running())
        if revert_in is not None:
            self._revert.arm(revert_in)
        self._committed = revert_in is None
        try:
            problems = self._tools.apply(candidate) or _untaken(mode, self._tools.compare(candidate))
        except LockError:
            self._call_off(before)
            raise
        if problems:
            if self._committed or self._revert.busy:
                self.rollback()
            raise _refusal(mode)(problems)
        if revert_in is None:
            self._tools.write()
        self.discard()

    def pending(self) -> bool:
        """Is a commit, of whichever session, waiting to be confirmed?"""
        return self._revert.armed

    def confirm(self) -> None:
        """Let the waiting commit stay, across reboots too. Raises CommitError where none waits."""
        if not self._revert.armed:
            raise CommitError("no commit is waiting to be confirmed")
        self._revert.settle()
        self._committed = False

    def rollback(self) -> None:
        """Put back what the last commit replaced: the waiting one, or else this session's. Raises CommitError without one."""
        if self._revert.busy:
            self._revert.now()
        elif self._committed:
            self._put_back()
        else:
            raise CommitError("there is no commit to roll back")
        self._committed = False
        self.discard()

    def discard(self) -> None:
        """Forget the candidate."""
        if self._mode is not None:
            self._files.remove(self._files.candidate)
            self._mode = None

    def tidy(self) -> None:
        """Remove this session's files; a commit that waits keeps what it may have to put back."""
        self._files.remove(self._files.candidate, self._files.rollback)
        self._mode, self._committed = None, False

    def _call_off(self, before: str) -> None:
        """Nothing was applied: there is nothing to take back, and no timer must try."""
        if before == self._files.pending:
            self._revert.disarm()
        self._files.remove(before)
        self._committed = False

    def _put_back(self) -> None:
        if problems := self._tools.apply(self._files.rollback):
            raise CommitError(f"the rollback failed: {problems}")
        self._tools.write()
        self._files.remove(self._files.rollback)


def _refusal(mode: Mode) -> type[Exception]:
    refusal: type[Exception] = ReplaceConfigException if mode == "replace" else MergeConfigException
    return refusal


def _untaken(mode: Mode, diff: str) -> str:
    """Lines that FRR took without a word and did not keep. A merge may negate what is not there: that leaves nothing either."""
    left = [
        line for line in diff.splitlines() if line[:1] in "+-" and not (mode == "merge" and line[1:].strip().startswith("no "))
    ]
    return sanitize("\n".join(["FRR did not take these lines:", *left])) if left else ""
