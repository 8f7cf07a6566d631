"""Where a camera's stream is, with the login kept apart: the address may be shown, the login never."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from muhtar.secrets import Secret

__all__ = ["StreamAddress"]


@dataclass(frozen=True)
class StreamAddress:
    """`url` without user and password; `login` is "user:password", percent-encoded, or None. `str()` gives the url alone."""

    url: str
    login: Secret | None = None

    @classmethod
    def parse(cls, text: str) -> StreamAddress:
        """Take an address with or without a login apart."""
        found = re.fullmatch(r"([a-zA-Z][a-zA-Z0-9+.-]*://)([^/]*)@(.*)", text, flags=re.DOTALL)
        if not found:
            return cls(text)
        return cls(found[1] + found[3], Secret(found[2]))

    @classmethod
    def of(cls, url: str, user: str | None, password: str | None) -> StreamAddress:
        """An address and the login that it asks for, if any."""
        if not user:
            return cls(url)
        return cls(url, Secret(f"{quote(user, safe='')}:{quote(password or '', safe='')}"))

    def reveal(self) -> str:
        """The whole address, for the recorder alone."""
        if self.login is None:
            return self.url
        scheme, separator, rest = self.url.partition("://")
        return f"{scheme}{separator}{self.login.reveal()}@{rest}"

    def __str__(self) -> str:
        return self.url
