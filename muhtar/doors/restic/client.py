"""One repository, spoken with from one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from muhtar.doors.process import Completed
from muhtar.doors.restic import argv, codes, output
from muhtar.doors.restic.place import Call, Place
from muhtar.errors import UsageError
from muhtar.secrets import Secret

__all__ = ["Repository", "Restic", "Taken"]

# restic would try for a quarter of an hour to reach a server that is down.
_PROBE = 25.0
_SHORT = 120.0


@dataclass(frozen=True)
class Repository:
    """Where snapshots are kept. `url` is restic's (`rest:https://host:8000/name/` or a path) without credentials in it."""

    url: str
    password: Secret
    user: str | None = None
    user_password: Secret | None = None

    def __post_init__(self) -> None:
        if "@" in self.url.partition("://")[2].partition("/")[0]:
            raise UsageError("a repository's address must not hold its user", mend="give user and password apart from it")

    def environment(self, cacert: str | None = None, cache: str | None = None) -> dict[str, str | Secret]:
        """What a restic process must have in its environment. `cacert` and `cache` are paths on its machine."""
        found: dict[str, str | Secret] = {
            "RESTIC_REPOSITORY": self.url,
            "RESTIC_PASSWORD": self.password,
            # JSON status lines: one a second is enough for people, and keeps the output small.
            "RESTIC_PROGRESS_FPS": "1",
        }
        if self.user is not None:
            found["RESTIC_REST_USERNAME"] = self.user
        if self.user_password is not None:
            found["RESTIC_REST_PASSWORD"] = self.user_password
        if cacert:
            found["RESTIC_CACERT"] = cacert
        if cache:
            found["RESTIC_CACHE_DIR"] = cache
        return found


@dataclass(frozen=True)
class Taken:
    """A snapshot that restic says it took; `unread` lists what of the source it could not read."""

    summary: output.Summary
    unread: tuple[str, ...] = ()


class Restic:
    """restic at `place`, on `repository`. `binary`, `cacert` and `cache` are paths there.

    Every method raises the errors of `muhtar.doors.restic.codes`, UnreachableError where the place or the server does not answer.
    """

    def __init__(
        self, place: Place, repository: Repository, *, binary: str = "restic", cacert: str | None = None, cache: str | None = None
    ) -> None:
        self.place = place
        self.repository = repository
        self._binary = binary
        self._env = repository.environment(cacert, cache)

    def snapshots(self, tags: Iterable[str] = (), *, seconds: float = _PROBE) -> list[output.Snapshot]:
        """The repository's snapshots with all of `tags`, oldest first. Raises NoRepositoryError where there is none yet."""
        return output.snapshots(self._call(argv.snapshots(tags), seconds).stdout)

    def init(self) -> None:
        """Make the repository."""
        self._call(argv.init(), _SHORT)

    def backup_paths(
        self,
        paths: Sequence[str],
        *,
        host: str,
        tags: Iterable[str],
        seconds: float,
        excludes: Iterable[str] = (),
        on_progress: Callable[[output.Progress], None] | None = None,
    ) -> Taken:
        """Back up files and folders of the place. That they exist must be known: restic only skips a missing one."""
        return self._backup(argv.backup_paths(paths, host=host, tags=tags, excludes=excludes), seconds, None, on_progress)

    def ask(self, words: Sequence[str], *, seconds: float) -> str:
        """What restic prints when told `words`, which only read."""
        return self._call(words, seconds).stdout

    def command(self, words: Sequence[str], *, seconds: float) -> Call:
        """How `words`, which only read, are run at the place: for output that goes on to another program."""
        return self.place.call(argv.bounded([self._binary, *words], seconds), self._env, None)

    def backup_output(
        self,
        command: Sequence[str],
        *,
        name: str,
        host: str,
        tags: Iterable[str],
        seconds: float,
        on_progress: Callable[[output.Progress], None] | None = None,
    ) -> Taken:
        """Back up what a command at the place prints; the command failing fails the backup."""
        return self._backup(argv.backup_output(command, name=name, host=host, tags=tags), seconds, None, on_progress)

    def backup_bytes(self, data: bytes, *, name: str, host: str, tags: Iterable[str], seconds: float = _SHORT) -> Taken:
        """Back up bytes that we hold."""
        return self._backup(argv.backup_stdin(name=name, host=host, tags=tags), seconds, data, None)

    def restore(
        self, snapshot: str, target: str, *, seconds: float, on_progress: Callable[[output.Progress], None] | None = None
    ) -> None:
        """Restore a snapshot into the folder `target` of the place, compared with the repository once written."""
        done = self._call(argv.restore(snapshot, target), seconds, on_progress=on_progress)
        if done.returncode != codes.COMPLETE:
            raise codes.ResticFailedError(
                f"{self.place.name}: restic could not restore all of {snapshot[:8]}: {output.last_words(done.stderr)}",
                returncode=done.returncode,
                output=done.stderr[-4000:],
            )

    def _backup(
        self,
        words: Sequence[str],
        seconds: float,
        stdin: bytes | None,
        on_progress: Callable[[output.Progress], None] | None,
    ) -> Taken:
        done = self._call(words, seconds, stdin=stdin, on_progress=on_progress)
        unread = output.unread(done.stderr)
        if done.returncode == codes.INCOMPLETE and not unread:
            unread = [output.last_words(done.stderr)]
        return Taken(output.summary(done.stdout), tuple(unread))

    def _call(
        self,
        words: Sequence[str],
        seconds: float,
        *,
        stdin: bytes | None = None,
        on_progress: Callable[[output.Progress], None] | None = None,
    ) -> Completed:
        def line(text: str) -> None:
            if on_progress and (found := output.progress(text)):
                on_progress(found)

        done = self.place.run(
            argv.bounded([self._binary, *words], seconds), env=self._env, stdin=stdin, timeout=seconds, on_line=line
        )
        if error := codes.failure(done.returncode, done.stderr, where=self.place.name, seconds=seconds):
            raise error
        return done
