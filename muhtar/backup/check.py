"""backup.check: read a part of every repository's data, in turn, and name what is damaged and whom it hurts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from muhtar.backup.locks import through
from muhtar.backup.outcomes import age
from muhtar.backup.plan import Plan
from muhtar.backup.rota import Rota, key_of
from muhtar.backup.stores import Store, stores
from muhtar.backup.verdicts import Verdicts, on_stores
from muhtar.doors.restic import Checked, NoRepositoryError, Restic
from muhtar.errors import MuhtarError
from muhtar.history import History
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.words import count, some

__all__ = ["CHECK", "check", "rota_of"]

CHECK = "backup.check"
# One part of a large repository over a slow line; seconds.
_PATIENCE = 6 * 3600.0
_SHOWN = 5


def check(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    progress: Progress,
    plan: Plan | None = None,
    now: datetime | None = None,
) -> ReportBuilder:
    """Check the structure of the selected hosts' repositories, first and second, and read the parts of their data that are due.

    One outcome of `backup.check` per repository. Findings: damage, with the packs and the snapshots that it hurts; data that
    was not read within the policy's days. How far the reading is, is kept after each part.
    """
    plan = plan or Plan.make(site, limit, shard)
    builder = ReportBuilder("backup.check", site.name, limit=limit, shard=shard)
    history = History.open()

    def work(store: Store, verdicts: Verdicts) -> Outcome:
        return _Reader(store, history, builder.note, progress, now).read(verdicts)

    return on_stores(builder, plan, stores(plan), CHECK, work, phase="Reading the repositories", progress=progress)


def rota_of(store: Store, history: History, now: datetime) -> Rota:
    """How far the reading of a repository is."""
    return Rota.of(history.kept(_key(store), site=store.plan.site.name), _days(store), now)


class _Reader:
    """The check of one repository."""

    def __init__(
        self, store: Store, history: History, note: Callable[[str], None], progress: Progress, now: datetime | None
    ) -> None:
        self._store = store
        self._note = note
        self._history = history
        self._progress = progress
        self._now = now or datetime.now(UTC)

    def read(self, verdicts: Verdicts) -> Outcome:
        """Read what is due, and judge the whole."""
        store, rota = self._store, rota_of(self._store, self._history, self._now)
        restic = store.here()
        due = rota.due(self._now)
        seen: list[Checked] = []
        try:
            # Of a server that is down this says so soon; a check would try for a quarter of an hour.
            restic.snapshots()
        except NoRepositoryError:
            return verdicts.make(
                Status.FINDING, "there is no repository yet", wanted="a repository", found="none", mend="./inv backup.run"
            )
        for part in due:
            self._progress.activity(store.name, f"reading part {part} of {rota.parts} in {store.kept.name}")
            found = through(restic, partial(_check, part, rota.parts), store.elsewhere(), self._note)
            rota.was_read(part, self._now, whole=not found.errors)
            self._history.keep(_key(store), rota.text(), site=store.plan.site.name)
            seen.append(found)
        return self._judged(verdicts, restic, rota, due, seen)

    def _judged(self, verdicts: Verdicts, restic: Restic, rota: Rota, due: list[int], seen: list[Checked]) -> Outcome:
        read = f"read {_parts(due)} of {rota.parts}"
        if any(found.errors for found in seen):
            packs = list(dict.fromkeys(pack for found in seen for pack in found.packs))
            words = list(dict.fromkeys(word for found in seen for word in found.words))
            summary = f"{read}: {_named(packs)}; {self._hurt(restic, packs)}"
            return verdicts.make(
                Status.FINDING,
                summary,
                wanted="every pack as it was written",
                found="\n".join([*packs, *words]),
                mend=self._mend(),
            )
        wanted = f"all of the data read within {rota.days} days"
        if late := rota.overdue(self._now):
            text = f"{read}; not read within {rota.days} days: {_parts(late)}"
            return verdicts.make(Status.FINDING, text, wanted=wanted, found=text, mend="run ./inv backup.check every day")
        done = f"all of it within {age(self._now - rota.since)}" if rota.share == 1 else f"{rota.share:.0%} since it began"
        return verdicts.make(Status.OK, f"{read}, no damage; read {done}")

    def _hurt(self, restic: Restic, packs: list[str]) -> str:
        """Whose snapshots need the damaged packs."""
        if not packs:
            return "restic names no pack; see `found`"
        try:
            ids = restic.hurt_by(packs)
            snapshots = {shot.id: shot for shot in restic.snapshots()}
        except MuhtarError as error:
            return f"which snapshots it hurts could not be found out: {error.message}"
        if not ids:
            return "no snapshot needs it"
        listed = sorted((snapshots[one] for one in ids if one in snapshots), key=lambda shot: shot.time, reverse=True)
        names = [f"{shot.host} {shot.tag('source') or '?'} {shot.time:%Y-%m-%d %H:%M} ({shot.id[:8]})" for shot in listed]
        return f"hurts {count(len(ids), 'snapshot')}: {some(names, _SHOWN)}"

    def _mend(self) -> str:
        other = self._store.jobs[0].policy.repositories
        copy = next((one.name for one in other if one.name != self._store.kept.name), None)
        whole = f"; {copy} has another copy" if copy else ""
        return f"docs/backup.md, Check: repair the packs on the server, then ./inv backup.run{whole}"


def _check(part: int, parts: int, restic: Restic) -> Checked:
    return restic.check(part, parts, seconds=_PATIENCE)


def _key(store: Store) -> str:
    return key_of(store.kept.name, store.name)


def _days(store: Store) -> int:
    """The strictest of the hosts whose backups are in it."""
    return min(job.policy.read_all_within_days for job in store.jobs)


def _parts(parts: list[int]) -> str:
    return f"part{'s' if len(parts) > 1 else ''} {', '.join(map(str, parts))}"


def _named(packs: list[str]) -> str:
    if not packs:
        return "errors"
    return f"damaged {'pack' if len(packs) == 1 else 'packs'} {some([pack[:12] for pack in packs], _SHOWN)}"
