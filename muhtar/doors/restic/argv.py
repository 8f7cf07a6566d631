"""What restic is told, as pure functions: the words after `restic`. No word of these is ever a secret."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from muhtar.errors import UsageError

__all__ = ["backup_output", "backup_paths", "backup_stdin", "bounded", "init", "restore", "snapshots"]

# A dump inherits restic's environment; it needs the data, not the keys of the repository.
_CREDENTIALS = ("RESTIC_PASSWORD", "RESTIC_REPOSITORY", "RESTIC_REST_PASSWORD", "RESTIC_REST_USERNAME")
# A prune of the control side holds the repository for a while; a backup waits rather than fails.
_RETRY_LOCK = "--retry-lock=2m"


def snapshots(tags: Iterable[str] = ()) -> list[str]:
    """List the snapshots that carry all of `tags`. Takes no lock: reading the list must work while others write."""
    return ["snapshots", "--json", "--no-lock", *(_tag(tags))]


def init() -> list[str]:
    """Make the repository; restic refuses where there is one."""
    return ["init", "--json"]


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


def bounded(words: Sequence[str], seconds: float) -> list[str]:
    """`words` under a time limit that also holds where our connection to the machine has broken.

    restic gets TERM, on which it removes its lock, and ten seconds later KILL. The exit code is then 124 or 137.
    """
    return ["timeout", "--kill-after=10", f"{seconds:.0f}", *words]


def _backup(host: str, tags: Iterable[str]) -> list[str]:
    return ["backup", "--json", _RETRY_LOCK, f"--host={host}", *_tag(tags)]


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
