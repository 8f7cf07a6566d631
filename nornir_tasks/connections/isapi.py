"""Sessions with Hikvision's ISAPI: XML over HTTPS with a verified certificate and digest authentication.

Variables of the target: `recorder_password` (vaulted); `recorder_user`, `recorder_port` where they are not admin and 443;
`recorder_certificate`, a PEM file of the site (relative to its folder) with the certificate that the recorder must show, for
devices that signed their own.
"""

from __future__ import annotations

import ssl
from pathlib import Path
from xml.etree import ElementTree

import httpx
from nornir.core.inventory import ConnectionOptions

from muhtar.errors import DoorError, InventoryError, UnreachableError
from muhtar.inventory import Target
from muhtar.secrets import Secret
from muhtar.settings import Site
from nornir_tasks.recorder import WithheldError
from nornir_tasks.tls_session import TlsPlugin, tls_options
from nornir_tasks.xml import parsed

__all__ = ["LOST", "Isapi", "IsapiError", "Plugin", "options"]

# Whatever keeps us from talking is raised as an UnreachableError, which always counts.
LOST: tuple[type[BaseException], ...] = ()
PORT = 443
TIMEOUT = httpx.Timeout(20.0, connect=10.0)
# A picture is the largest answer there is; more than this is a fault.
LARGEST = 8 * 1024 * 1024
# How a firmware says that it lacks a function, or that our account may not use it (sub-status codes of the ISAPI documents).
_LACKING = {"notsupport", "lowprivilege", "methodnotallowed", "invalidoperation"}


class IsapiError(DoorError):
    """The device refused a request, or answered with what is no answer."""


def options(target: Target, site: Site) -> ConnectionOptions:
    """How to reach the target. Raises InventoryError where it has no password, or its certificate's file cannot be read."""
    found = tls_options(
        target,
        site,
        variable="recorder_password",
        user=str(target.vars.get("recorder_user") or "admin"),
        port=int(target.vars.get("recorder_port") or PORT),
    )
    if pinned := target.vars.get("recorder_certificate"):
        found.extras = {**(found.extras or {}), "context": _pinned(site.path / str(pinned), target)}
    return found


def _pinned(path: Path, target: Target) -> ssl.SSLContext:
    """TLS settings that take this one certificate, whatever names are in it: devices sign their own for nobody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(cafile=path)
    except (OSError, ssl.SSLError) as error:
        raise InventoryError(
            f"the certificate of {target.name} cannot be read: {error}",
            path=path,
            key="recorder_certificate",
            mend="save the certificate that the recorder shows there, as PEM, after comparing its fingerprint on the spot",
        ) from error
    return context


class Isapi:
    """A session. Every element is found by its name alone: firmwares differ in their namespaces."""

    def __init__(self, client: httpx.Client, server_name: str) -> None:
        self._client = client
        self._server_name = server_name

    @classmethod
    def connect(cls, host: str, port: int, *, context: ssl.SSLContext, server_name: str) -> Isapi:
        """A session that nobody has logged in to yet; nothing is sent."""
        return cls(httpx.Client(base_url=f"https://{host}:{port}/ISAPI/", verify=context, timeout=TIMEOUT), server_name)

    def login(self, user: str, password: Secret) -> None:
        """Prove the password by a first question. Raises UnreachableError: no answer, no trust, a refused or locked account."""
        self._client.auth = httpx.DigestAuth(user, password.reveal())
        self.read("System/deviceInfo")

    def read(self, path: str) -> ElementTree.Element:
        """The document at `path` (`System/time`). Raises WithheldError, IsapiError, UnreachableError."""
        return self._document(path, self._send("GET", path))

    def search(self, path: str, document: ElementTree.Element) -> ElementTree.Element:
        """Ask by a document (POST), which changes nothing. Raises as `read`."""
        return self._document(path, self._send("POST", path, ElementTree.tostring(document, encoding="utf-8")))

    def picture(self, path: str) -> bytes:
        """A JPEG picture. Raises as `read`."""
        answer = self._send("GET", path)
        if not answer.content.startswith(b"\xff\xd8"):
            raise IsapiError(f"GET {path.partition('?')[0]}: the answer is no JPEG picture")
        return answer.content

    def close(self) -> None:
        """End the session."""
        self._client.close()

    def _send(self, method: str, path: str, content: bytes | None = None) -> httpx.Response:
        try:
            answer = self._client.request(
                method,
                path,
                content=content,
                headers={"Content-Type": "application/xml"} if content else None,
                extensions={"sni_hostname": self._server_name},
            )
        except httpx.TransportError as error:
            raise UnreachableError(f"no answer from the recorder: {error}") from error
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise UnreachableError(
                "the recorder refuses our login (it may lock the account for a while)",
                mend="see recorder_user and recorder_password; do not try again before the lock is over",
            )
        if not answer.is_success:
            raise _refused(f"{method} {path.partition('?')[0]}", answer)
        if len(answer.content) > LARGEST:
            raise IsapiError(f"{method} {path.partition('?')[0]}: the answer is larger than {LARGEST} bytes")
        return answer

    @staticmethod
    def _document(path: str, answer: httpx.Response) -> ElementTree.Element:
        found = parsed(answer.content)
        if found is None:
            raise IsapiError(f"{path}: the answer is not XML")
        return found


def _refused(what: str, answer: httpx.Response) -> DoorError:
    told = parsed(answer.content)
    words = [answer.reason_phrase]
    lacking = answer.status_code in {httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND, httpx.codes.NOT_IMPLEMENTED}
    if told is not None:
        words = [text for name in ("statusString", "subStatusCode") if (text := told.findtext(f"{{*}}{name}"))]
        lacking = lacking or bool({word.lower() for word in words} & _LACKING)
    kind = WithheldError if lacking else IsapiError
    return kind(f"{what}: {answer.status_code} {', '.join(words)}".rstrip())


class Plugin(TlsPlugin):
    """nornir's way to a recorder; `connection` is an `Isapi`, its login proven."""

    connect = Isapi.connect
