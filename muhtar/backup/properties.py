"""The 3-2-1 rule and the rhythms of the policy, held against what is declared and what earlier runs left in the history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from muhtar.backup import facts
from muhtar.backup.facts import Facts, Known
from muhtar.backup.outcomes import age
from muhtar.backup.plan import Job, Plan
from muhtar.backup.policy import Kept, Origin
from muhtar.backup.seen import Seen
from muhtar.outcome import Outcome, Status
from muhtar.protection import Property, Protection

__all__ = ["CHECK", "COPIES", "MEDIA", "Properties"]

CHECK = "backup.properties"
# Three copies, the original being one, on two media, one of them elsewhere.
COPIES, MEDIA = 3, 2
# How old the last look at a repository server may be that shows it as its role declares it: a month and some grace.
_SERVER = timedelta(days=35)


@dataclass(frozen=True)
class _Verdict:
    """One property of one system: is it there, what was wanted and found, how to come by it."""

    name: Property
    status: Status
    said: str
    wanted: str
    mend: str | None = None
    origin: Origin | None = None


class Properties:
    """The properties of one system's backups; `seen` is what its repository lists now."""

    def __init__(self, plan: Plan, job: Job, seen: Seen, known: Facts, now: datetime) -> None:
        self._plan = plan
        self._job = job
        self._policy = job.policy
        self._seen = seen
        self._known = known
        self._now = now
        self._verdicts = list(self._judged())

    def outcomes(self) -> list[Outcome]:
        """One outcome of `backup.properties` for each property."""
        return [self._outcome(verdict) for verdict in self._verdicts]

    def line(self) -> Protection:
        """The system's line of the table, as far as properties go; age and size are the caller's."""
        check, drill = self._of(facts.CHECK), self._of(facts.DRILL)
        return Protection(
            system=self._job.name,
            rpo_hours=self._policy.rpo_hours,
            copies=self._copies(),
            media=self._media(),
            offsite=self._offsite(),
            append_only=self._status("append_only") is Status.OK,
            checked=check.last_ok,
            read=self._share(),
            drilled=drill.last_ok,
            rto_seconds=drill.seconds if drill.last_ok and not drill.trouble else None,
            lacks=tuple(verdict.name for verdict in self._verdicts if verdict.status is Status.FINDING),
            unknown=tuple(verdict.name for verdict in self._verdicts if verdict.status is Status.UNCHECKED),
        )

    def _judged(self) -> Iterator[_Verdict]:
        yield self._copies_verdict()
        yield self._media_verdict()
        yield self._offsite_verdict()
        yield self._append_only_verdict()
        within = timedelta(days=self._policy.read_all_within_days)
        yield self._rhythm("check", facts.CHECK, within, "read_all_within_days", "./inv backup.check")
        within = timedelta(days=self._policy.drill_every_days)
        yield self._rhythm("drill", facts.DRILL, within, "drill_every_days", "./inv backup.drill")

    def _copies_verdict(self) -> _Verdict:
        wanted = f"{COPIES} copies: the original, the repository, a second one"
        second, copies, origin = self._policy.second, self._copies(), self._policy.origins.get("second")
        if copies is None:
            return _Verdict("copies", Status.UNCHECKED, "the repository could not be asked", wanted, origin=origin)
        if second is None:
            mend = f"name a `second` repository in {self._plan.intent.file}, on another server"
            return _Verdict("copies", Status.FINDING, "no second copy is declared", wanted, mend, origin)
        said = f"{copies} of {COPIES}; {self._copied(second)}"
        if copies < COPIES:
            mend = (
                f"./inv backup.copy --limit {self._job.name}" if self._whole() else f"./inv backup.run --limit {self._job.name}"
            )
            return _Verdict("copies", Status.FINDING, said, wanted, mend, origin)
        return _Verdict("copies", Status.OK, said, wanted, origin=origin)

    def _copied(self, second: Kept) -> str:
        last = self._of(facts.COPY).last_ok
        return f"copied to {second.name} {age(self._now - last)} ago" if last else f"never copied to {second.name}"

    def _media_verdict(self) -> _Verdict:
        wanted = f"{MEDIA} media, that of the system itself being one"
        bare = [kept.name for kept in self._policy.repositories if kept.keeper.medium is None]
        named = [str(kept.keeper.medium) for kept in self._policy.repositories if kept.keeper.medium]
        if self._media() < MEDIA:
            mend = f"say the `medium` of {', '.join(bare)} in {self._plan.intent.file}"
            return _Verdict("media", Status.FINDING, "nobody says what the backups are written on", wanted, mend, self._first)
        return _Verdict("media", Status.OK, f"its own, {', '.join(dict.fromkeys(named))}", wanted, origin=self._first)

    def _offsite_verdict(self) -> _Verdict:
        wanted = "one copy away from the building"
        away = [kept.name for kept in self._policy.repositories if kept.keeper.offsite]
        if not away:
            mend = f"copy to a server elsewhere, and mark it `offsite: true` in {self._plan.intent.file}"
            return _Verdict("offsite", Status.FINDING, "no copy is off-site", wanted, mend, self._first)
        if self._policy.keeper.offsite and self._whole() is None:
            return _Verdict("offsite", Status.UNCHECKED, "the repository could not be asked", wanted, origin=self._first)
        if not self._offsite():
            mend = f"./inv backup.copy --limit {self._job.name}"
            return _Verdict("offsite", Status.FINDING, f"nothing young enough is in {away[0]}", wanted, mend, self._first)
        return _Verdict("offsite", Status.OK, f"in {', '.join(away)}", wanted, origin=self._first)

    def _append_only_verdict(self) -> _Verdict:
        keeper, name = self._policy.keeper, self._policy.repositories[0].name
        wanted = "a repository to which the system can only add"
        if not keeper.append_only:
            mend = f"role backup_server makes {keeper.server} such; then say `append_only: true` in {self._plan.intent.file}"
            return _Verdict("append_only", Status.FINDING, f"{name} is not declared append-only", wanted, mend, self._first)
        looks = [self._known.of(check, [keeper.server]).last_ok for check in (facts.DRIFT, facts.PROVISION)]
        last = max((look for look in looks if look), default=None)
        if last is None or self._now - last > _SERVER:
            when = f"{age(self._now - last)} ago" if last else "never"
            said = f"declared of {name}, but {keeper.server} was last seen as declared {when}"
            return _Verdict(
                "append_only", Status.FINDING, said, wanted, f"./inv drift.check --limit {keeper.server}", self._first
            )
        said = f"{keeper.server} was as declared {age(self._now - last)} ago"
        return _Verdict("append_only", Status.OK, said, wanted, origin=self._first)

    def _rhythm(self, name: Property, check: str, within: timedelta, key: str, command: str) -> _Verdict:
        known = self._of(check)
        wanted = f"one that went well within {within.days} days"
        mend = f"{command} --limit {self._job.name}"
        origin = self._policy.origins.get(key)
        if known.trouble:
            said = f"the last one did not go well: {known.trouble.summary}"
            return _Verdict(name, Status.FINDING, said, wanted, known.trouble.mend or mend, origin)
        if known.last_ok is None:
            return _Verdict(name, Status.FINDING, "never", wanted, mend, origin)
        said = f"{age(self._now - known.last_ok)} ago"
        if name == "check" and (share := self._share()) is not None:
            said += f", {share:.1%} of the data read"
        if name == "drill":
            said += f", back in {known.seconds:.0f} s"
        late = self._now - known.last_ok > within
        return _Verdict(name, Status.FINDING if late else Status.OK, said, wanted, mend if late else None, origin)

    @property
    def _first(self) -> Origin | None:
        return self._policy.origins.get("repository")

    def _share(self) -> float | None:
        repositories = self._policy.repositories
        return self._known.share((kept, kept.keeper.repository_of(self._job.name)) for kept in repositories)

    def _of(self, check: str) -> Known:
        # Checks and copies speak of repositories: the host's own, or one that it shares.
        shared = [kept.keeper.shared for kept in self._policy.repositories if kept.keeper.shared]
        return self._known.of(check, [self._job.name, *shared])

    def _whole(self) -> bool | None:
        """Is there a whole snapshot of every source? None where nobody could look."""
        if self._seen.error:
            return None
        return all(self._seen.newest(item.source) is not None for item in self._job.items)

    def _second_is_young(self) -> bool:
        """A copy may lag behind by as much again as the RPO allows the backup itself."""
        last = self._of(facts.COPY).last_ok
        return last is not None and self._now - last <= 2 * timedelta(hours=self._policy.rpo_hours)

    def _copies(self) -> int | None:
        whole = self._whole()
        if whole is None:
            return None
        return 1 + whole + (self._policy.second is not None and self._second_is_young())

    def _media(self) -> int:
        return 1 + len({kept.keeper.medium for kept in self._policy.repositories if kept.keeper.medium})

    def _offsite(self) -> bool:
        second = self._policy.second
        if self._policy.keeper.offsite and self._whole():
            return True
        return second is not None and second.keeper.offsite and self._second_is_young()

    def _status(self, name: Property) -> Status:
        return next(verdict.status for verdict in self._verdicts if verdict.name == name)

    def _outcome(self, verdict: _Verdict) -> Outcome:
        return Outcome(
            target=self._job.name,
            check=CHECK,
            subject=verdict.name.replace("_", "-"),
            status=verdict.status,
            summary=verdict.said,
            wanted=verdict.wanted,
            mend=verdict.mend,
            intent=(verdict.origin.intent if verdict.origin else None) or self._plan.intent,
            started=datetime.now(UTC),
        )
