"""One repository, spoken with from one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from muhtar.doors.process import Completed
from muhtar.doors.restic import argv, codes, damage, locks, output
from muhtar.doors.restic.place import Call, Place
from muhtar.errors import UsageError
from muhtar.secrets import Secret

__all__ = ["Repository", "Restic", "Taken"]

# restic would try for a quarter of an hour to reach a server that is down.
_PROBE = 25.0
_SHORT = 120.0
# A prune of the control side holds the repository for a while; who needs it waits rather than fails.
_LOCK_WAIT = 120.0
# A command line holds only so much.
_IDS_AT_ONCE = 500


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

    def environment_as_source(self) -> dict[str, str | Secret]:
        """What a restic process must have in its environment besides, that copies from this repository into another."""
        return {"RESTIC_FROM_REPOSITORY": self._whole_url(), "RESTIC_FROM_PASSWORD": self.password}

    def _whole_url(self) -> str | Secret:
        """The address with user and password in it: restic has variables for those of one server only."""
        if self.user is None or self.user_password is None:
            return self.url
        scheme, mark, rest = self.url.partition("://")
        account = f"{quote(self.user, safe='')}:{quote(self.user_password.reveal(), safe='')}"
        return Secret(f"{scheme}{mark}{account}@{rest}")


@dataclass(frozen=True)
class Taken:
    """A snapshot that restic says it took; `unread` lists what of the source it could not read."""

    summary: output.Summary
    unread: tuple[str, ...] = ()


class Restic:
    """restic at `place`, on `repository`. `binary`, `cacert` and `cache` are paths there; without a cache it keeps none.

    Every method raises the errors of `muhtar.doors.restic.codes`, UnreachableError where the place or the server does not answer.
    """

    def __init__(
        self,
        place: Place,
        repository: Repository,
        *,
        binary: str = "restic",
        cacert: str | None = None,
        cache: str | None = None,
        lock_wait: float = _LOCK_WAIT,
    ) -> None:
        self.place = place
        self.repository = repository
        self._binary = binary
        self._cacert = cacert
        self._cache = cache
        self._lock_wait = lock_wait
        self._env = repository.environment(cacert, cache)

    def patient(self, seconds: float) -> Restic:
        """The same, waiting `seconds` for a lock of somebody else's."""
        return Restic(self.place, self.repository, binary=self._binary, cacert=self._cacert, cache=self._cache, lock_wait=seconds)

    def snapshots(self, tags: Iterable[str] = (), *, seconds: float = _PROBE) -> list[output.Snapshot]:
        """The repository's snapshots with all of `tags`, oldest first. Raises NoRepositoryError where there is none yet."""
        return output.snapshots(self._call(argv.snapshots(tags), seconds).stdout)

    def init(self, like: Repository | None = None) -> None:
        """Make the repository; `like` is the one that it will hold a copy of."""
        source = like.environment_as_source() if like else {}
        self._call(argv.init(like_source=like is not None), _SHORT, env=source)

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
        return self.place.call(self._argv(words, seconds), self._env, None)

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

    def check(self, part: int, parts: int, *, seconds: float) -> damage.Checked:
        """Check the structure and read one part of the data. What is wrong with the repository is returned, not raised."""
        return self._check(argv.check(part, parts), seconds)

    def check_structure(self, *, seconds: float) -> damage.Checked:
        """The same without reading data."""
        return self._check(argv.check_structure(), seconds)

    def hurt_by(self, packs: Sequence[str], *, seconds: float = _SHORT) -> set[str]:
        """Ids of the snapshots that need something of these packs."""
        done = self._run(argv.find_packs(packs), seconds)
        # restic fails where it cannot read all: what it did find is told all the same.
        found = damage.hurt(done.stdout, done.stderr)
        if not found and (error := codes.failure(done.returncode, done.stderr, where=self.place.name, seconds=seconds)):
            raise error
        return found

    def locks(self) -> list[locks.Lock]:
        """Who holds the repository. A lock that goes while we look is none."""
        found = []
        for name in self._call(argv.locks(), _PROBE).stdout.split():
            done = self._run(argv.show_lock(name), _PROBE)
            if done.returncode == codes.COMPLETE:
                found.append(locks.lock(name, done.stdout))
        return found

    def unlock(self) -> None:
        """Remove stale locks: those not renewed for half an hour, and those of dead processes of the place itself."""
        self._call(argv.unlock(), _SHORT)

    def forget(self, snapshots: Sequence[str]) -> None:
        """Take snapshots off the list. An append-only server refuses, and restic ends with 0: compare the list afterwards."""
        for start in range(0, len(snapshots), _IDS_AT_ONCE):
            self._call(self._patiently(argv.forget(snapshots[start : start + _IDS_AT_ONCE])), _SHORT)

    def prune(self, *, seconds: float) -> None:
        """Remove the data that no snapshot needs."""
        self._call(self._patiently(argv.prune()), seconds)

    def copy_from(self, source: Repository, snapshots: Sequence[str], *, seconds: float) -> None:
        """Copy snapshots of another repository into this one, through the place. Unknown ones are passed over: look after."""
        for start in range(0, len(snapshots), _IDS_AT_ONCE):
            words = self._patiently(argv.copy(snapshots[start : start + _IDS_AT_ONCE]))
            self._call(words, seconds, env=source.environment_as_source())

    def _argv(self, words: Sequence[str], seconds: float) -> list[str]:
        own = [self._binary, *([] if self._cache else ["--no-cache"]), *words]
        # What has little time ends soon enough by itself.
        return argv.bounded(own if seconds <= _PROBE else argv.reaching(own, self.repository.url), seconds)

    def _patiently(self, words: Sequence[str]) -> list[str]:
        return argv.patient(words, self._lock_wait)

    def _check(self, words: Sequence[str], seconds: float) -> damage.Checked:
        done = self._run(self._patiently(words), seconds)
        found = damage.checked(done.stdout, done.stderr)
        if done.returncode == codes.COMPLETE and found is not None and not found.errors:
            return found
        if done.returncode == codes.FAILED and found is not None and found.errors and not codes.no_answer(done.stderr):
            return found
        raise codes.failure(done.returncode, done.stderr, where=self.place.name, seconds=seconds) or codes.ResticFailedError(
            f"{self.place.name}: restic ended its check without a clear word: {output.last_words(done.stderr)}",
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
        done = self._call(self._patiently(words), seconds, stdin=stdin, on_progress=on_progress)
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
        env: Mapping[str, str | Secret] | None = None,
        on_progress: Callable[[output.Progress], None] | None = None,
    ) -> Completed:
        done = self._run(words, seconds, stdin=stdin, env=env, on_progress=on_progress)
        if error := codes.failure(done.returncode, done.stderr, where=self.place.name, seconds=seconds):
            raise error
        return done

    def _run(
        self,
        words: Sequence[str],
        seconds: float,
        *,
        stdin: bytes | None = None,
        env: Mapping[str, str | Secret] | None = None,
        on_progress: Callable[[output.Progress], None] | None = None,
    ) -> Completed:
        def line(text: str) -> None:
            if on_progress and (found := output.progress(text)):
                on_progress(found)

        return self.place.run(
            self._argv(words, seconds),
            env={**self._env, **(env or {})},
            stdin=stdin,
            timeout=seconds,
            on_line=line,
        )
