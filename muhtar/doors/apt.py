"""Where this machine gets its Debian packages from: read at run time, never written down in the repository."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from muhtar.doors.process import run
from muhtar.errors import DoorError

__all__ = ["LOCK_WAIT", "Mirrors", "codename", "ensure_lists", "mirrors", "parse_targets", "settings", "update"]

# Another apt may run: a new machine updates itself in its first minutes.
LOCK_WAIT = ("-o", "DPkg::Lock::Timeout=300")
# What an installation of Debian may be called in sources lists, besides its code name.
_SUFFIXES = ("", "-updates", "-security")
# Suites that are not releases have no -updates and -security of their own.
_WITHOUT_UPDATES = frozenset({"sid", "unstable", "forky", "testing"})


@dataclass(frozen=True)
class Mirrors:
    """Archive addresses of this machine. `main` and `security` are URIs without a suite; `security` may be None."""

    codename: str
    main: str
    security: str | None
    updates: bool

    def sources(self, suite: str) -> list[str]:
        """One-line sources of a suite of Debian, from the same archives that serve this machine."""
        lines = [f"deb {self.main} {suite} main"]
        if suite in _WITHOUT_UPDATES:
            return lines
        if self.updates:
            lines.append(f"deb {self.main} {suite}-updates main")
        if self.security:
            lines.append(f"deb {self.security} {suite}-security main")
        return lines


def codename(os_release: Path = Path("/etc/os-release")) -> str:
    """This machine's Debian release (`bookworm`). Raises DoorError where it is not Debian."""
    text = os_release.read_text(encoding="utf-8") if os_release.is_file() else ""
    found = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    name = found.get("VERSION_CODENAME", "").strip('"')
    if found.get("ID", "").strip('"') != "debian" or not name:
        raise DoorError("this machine is not a Debian, so it has no sources of Debian packages", mend="use Debian 12")
    return name


def parse_targets(text: str, release: str) -> Mirrors:
    """Mirrors out of `uri<TAB>suite<TAB>component` lines. Raises DoorError where none carries the release itself."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        uri, suite, component = line.split("\t")
        for suffix in _SUFFIXES:
            if suite == release + suffix and component == "main":
                found.setdefault(suffix, uri.rstrip("/"))
    if "" not in found:
        raise DoorError(f"apt has no source for {release} main", mend="see /etc/apt/sources.list and run apt-get update")
    return Mirrors(release, found[""], found.get("-security"), "-updates" in found)


@cache
def mirrors() -> Mirrors:
    """This machine's mirrors, as apt itself tells them. Raises DoorError where it knows none (of a release)."""
    return parse_targets(_targets(), codename())


def ensure_lists() -> bool:
    """Fetch package lists where this machine has not those of all its suites. Returns whether it had to.

    apt tells a source only once it has that source's lists: a machine that has fetched the release but never its security
    updates would build images without them, and name the images otherwise as soon as somebody has run `apt-get update`.
    """
    if _configured(codename()) <= _fetched():
        return False
    update()
    return True


def update(on_line: Callable[[str], None] | None = None) -> None:
    """Fetch this machine's package lists. Raises ProcessFailedError where apt cannot."""
    run(["apt-get", "update", "-q", *LOCK_WAIT], env={"DEBIAN_FRONTEND": "noninteractive"}, timeout=600, on_line=on_line)
    mirrors.cache_clear()


def _configured(release: str) -> set[str]:
    """Suites of the release in this machine's sources, fetched or not; the release itself is always wanted."""
    uris = run(["apt-get", "update", "--print-uris"]).stdout
    named = set(re.findall(r"/dists/([^/'\s]+)/", uris))
    return {release} | (named & {release + suffix for suffix in _SUFFIXES})


def _fetched() -> set[str]:
    return {line.split("\t")[1] for line in _targets().splitlines() if line.count("\t") == 2}


def _targets() -> str:
    return run(["apt-get", "indextargets", "--format", "$(REPO_URI)\t$(RELEASE)\t$(COMPONENT)", "Created-By: Packages"]).stdout


@cache
def settings() -> list[str]:
    """This machine's apt options that matter for reaching its mirrors (proxies, validity checks), as apt.conf lines."""
    wanted = ("Acquire::Check-Valid-Until ", "Acquire::Check-Date ", "Acquire::http::Proxy ", "Acquire::https::Proxy ")
    dump = run(["apt-config", "dump"]).stdout
    return [line for line in dump.splitlines() if line.startswith(wanted) and '""' not in line]
