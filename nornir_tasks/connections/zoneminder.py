"""Sessions with ZoneMinder's API, over TLS with a verified certificate.

Variables of the target are the inputs of role nvr: `nvr_admin_password` (vaulted); `nvr_api_port`, where it is not 443.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from nornir.core.inventory import ConnectionOptions

from muhtar.errors import DoorError, UnreachableError
from muhtar.inventory import Target
from muhtar.secrets import Secret
from muhtar.settings import Site
from nornir_tasks.clock import Clock
from nornir_tasks.recorder import WithheldError
from nornir_tasks.tls_session import TlsPlugin, tls_options

__all__ = ["LOST", "Plugin", "ZoneMinder", "ZoneMinderError", "options"]

# Whatever keeps us from talking is raised as an UnreachableError, which always counts.
LOST: tuple[type[BaseException], ...] = ()
PORT = 443
USER = "admin"
# Seconds; changing a monitor waits until its old process has ended.
TIMEOUT = httpx.Timeout(30.0, connect=10.0)


class ZoneMinderError(DoorError):
    """The recorder refused a request, or answered with what is no answer."""


def options(target: Target, site: Site) -> ConnectionOptions:
    """How to reach the target. Raises InventoryError where it has no password."""
    return tls_options(
        target,
        site,
        variable="nvr_admin_password",
        user=USER,
        port=int(target.vars.get("nvr_api_port") or PORT),
    )


class ZoneMinder:
    """A session of the API. `clock` is the recorder's own, read from its last answer; `lead` is how far it is ahead of ours."""

    def __init__(self, client: httpx.Client, server_name: str) -> None:
        self._client = client
        self._server_name = server_name
        self._token: Secret | None = None
        self.clock = datetime.now(UTC)
        self.lead = Clock()

    @classmethod
    def connect(cls, host: str, port: int, *, context: ssl.SSLContext, server_name: str) -> ZoneMinder:
        """A session that nobody has logged in to yet; nothing is sent."""
        return cls(httpx.Client(base_url=f"https://{host}:{port}/zm/api/", verify=context, timeout=TIMEOUT), server_name)

    def login(self, user: str, password: Secret) -> None:
        """Get a token. Raises UnreachableError: no answer, a certificate not to be trusted, or a refused password."""
        answer = self._send("POST", "host/login.json", {"user": user, "pass": password.reveal()})
        token = answer.get("access_token")
        if not token:
            raise ZoneMinderError("the recorder logs in without giving a token", mend="run role nvr: it turns authentication on")
        self._token = Secret(str(token))

    def read(self, path: str, query: str = "") -> dict[str, Any]:
        """What the API says at `path` (`monitors.json`). Raises ZoneMinderError, UnreachableError."""
        # The token goes into the body, so that no log of a web server or proxy ever sees it. CakePHP takes a POST for a GET then.
        return self._send("GET", f"{path}?{query}" if query else path, {})

    def write(self, method: str, path: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """Change something (POST, PUT or DELETE). Raises ZoneMinderError where it is refused, UnreachableError."""
        answer = self._send(method, path, dict(fields))
        message = answer.get("message")
        # A refused change comes back with code 200 and the reasons in place of "Saved".
        if fields and message != "Saved":
            raise ZoneMinderError(f"{method} {path} was not saved: {message}")
        return answer

    def picture(self, monitor: int, *, percent: int) -> bytes:
        """What a camera shows now, as JPEG, at `percent` of its size. Raises ZoneMinderError, UnreachableError."""
        # This program of ZoneMinder's reads its query alone, so the token must stand there: our recorders log no query.
        token = {"token": self._token.reveal()} if self._token else {}
        try:
            answer = self._client.get(
                self._client.base_url.copy_with(path="/zm/cgi-bin/nph-zms"),
                params={"mode": "single", "monitor": monitor, "scale": percent, **token},
                extensions={"sni_hostname": self._server_name},
            )
        except httpx.TransportError as error:
            raise UnreachableError(f"no answer from the recorder: {error}") from error
        if answer.status_code == httpx.codes.FORBIDDEN:
            raise WithheldError(f"the picture of monitor {monitor}: 403 {answer.reason_phrase}")
        if not answer.is_success or not answer.content.startswith(b"\xff\xd8"):
            raise ZoneMinderError(f"the picture of monitor {monitor}: {answer.status_code}, no JPEG")
        return answer.content

    def close(self) -> None:
        """End the session. The token dies by itself, after two hours."""
        self._client.close()

    def _send(self, method: str, path: str, fields: dict[str, str]) -> dict[str, Any]:
        token = {"token": self._token.reveal()} if self._token else {}
        began = datetime.now(UTC)
        try:
            answer = self._client.post(
                path,
                data={**fields, **token},
                headers={"X-HTTP-Method-Override": method},
                extensions={"sni_hostname": self._server_name},
            )
        except httpx.TransportError as error:
            raise UnreachableError(f"no answer from the recorder's API: {error}") from error
        if date := answer.headers.get("date"):
            self.clock = parsedate_to_datetime(date)
            self.lead.saw(began, self.clock, step=1.0)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise UnreachableError(
                f"the recorder's API refuses us: {_reason(answer)}",
                mend="see nvr_admin_password; ./inv provision writes it to the recorder",
            )
        if answer.status_code == httpx.codes.FORBIDDEN:
            raise WithheldError(f"{method} {path.partition('?')[0]}: 403 {_reason(answer)}")
        if not answer.is_success:
            raise ZoneMinderError(f"{method} {path.partition('?')[0]}: {answer.status_code} {_reason(answer)}")
        try:
            found = answer.json()
        except ValueError as error:
            raise ZoneMinderError(f"{method} {path.partition('?')[0]}: the answer is not JSON") from error
        if not isinstance(found, dict):
            raise ZoneMinderError(f"{method} {path.partition('?')[0]}: the answer is not an object")
        return found


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["data"]["message"])
    except (ValueError, KeyError, TypeError):
        return answer.reason_phrase


class Plugin(TlsPlugin):
    """nornir's way to a recorder; `connection` is a `ZoneMinder`, logged in."""

    connect = ZoneMinder.connect
