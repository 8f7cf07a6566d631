"""A host whose files lie under a folder, and what could not be read of it. Runs on the target, so it must not import muhtar."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from ansible.module_utils.muhtar_dpkg import Dpkg, Found

Command = Callable[[list[str]], tuple[int, str, str]]


class Host:
    """What all parts of a survey share. `command` runs a program: exit code, output, errors. `accounts` are lines of passwd."""

    def __init__(self, root: Path, command: Command) -> None:
        self.root = root
        self.command = command
        self.kind = ""
        self.facts: dict[str, list[Found]] = {}
        self.unread: dict[str, list[str]] = {}
        self.dpkg: Dpkg | None = None
        self.why_no_dpkg = ""
        try:
            self.dpkg = Dpkg(root)
        except (OSError, KeyError) as error:
            self.why_no_dpkg = f"dpkg's list of packages: {error}"
        self.accounts = [line.split(":") for line in self.text("/etc/passwd").splitlines() if line.count(":") == 6]

    def miss(self, why: str) -> None:
        """Note that something of the present kind was not seen."""
        self.unread.setdefault(self.kind, []).append(why)

    def path(self, absolute: str) -> Path:
        return self.root / absolute.lstrip("/")

    def name_of(self, path: Path) -> str:
        return "/" + str(path.relative_to(self.root))

    def text(self, absolute: str) -> str:
        return self.path(absolute).read_text("utf-8", "replace")

    def optional(self, absolute: str) -> str:
        """A file's text; nothing for one that is not there; what cannot be read is noted."""
        try:
            return self.text(absolute)
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except OSError as error:
            self.miss(f"{absolute}: {error.strerror}")
            return ""

    def inside(self, folder: str) -> list[Path]:
        """What lies in a folder, hidden files left out."""
        try:
            return sorted(path for path in self.path(folder).iterdir() if not path.name.startswith("."))
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            self.miss(f"{folder}: {error.strerror}")
            return []

    def owners(self, paths: Iterable[str]) -> tuple[Dpkg, dict[str, str]]:
        if self.dpkg is None:
            raise OSError(self.why_no_dpkg)
        return self.dpkg, self.dpkg.owners(paths)
