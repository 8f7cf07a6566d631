"""A look at a repository's files without its password: what restic needs a third of a second of processor for takes a moment.

restic names a snapshot's file by the SHA-256 of what is in it, so that the file alone proves that it is there, and whole. Only
a yes counts. All else (no answer, a refusal, other content) says nothing: restic is asked, and its word says what is wrong.
"""

from __future__ import annotations

import hashlib
import re
import ssl
from dataclasses import dataclass, field

from muhtar.doors.restic.client import Repository

__all__ = ["Look"]

_SECONDS = 5.0
_ID = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True)
class Look:
    """A repository as this machine sees it; `cacert` is whom its server must be known by, else the system's authorities.

    A server that did not answer is put into `deaf`, and not asked again.
    """

    repository: Repository
    cacert: str | None = None
    deaf: set[str] = field(default_factory=set)

    def there(self) -> bool:
        """Is there a repository, for certain?"""
        return bool(self._read("config"))

    def holds(self, snapshot: str) -> bool:
        """Is the snapshot of this full id in it, whole, for certain?"""
        found = self._read(f"snapshots/{snapshot}") if _ID.match(snapshot) else None
        return found is not None and hashlib.sha256(found).hexdigest() == snapshot

    def _read(self, name: str) -> bytes | None:
        """A file of it; None where it is not on a REST server, or that does not give it."""
        import httpx

        url = self.repository.url.removeprefix("rest:").rstrip("/")
        server = url.partition("://")[2].partition("/")[0]
        if not server or server in self.deaf:
            return None
        user, password = self.repository.user, self.repository.user_password
        try:
            answer = httpx.get(
                f"{url}/{name}",
                auth=httpx.BasicAuth(user, password.reveal()) if user and password else None,
                verify=ssl.create_default_context(cafile=self.cacert),
                timeout=_SECONDS,
            )
        except (httpx.TransportError, httpx.InvalidURL, OSError):
            self.deaf.add(server)
            return None
        return answer.content if answer.status_code == httpx.codes.OK else None
