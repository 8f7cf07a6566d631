"""A look at a repository's files without its password: what restic needs a third of a second of processor for takes a moment.

restic names a snapshot's file by the SHA-256 of what is in it, so that the file alone proves that it is there, and whole. Only
a yes counts. All else (no answer, a refusal, other content) says nothing: restic is asked, and its word says what is wrong.
"""

from __future__ import annotations

import hashlib
import re
import ssl
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from muhtar.doors.restic.client import Repository

if TYPE_CHECKING:
    import httpx

__all__ = ["Look", "Servers"]

_SECONDS = 5.0
_ID = re.compile(r"[0-9a-f]{64}\Z")


@dataclass
class Servers:
    """The repository servers that a run looks at, its connections to them kept open: a handshake a host is what a look costs.

    `cacert` is whom they must be known by, else the system's authorities. One that does not answer is put into `deaf`, and not
    asked again. Threads may share it.
    """

    cacert: str | None = None
    deaf: set[str] = field(default_factory=set)

    @cached_property
    def _client(self) -> httpx.Client:
        import httpx

        return httpx.Client(verify=ssl.create_default_context(cafile=self.cacert), timeout=_SECONDS)

    def read(self, repository: Repository, name: str) -> bytes | None:
        """A file of a repository; None where it is not on a REST server, or that does not give it."""
        import httpx

        url = repository.url.removeprefix("rest:").rstrip("/")
        server = url.partition("://")[2].partition("/")[0]
        if not server or server in self.deaf:
            return None
        user, password = repository.user, repository.user_password
        try:
            answer = self._client.get(
                f"{url}/{name}", auth=httpx.BasicAuth(user, password.reveal()) if user and password else None
            )
        except (httpx.ConnectError, httpx.TimeoutException, httpx.InvalidURL, OSError):
            self.deaf.add(server)
            return None
        except httpx.TransportError:
            # A connection that was kept open has ended meanwhile: that says nothing of the server.
            return None
        return answer.content if answer.status_code == httpx.codes.OK else None


@dataclass(frozen=True)
class Look:
    """A repository as this machine sees it, by way of `servers`."""

    repository: Repository
    servers: Servers = field(default_factory=Servers)

    def there(self) -> bool:
        """Is there a repository, for certain?"""
        return bool(self.servers.read(self.repository, "config"))

    def holds(self, snapshot: str) -> bool:
        """Is the snapshot of this full id in it, whole, for certain?"""
        found = self.servers.read(self.repository, f"snapshots/{snapshot}") if _ID.match(snapshot) else None
        return found is not None and hashlib.sha256(found).hexdigest() == snapshot
