"""One device's pinned host keys, out of a file that has everybody's.

paramiko reads a whole file of known hosts at every connection, comparing each line with all before it: with 300 devices that
was more than half of the time of reading them. So a connection is given a file that holds its own device's lines alone.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from paramiko import HostKeys

from muhtar.settings import atomic_write

__all__ = ["pinned", "pinned_config"]

_SSH = 22


def pinned(known_hosts: Path, name: str, address: str, port: int | None) -> Path:
    """A file beside `known_hosts` with those of its lines that are about this device; empty where it has none."""
    stat = known_hosts.stat()
    plain, others = _read(known_hosts, stat.st_mtime_ns, stat.st_size)
    entry = address if port in (None, _SSH) else f"[{address}]:{port}"
    lines = [*plain.get(entry, ()), *(line for field, line in others if _fits(field, entry))]
    own = known_hosts.parent / "pinned" / name / "known_hosts"
    return _written(own, "".join(lines))


def pinned_config(known_hosts: Path, config: Path | None) -> Path:
    """An OpenSSH configuration beside `known_hosts` that names it before anything else: `config`, but for the known hosts.

    For clients that take known hosts in no other way. The first value counts, whatever the rest says.
    """
    rest = config.read_text(encoding="utf-8") if config else ""
    return _written(known_hosts.parent / "config", f'UserKnownHostsFile "{known_hosts}"\n{rest}')


def _written(path: Path, text: str) -> Path:
    """The file with that text; not touched where it has it already."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        with atomic_write(path, mode=0o600) as stream:
            stream.write(text)
    return path


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int, _size: int) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """The lines by the names in them, and those whose names are hashed, patterns or marked."""
    plain: dict[str, list[str]] = {}
    others: list[tuple[str, str]] = []
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        field = line.split(None, 1)[0] if line.strip() else "#"
        if field.startswith("#"):
            continue
        if field.startswith(("|", "@")) or "*" in field or "?" in field or "!" in field:
            others.append((field, line))
            continue
        for name in field.split(","):
            plain.setdefault(name, []).append(line)
    return plain, others


def _fits(field: str, entry: str) -> bool:
    """Whether a line of the others may be about that device; patterns and marks are left for paramiko to judge."""
    return HostKeys.hash_host(entry, field) == field if field.startswith("|1|") else True
