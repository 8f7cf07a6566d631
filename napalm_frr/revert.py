"""Commit-confirm: a timer on the router itself that takes a change back unless somebody confirms it."""

from __future__ import annotations

import shlex

from napalm.base.exceptions import CommitConfirmException, CommitError

from napalm_frr.files import Files, folder_of
from napalm_frr.reload import LONG, QUIET_UNIT, apply_words, as_root, write_words
from napalm_frr.transport import Transport

__all__ = ["LONGEST", "Revert"]

UNIT = "napalm-frr-revert"
LONGEST = 24 * 3600
# Somebody may hold FRR's configuration lock when the time has come: how often a revert is tried, and seconds between.
TRIES, PAUSE = 20, 3
_TOO_LATE = 75


class Revert:
    """The one waiting commit that a router can have. Any session, of any user, can see, confirm or revert it."""

    def __init__(self, transport: Transport, files: Files) -> None:
        self._transport = transport
        self._files = files

    def arm(self, seconds: int) -> None:
        """In `seconds`, apply the text at `files.pending` and remove it. Raises CommitError for a time out of range.

        A revert that fails is tried again, and its text stays where all tries fail.

        The timer does not survive a reboot, and need not: the startup configuration is written on confirmation only.
        """
        if not 1 <= seconds <= LONGEST:
            raise CommitError(f"revert_in is {seconds} s; from 1 to {LONGEST} can be kept")
        path = self._files.pending
        script = (
            f"for try in $(seq {TRIES}); do {shlex.join(apply_words(path))} && exec rm -rf {shlex.quote(folder_of(path))}; "
            f"sleep {PAUSE}; done; exit 1"
        )
        self._transport.run(
            f"sudo -n systemd-run --quiet --collect --unit={UNIT} --on-active={seconds} --service-type=oneshot "
            # The journal keeps the command line of whatever writes to it, and vtysh's may hold a password.
            f"--timer-property=AccuracySec=100ms --property=StandardOutput=null --property=StandardError=null "
            f"{shlex.join(QUIET_UNIT)} -- /bin/sh -c {shlex.quote(script)}"
        )

    @property
    def armed(self) -> bool:
        """Is a commit waiting to be confirmed?"""
        return self._states()[0] == "active"

    @property
    def busy(self) -> bool:
        """Is a revert running right now, or a commit waiting for one?"""
        timer, service = self._states()
        return timer == "active" or service in {"activating", "active", "deactivating"}

    def settle(self) -> None:
        """Let the change stay, across reboots too: stop the timer and write the startup configuration, in one go.

        One program on the router does both, so that a session that breaks meanwhile leaves them both done or none.
        Raises CommitConfirmException where the revert began, or was done, before its timer could be stopped.
        """
        timer, service = f"{UNIT}.timer", f"{UNIT}.service"
        script = (
            f"systemctl --quiet is-active {timer} || exit {_TOO_LATE}; systemctl stop {timer}; "
            f"case $(systemctl show --property=ActiveState --value {service}) in "
            f"inactive|failed) ;; *) exit {_TOO_LATE} ;; esac; "
            f"{shlex.join(write_words())} && rm -rf {shlex.quote(folder_of(self._files.pending))}"
        )
        ran = self._transport.run(as_root("/bin/sh", "-c", script), check=False, patience=LONG)
        if ran.code == _TOO_LATE:
            raise CommitConfirmException("too late: the change is being reverted, or was")
        if ran.code:
            raise CommitError(f"the change stays, but the startup configuration could not be written: {ran.said}")

    def disarm(self) -> None:
        """Let the change stay until the next start.

        Raises CommitConfirmException where the revert began before we could stop its timer.
        """
        self._transport.run(f"sudo -n systemctl stop {UNIT}.timer", check=False)
        if self.busy:
            raise CommitConfirmException("too late: the change is being reverted")

    def now(self) -> None:
        """Revert at once instead of later. Returns when it is done; raises CommitError where that fails."""
        ran = self._transport.run(f"sudo -n systemctl start {UNIT}.service", check=False, patience=LONG)
        self._transport.run(f"sudo -n systemctl stop {UNIT}.timer", check=False)
        if ran.code:
            raise CommitError(f"the revert failed: {ran.said}")

    def _states(self) -> tuple[str, str]:
        # `systemctl show` answers for units that do not exist too ("inactive"), and with code 0.
        said = self._transport.run(f"systemctl show --property=ActiveState --value {UNIT}.timer {UNIT}.service").out.split()
        if len(said) != 2:
            raise CommitConfirmException(f"cannot read the state of {UNIT}: {said}")
        return said[0], said[1]
