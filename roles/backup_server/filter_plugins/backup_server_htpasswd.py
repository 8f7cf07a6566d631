"""The users' file of restic-rest-server, written on the controller: one task for all users, and idempotent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import bcrypt

# Passwords come from the vault and are long and random: a slow hash would protect nothing more, and every request pays for it.
_ROUNDS = 8


def htpasswd(users: Mapping[str, str], present: str = "") -> str:
    """The file for `users` (name → password); a hash in `present` that still fits its user's password is kept."""
    known = dict(line.split(":", 1) for line in present.splitlines() if ":" in line)
    return "".join(f"{name}:{_hash(str(users[name]), known.get(name, ''))}\n" for name in sorted(users))


def _hash(password: str, known: str) -> str:
    # bcrypt looks at 72 bytes only; the library refuses more, and so do we rather than cut.
    secret = password.encode()
    try:
        if known and bcrypt.checkpw(secret, known.encode()):
            return known
    except ValueError:
        pass  # not a bcrypt hash: replaced
    return bcrypt.hashpw(secret, bcrypt.gensalt(_ROUNDS)).decode()


class FilterModule:
    """What Ansible asks a filter plugin for."""

    def filters(self) -> dict[str, Any]:
        """Name → function."""
        return {"backup_server_htpasswd": htpasswd}
