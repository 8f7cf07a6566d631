"""What sessions over verified TLS have in common: where they lead, and how nornir opens them with a name and a password."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from nornir.core.configuration import Config
from nornir.core.inventory import ConnectionOptions

from muhtar.errors import InventoryError
from muhtar.inventory import Target
from muhtar.secrets import Secret
from muhtar.settings import Site
from nornir_tasks.tls import context_of, name_of

__all__ = ["Session", "TlsPlugin", "tls_options"]


class Session(Protocol):
    """A session that somebody has yet to log in to."""

    def login(self, user: str, password: Secret, /) -> None:
        """Log in. Raises UnreachableError where that is refused."""

    def close(self) -> None:
        """End the session; never raises for a lost one."""


class Connect(Protocol):
    """How a session is begun: TLS by `context` (an ssl.SSLContext), with whoever proves to be `server_name`."""

    def __call__(self, host: str, port: int, /, *, context: Any, server_name: str) -> Session: ...


class TlsPlugin:
    """nornir's way to `connect` and log in; `connection` is the session."""

    connect: ClassVar[Connect]

    def __init__(self) -> None:
        self.connection: Any = None

    def open(  # noqa: PLR0917 - the signature that nornir calls
        self,
        hostname: str | None,
        username: str | None,
        password: str | None,
        port: int | None,
        platform: str | None,
        extras: dict[str, Any] | None = None,
        configuration: Config | None = None,
    ) -> None:
        """Connect and log in, with what `tls_options` made. Raises what `connect` and `login` raise."""
        del platform, configuration
        if hostname is None or port is None or username is None or extras is None:
            raise InventoryError("a session over TLS needs address, port, user and server name", mend="see tls_options")
        session = type(self).connect(hostname, port, context=extras["context"], server_name=extras["server_name"])
        try:
            session.login(username, Secret(password or ""))
        except BaseException:
            session.close()
            raise
        self.connection = session

    def close(self) -> None:
        """End the session."""
        self.connection.close()


def tls_options(target: Target, site: Site, *, variable: str, user: str, port: int) -> ConnectionOptions:
    """How to reach the target as `user`, whose password is what `variable` holds. Raises InventoryError where it has none."""
    password = target.vars.get(variable)
    if not password:
        raise InventoryError(
            f"{target.name} has no {variable}", key=variable, mend="set it to a value of the vault in a group_vars file"
        )
    return ConnectionOptions(
        hostname=target.address,
        port=port,
        username=user,
        password=str(password),
        extras={"context": context_of(site), "server_name": name_of(target)},
    )
