"""Digest authentication (RFC 2617, MD5 with qop=auth) as the recorder asks for it."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

__all__ = ["Digest"]

_FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


class Digest:
    """Makes challenges and judges answers. A nonce is good for as long as the program runs."""

    def __init__(self, realm: str, user: str, password: str) -> None:
        self._realm, self._user, self._password = realm, user, password
        self._nonces: set[str] = set()

    def challenge(self) -> str:
        """A value of `WWW-Authenticate`, its nonce new."""
        nonce = secrets.token_hex(16)
        self._nonces.add(nonce)
        return f'Digest realm="{self._realm}", qop="auth", nonce="{nonce}", algorithm="MD5", opaque=""'

    def admits(self, method: str, target: str, header: str) -> bool:
        """Whether a value of `Authorization` proves that the client knows the password, for this very request."""
        kind, _, rest = header.partition(" ")
        given = {name: quoted or bare for name, quoted, bare in _FIELD.findall(rest)}
        if kind.lower() != "digest" or given.get("nonce") not in self._nonces:
            return False
        if given.get("username") != self._user or given.get("uri") != target:
            return False
        secret = _md5(f"{self._user}:{self._realm}:{self._password}")
        request = _md5(f"{method}:{target}")
        middle = f"{given['nonce']}:{given.get('nc', '')}:{given.get('cnonce', '')}:{given.get('qop', '')}"
        return hmac.compare_digest(_md5(f"{secret}:{middle}:{request}"), given.get("response", ""))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
