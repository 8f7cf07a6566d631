"""Which repositories are there. One that was, and is no more, is never quietly made anew: perhaps its disk is not mounted."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import cached_property

from muhtar.backup.policy import Kept
from muhtar.backup.rota import key_of
from muhtar.backup.sources.base import MissingSourceError
from muhtar.doors.restic import NoRepositoryError, Repository, Restic, Snapshot
from muhtar.errors import MuhtarError
from muhtar.history import History
from muhtar.settings import Site

__all__ = ["PREFIX", "RepositoryGoneError", "Standing"]

PREFIX = "backup.repository/"
_log = logging.getLogger(__name__)


class RepositoryGoneError(MissingSourceError):
    """A repository that the history knows is not there any more."""


class Standing:
    """The repositories of a site, as the history knows them. `renew`: those that are gone may be made anew."""

    def __init__(self, site: Site, *, renew: bool = False, history: History | None = None) -> None:
        self._site = site.name
        self._renew = renew
        self._history = history or History.open()

    def open(self, kept: Kept, name: str, restic: Restic, *, like: Repository | None = None) -> list[Snapshot] | None:
        """What the repository `name` lists; None where there never was one, and it was made just now.

        `like` is the one that a new one will hold a copy of. Raises RepositoryGoneError, and the errors of restic.
        """
        key = _key(kept, name)
        try:
            listed: list[Snapshot] | None = restic.snapshots()
        except NoRepositoryError:
            since = self._known.get(key)
            if since and not self._renew:
                raise RepositoryGoneError(
                    f"the repository {name} on {kept.keeper.server} is gone; it was there since {since[:10]}",
                    mend="see whether the server's disk is mounted; if it is gone for good, --new-repository makes another one",
                ) from None
            restic.init(like)
            # What was read of the old one says nothing about this one.
            self._history.keep(key_of(kept.name, name), "", site=self._site)
            self._note(key)
            return None
        self._note(key)
        return listed

    def saw(self, kept: Kept, name: str) -> None:
        """The repository `name` is there: somebody else has looked."""
        self._note(_key(kept, name))

    @cached_property
    def _known(self) -> dict[str, str]:
        """Since when each one is there: asked once, for all hosts of a run."""
        return self._history.all_kept(PREFIX, site=self._site)

    def _note(self, key: str) -> None:
        """Have the history know it. A history that fails is told elsewhere, and must not keep a backup from being taken."""
        try:
            if key not in self._known:
                self._history.keep(key, datetime.now(UTC).isoformat(timespec="seconds"), site=self._site)
        except MuhtarError as error:
            _log.warning("the history could not note %s: %s", key, error.message)


def _key(kept: Kept, name: str) -> str:
    return f"{PREFIX}{kept.name}/{name}"
