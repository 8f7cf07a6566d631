"""A bcrypt hash that comes out the same on every run, so that a role can tell whether a password is the declared one."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

import bcrypt
from ansible.errors import AnsibleFilterError

ROUNDS = 10
# bcrypt looks at the first 72 bytes alone; two longer passwords could be one to it.
LONGEST = 72


def nvr_bcrypt(password: str, salted_by: str) -> str:
    """Hash of `password` ($2b$, as ZoneMinder keeps it), its salt derived from `salted_by` (a host's name).

    A salt must differ between accounts, not be secret. Raises AnsibleFilterError for an empty or over-long password.
    """
    raw = password.encode()
    if not raw or len(raw) > LONGEST:
        raise AnsibleFilterError(f"the password must have 1 to {LONGEST} bytes, not {len(raw)}")
    digest = hashlib.sha256(f"zoneminder admin {salted_by}".encode()).digest()[:16]
    # bcrypt's base64 is the usual one with another alphabet, unpadded.
    usual = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    salt = base64.b64encode(digest).rstrip(b"=").translate(bytes.maketrans(usual, other))
    return bcrypt.hashpw(raw, b"$2b$%02d$%s" % (ROUNDS, salt)).decode()


class FilterModule:
    """What Ansible loads from this file."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """The filters by name."""
        return {"nvr_bcrypt": nvr_bcrypt}
