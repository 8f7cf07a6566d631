"""Where things are: the repository, the state folder and one site's files; and what a site may set."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import IO, Any

from muhtar.errors import InventoryError

__all__ = ["ROOT", "Site", "atomic_write", "atomic_write_bytes", "home", "locked", "sites"]

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_SITE = "lab"


def home() -> Path:
    """The state folder: `MUHTAR_HOME`, or `.muhtar/` in the checkout.

    All in it may be deleted but `history.db`, `network-history/` and `network/` (what devices ran before each change).
    """
    return _resolved(os.environ.get("MUHTAR_HOME") or str(ROOT / ".muhtar"), Path.cwd())


# Asked for each host of a fleet; each time, every folder above would be looked at.
@lru_cache(maxsize=8)
def _resolved(path: str, within: Path) -> Path:
    return (within / path).resolve()


def sites() -> list[str]:
    """Names of the sites that this repository declares."""
    return sorted(path.parent.name for path in (ROOT / "inventories").glob("*/hosts.yml"))


@dataclass(frozen=True)
class Site:
    """One town: `inventories/<name>/` in git, and its overlay `<home>/sites/<name>/` on this machine only.

    The overlay is an Ansible inventory of its own (`hosts.yml`, `group_vars/`, `host_vars/`) that wins over the one in git:
    addresses, generated secrets (vaulted), pinned host keys. The lab writes one; a town of yours need not have one.
    """

    name: str
    root: Path = field(default=ROOT)

    @classmethod
    def open(cls, name: str | None = None) -> Site:
        """The named site, `MUHTAR_SITE`, or the lab. Raises InventoryError where there is no such site."""
        site = cls(name or os.environ.get("MUHTAR_SITE") or DEFAULT_SITE)
        if not site.hosts_file.is_file():
            raise InventoryError(
                f"there is no site {site.name!r}",
                path=site.hosts_file,
                mend=f"choose one of {', '.join(sites()) or 'none'}, or make it: ./inv site.new {site.name}",
            )
        return site

    @property
    def path(self) -> Path:
        """The site's folder in git."""
        return self.root / "inventories" / self.name

    @property
    def hosts_file(self) -> Path:
        """Hosts and groups."""
        return self.path / "hosts.yml"

    @property
    def overlay(self) -> Path:
        """What only this machine knows of the site."""
        return home() / "sites" / self.name

    @property
    def sources(self) -> list[Path]:
        """Ansible inventory sources in order of precedence, the last one winning."""
        dynamic = sorted(path for path in (self.path / "sources").glob("*") if path.is_file())
        found = [self.hosts_file, *dynamic, self.overlay / "hosts.yml"]
        return [path for path in found if path.is_file()]

    @property
    def vault_password_file(self) -> Path | None:
        """The file (or program) that gives the vault password; None where the site has no vault."""
        own = self.overlay / "vault-password"
        if own.is_file():
            return own
        named = os.environ.get("ANSIBLE_VAULT_PASSWORD_FILE")
        return Path(named) if named else None

    @property
    def ssh_config(self) -> Path | None:
        """OpenSSH client configuration of the site: keys and pinned known_hosts."""
        own = self.overlay / "ssh" / "config"
        return own if own.is_file() else None

    def register(self, name: str) -> Path:
        """Path of `registers/<name>.yml`, whether it exists or not; the overlay's wins over the one in git."""
        own = self.overlay / "registers" / f"{name}.yml"
        return own if own.is_file() else self.path / "registers" / f"{name}.yml"

    def today(self) -> date:
        """The day it is now in the site's time zone."""
        from zoneinfo import ZoneInfo

        return datetime.now(ZoneInfo(self.settings["timezone"])).date()

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What `settings.yml` of the site says over the defaults. Raises InventoryError for what is no setting."""
        import yaml

        defaults: dict[str, Any] = {
            "timezone": "Europe/Istanbul",
            "language": "en",
            "ansible_strategy": "linear",
            "workers": 20,
            "full_check_hours": 24,
            # As papers that leave the house name them.
            "municipality": "",
            "department": "Bilgi İşlem Müdürlüğü",
            "still_width": 320,
            "stills_bytes": 6_000_000,
            "drift": {"coverage_percent": 80},
            "discovery_days": 30,
        }
        path = self.path / "settings.yml"
        if not path.is_file():
            return defaults
        try:
            own = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except yaml.YAMLError as error:
            raise InventoryError(f"not YAML: {error}", path=path, mend="mend the file") from error
        if unknown := set(own) - set(defaults):
            raise InventoryError(
                f"unknown setting {min(unknown)!r}", path=path, mend=f"known settings: {', '.join(sorted(defaults))}"
            )
        return {**defaults, **own, "drift": {**defaults["drift"], **self._drift(own.get("drift", {}), path)}}

    def _drift(self, own: Any, path: Path) -> dict[str, Any]:
        if not isinstance(own, dict) or (unknown := set(own) - {"coverage_percent"}):
            what = f"unknown setting {min(map(str, unknown))!r}" if isinstance(own, dict) else f"{own!r} is no mapping"
            raise InventoryError(what, path=path, key="drift", mend="write drift: {coverage_percent: 80}")
        percent = own.get("coverage_percent", 0)
        if type(percent) is not int or not 0 <= percent <= 100:
            raise InventoryError(
                f"{percent!r} is no percentage",
                path=path,
                key="drift: coverage_percent",
                mend="write a whole number from 0 to 100",
            )
        return own


@contextmanager
def atomic_write(path: Path, mode: int = 0o644) -> Iterator[IO[str]]:
    """Open a text file that takes its place only when complete: a kill at any moment leaves the old one."""
    with _replacing(path, mode) as handle, os.fdopen(handle, "w", encoding="utf-8") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def atomic_write_bytes(path: Path, content: bytes, mode: int = 0o644) -> None:
    """As `atomic_write`, of a file that is no text."""
    with _replacing(path, mode) as handle, os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


@contextmanager
def _replacing(path: Path, mode: int) -> Iterator[int]:
    """A new file's handle, for the caller to write and close; the file becomes `path` unless that raised."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        yield handle
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def locked(name: str, *, wait: float = 0.0, folder: Path | None = None) -> Iterator[None]:
    """Hold the state folder's lock of that name. The kernel drops it with the process, however that ends.

    `wait` is how long to wait for another holder, in seconds; `folder` holds the lock file where checkouts must share it.
    Raises LockedError.
    """
    import fcntl
    import time

    from muhtar.errors import LockedError

    path = (folder or home() / "locks") / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as stream:
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    stream.seek(0)
                    holder = stream.read().strip() or "another run"
                    raise LockedError(
                        f"{name} is being changed by {holder}", path=path, mend="wait until it has ended, then run again"
                    ) from None
                time.sleep(0.1)
        stream.truncate(0)
        stream.write(f"process {os.getpid()}")
        stream.flush()
        yield
