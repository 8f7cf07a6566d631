"""Who may configure the router: FRR has no users of its own, its configuration belongs to a group of the system's."""

from __future__ import annotations

from typing import Any

__all__ = ["ACCOUNTS_COMMAND", "users"]

# The group's line, and after a line of dashes those of all accounts (group(5), passwd(5)).
ACCOUNTS_COMMAND = "getent group frrvty; echo ---; getent passwd"
_NO_SHELLS = ("nologin", "false", "sync")
_ROOT = "0"


def users(output: str) -> dict[str, dict[str, Any]]:
    """NAPALM's users: accounts that can log in and configure. All have level 15, FRR has no lesser one.

    Neither passwords nor keys are told: only root can read them.
    """
    group, _, accounts = output.partition("---\n")
    fields = [*group.strip().split(":"), "", "", "", ""]
    number, members = fields[2], {name for name in fields[3].split(",") if name}
    found: dict[str, dict[str, Any]] = {}
    for line in accounts.splitlines():
        name, _, uid, gid, _, _, shell = (line.split(":") + [""] * 7)[:7]
        may = name in members or uid == _ROOT or (number and gid == number)
        if may and not shell.endswith(_NO_SHELLS):
            found[name] = {"level": 15, "password": "", "sshkeys": []}
    return found
