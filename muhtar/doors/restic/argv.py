"""What restic is told, as pure functions: the words after `restic`. No word of these is ever a secret."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from muhtar.errors import UsageError

__all__ = [
    "MAX_PARTS",
    "backup_output",
    "backup_paths",
    "backup_stdin",
    "bounded",
    "check",
    "check_structure",
    "copy",
    "find_packs",
    "forget",
    "init",
    "locks",
    "patient",
    "prune",
    "reaching",
    "restore",
    "show_lock",
    "snapshots",
    "unlock",
]

# restic divides packs by the first byte of their names.
MAX_PARTS = 256
_PORTS = {"https": 443, "http": 80}
# A dump inherits restic's environment; it needs the data, not the keys of the repository.
_CREDENTIALS = ("RESTIC_PASSWORD", "RESTIC_REPOSITORY", "RESTIC_REST_PASSWORD", "RESTIC_REST_USERNAME")
# Nothing but its own library is looked for: it starts a third faster.
_PYTHON = ("python3", "-I", "-S", "-c")
# restic would try for a quarter of an hour to reach a server that is down, hangs, or has a certificate that it does not trust.
# What is said of it here is said as restic would. Through a proxy only restic itself knows the way.
_REACH = """\
import os, socket, ssl, sys
scheme, host, port = sys.argv[1:4]
if not any(name.lower() in ("http_proxy", "https_proxy", "all_proxy") for name in os.environ):
    try:
        with socket.create_connection((host, int(port)), 10) as plain:
            if scheme == "https":
                trust = ssl.create_default_context(cafile=os.environ.get("RESTIC_CACERT"))
                trust.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
                trust.wrap_socket(plain, server_hostname=host).close()
    except ssl.SSLCertVerificationError as error:
        sys.exit(f"Fatal: {host}:{port}: tls: failed to verify certificate: {error.verify_message}")
    except OSError as error:
        sys.exit(f"Fatal: dial tcp {host}:{port}: no answer: {error}")
os.execvp(sys.argv[4], sys.argv[4:])
"""


def snapshots(tags: Iterable[str] = ()) -> list[str]:
    """List the snapshots that carry all of `tags`. Takes no lock: reading the list must work while others write."""
    return ["snapshots", "--json", "--no-lock", *(_tag(tags))]


def init(*, like_source: bool = False) -> list[str]:
    """Make the repository; restic refuses where there is one.

    `like_source` cuts data as the repository in RESTIC_FROM_REPOSITORY does: else a copy would share nothing with later copies.
    """
    return ["init", "--json", *(["--copy-chunker-params"] if like_source else [])]


def backup_paths(paths: Sequence[str], *, host: str, tags: Iterable[str], excludes: Iterable[str] = ()) -> list[str]:
    """Back up files and folders, given by absolute path."""
    if not paths or any(not path.startswith("/") for path in paths):
        raise UsageError("a backup of files needs absolute paths", mend="write paths that begin with /")
    return [*_backup(host, tags), *(f"--exclude={path}" for path in excludes), "--", *paths]


def backup_output(command: Sequence[str], *, name: str, host: str, tags: Iterable[str]) -> list[str]:
    """Back up what `command` prints, as the file `/name`. A command that fails fails the backup."""
    if not command:
        raise UsageError("there is no command to back up the output of")
    unset = [word for variable in _CREDENTIALS for word in ("-u", variable)]
    return [*_backup(host, tags), *_file(name), "--stdin-from-command", "--", "env", *unset, "--", *command]


def backup_stdin(*, name: str, host: str, tags: Iterable[str]) -> list[str]:
    """Back up standard input, as the file `/name`."""
    return [*_backup(host, tags), *_file(name), "--stdin"]


def restore(snapshot: str, target: str) -> list[str]:
    """Restore a snapshot into the folder `target` and read everything back once more to compare."""
    return ["restore", "--json", "--no-lock", "--verify", f"--target={target}", "--", snapshot]


def check(part: int, parts: int) -> list[str]:
    """Check the structure, and read the packs of one part of `parts`: restic puts each pack into a part by its name."""
    if not 1 <= part <= parts <= MAX_PARTS:
        raise UsageError(f"there is no part {part} of {parts}", mend=f"from 1 to {MAX_PARTS}")
    return [*check_structure(), f"--read-data-subset={part}/{parts}"]


def check_structure() -> list[str]:
    """Check whether the repository hangs together, without reading its data."""
    return ["check", "--json"]


def find_packs(packs: Iterable[str]) -> list[str]:
    """List what of which snapshots is in these packs."""
    return ["find", "--json", "--no-lock", "--pack", "--", *packs]


def locks() -> list[str]:
    """List the ids of the locks."""
    return ["list", "locks", "--no-lock", "--quiet"]


def show_lock(lock: str) -> list[str]:
    """Show a lock: who holds it, since when."""
    return ["cat", "--no-lock", "lock", lock]


def unlock() -> list[str]:
    """Remove locks that restic itself holds for stale. Never `--remove-all`: that takes them from who is at work."""
    return ["unlock"]


def forget(snapshots: Iterable[str]) -> list[str]:
    """Remove these snapshots from the list. restic ends with 0 where it knows one of them not: compare the list afterwards."""
    return ["forget", "--json", "--", *snapshots]


def prune() -> list[str]:
    """Remove the data that no snapshot needs."""
    return ["prune"]


def copy(snapshots: Iterable[str]) -> list[str]:
    """Copy these snapshots from the repository in RESTIC_FROM_REPOSITORY. What is there already is passed over."""
    return ["copy", "--", *snapshots]


def patient(words: Sequence[str], seconds: float) -> list[str]:
    """`words` of a command that takes a lock, waiting that long for another's."""
    return [f"--retry-lock={seconds:.0f}s", *words]


def reaching(words: Sequence[str], url: str) -> list[str]:
    """`words` (with the program), begun only once the server of the repository `url` answers, and is to be trusted.

    A repository that is not on a REST server needs no looking.
    """
    server = urlsplit(url.removeprefix("rest:"))
    if server.scheme not in _PORTS or not server.hostname:
        return list(words)
    return [
        "python3",
        "-I",
        "-S",
        "-c",
        _REACH,
        server.scheme,
        server.hostname,
        str(server.port or _PORTS[server.scheme]),
        *words,
    ]


def bounded(words: Sequence[str], seconds: float) -> list[str]:
    """`words` under a time limit that also holds where our connection to the machine has broken.

    restic gets TERM, on which it removes its lock, and ten seconds later KILL. The exit code is then 124 or 137.
    """
    return ["timeout", "--kill-after=10", f"{seconds:.0f}", *words]


def _backup(host: str, tags: Iterable[str]) -> list[str]:
    return ["backup", "--json", f"--host={host}", *_tag(tags)]


def _tag(tags: Iterable[str]) -> list[str]:
    words = list(tags)
    if wrong := [tag for tag in words if not tag or "," in tag]:
        raise UsageError(f"a snapshot cannot have the tag {wrong[0]!r}")
    return [f"--tag={','.join(words)}"] if words else []


def _file(name: str) -> list[str]:
    # restic 0.18 cannot save a streamed file that lies in a folder of its snapshot.
    if not name or "/" in name:
        raise UsageError(f"a streamed backup is one flat file, not {name!r}")
    return [f"--stdin-filename={name}"]
