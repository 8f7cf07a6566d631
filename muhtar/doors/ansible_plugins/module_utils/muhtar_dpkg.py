"""What dpkg and apt know of a host. Runs on the target, so it must not import muhtar."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Found = dict[str, Any]
BASE_PRIORITIES = frozenset({"required", "important", "standard"})


class Dpkg:
    """What dpkg and apt know: packages, which of them were asked for, whose file is whose."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.priority: dict[str, str] = {}
        self.depends: dict[str, set[str]] = {}
        self.provides: dict[str, set[str]] = {}
        self.conffiles: dict[str, str] = {}
        for fields in paragraphs((root / "var/lib/dpkg/status").read_text("utf-8", "replace")):
            name = fields["Package"]
            if fields.get("Status", "").endswith(" installed"):
                self.priority[name] = "required" if fields.get("Essential") == "yes" else fields.get("Priority", "")
                self.depends.setdefault(name, set()).update(names(f"{fields.get('Pre-Depends', '')},{fields.get('Depends', '')}"))
                for virtual in names(fields.get("Provides", "")):
                    self.provides.setdefault(virtual, set()).add(name)
                for line in fields.get("Conffiles", "").splitlines():
                    path, _, digest = line.strip().partition(" ")
                    self.conffiles[path] = digest.split(" ")[0]
        states = root / "var/lib/apt/extended_states"
        text = states.read_text("utf-8", "replace") if states.exists() else ""
        self.automatic = {fields["Package"] for fields in paragraphs(text) if fields.get("Auto-Installed") == "1"}
        base = [name for name, priority in self.priority.items() if priority in BASE_PRIORITIES]
        self.base = self.closure(base)

    def closure(self, wanted: Iterable[str]) -> set[str]:
        """These packages and all that they depend on, of what is installed."""
        seen: set[str] = set()
        left = list(wanted)
        while left:
            name = left.pop()
            if name in seen or name not in self.priority:
                left += [provider for provider in self.provides.get(name, ()) if provider not in seen]
                continue
            seen.add(name)
            left += [need for need in self.depends[name] if need not in seen]
        return seen

    def asked_for(self) -> list[Found]:
        """Packages that somebody installed, rather than that came with the distribution or with another package."""
        chosen = sorted(set(self.priority) - self.automatic - self.base)
        reach = {name: self.closure([name]) for name in chosen}
        return [
            entry(name, "", needed_by=[other for other in chosen if other != name and name in reach[other]]) for name in chosen
        ]

    def owners(self, paths: Iterable[str]) -> dict[str, str]:
        """Which package has brought each of these files; others are not in it."""
        wanted: dict[str, set[str]] = {}
        for path in paths:
            for form in forms(path):
                wanted.setdefault(form, set()).add(path)
        found: dict[str, str] = {}
        for listing in (self.root / "var/lib/dpkg/info").glob("*.list") if wanted else ():
            for form in wanted.keys() & set(listing.read_text("utf-8", "replace").split("\n")):
                found |= dict.fromkeys(wanted[form], listing.stem.partition(":")[0])
        return found

    def shipped(self, path: str, owner: str | None) -> bool:
        """Is the file just as its package brought it, as far as dpkg can tell?"""
        if owner is None:
            return False
        digest = self.conffiles.get(path)
        return digest is None or digest == hashlib.md5((self.root / path[1:]).read_bytes(), usedforsecurity=False).hexdigest()


def entry(name: str, about: str, *, also: Iterable[str] = (), **more: Any) -> Found:
    return {"name": name, "about": about, "also": list(also), **more}


def paragraphs(text: str) -> Iterator[dict[str, str]]:
    """Paragraphs of a file of Debian's (deb822): field → value, the lines of a longer one joined by newlines."""
    for block in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        last = ""
        for line in block.splitlines():
            if line[:1] in {" ", "\t"} and last:
                fields[last] += f"\n{line.strip()}"
            elif ":" in line and not line.startswith("#"):
                last, _, value = line.partition(":")
                fields[last] = value.strip()
        if fields:
            yield fields


def names(relation: str) -> set[str]:
    """Packages that a field such as Depends names, alternatives and all."""
    return {re.split(r"[\s(:\[]", word.strip(), maxsplit=1)[0] for word in re.split(r"[,|]", relation) if word.strip()}


def forms(path: str) -> set[str]:
    """Both names of a file where /bin, /sbin and /lib are links into /usr: dpkg may know it by either."""
    return {path, path[4:]} if re.match(r"/usr/(bin|sbin|lib\w*)/", path) else {path, f"/usr{path}"}
