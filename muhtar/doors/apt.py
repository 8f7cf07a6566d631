"""Where this machine gets its Debian packages from: read at run time, never written down in the repository."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from muhtar.doors.process import run
from muhtar.errors import DoorError

__all__ = ["Mirrors", "codename", "ensure_lists", "mirrors", "parse_targets", "settings"]

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
    """Fetch package lists where this machine never did: apt tells its sources only then. Returns whether it had to."""
    if _targets().strip():
        return False
    run(["apt-get", "update", "-q", "-o", "DPkg::Lock::Timeout=300"], timeout=600)
    mirrors.cache_clear()
    return True


def _targets() -> str:
    return run(["apt-get", "indextargets", "--format", "$(REPO_URI)\t$(RELEASE)\t$(COMPONENT)", "Created-By: Packages"]).stdout


@cache
def settings() -> list[str]:
    """This machine's apt options that matter for reaching its mirrors (proxies, validity checks), as apt.conf lines."""
    wanted = ("Acquire::Check-Valid-Until ", "Acquire::Check-Date ", "Acquire::http::Proxy ", "Acquire::https::Proxy ")
    dump = run(["apt-config", "dump"]).stdout
    return [line for line in dump.splitlines() if line.startswith(wanted) and '""' not in line]
