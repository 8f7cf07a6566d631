"""Past reports, kept in a database: what is new, what came back, what was mended, when something last succeeded.

SQLite in the state folder by default; any database that SQLAlchemy knows by `MUHTAR_HISTORY_URL`, so that several runners share
one history. A report is written in one transaction: a kill at any moment loses that report or nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Subquery,
    Table,
    and_,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, ProgrammingError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from muhtar.errors import MuhtarError
from muhtar.history_past import Past, past_of
from muhtar.history_runs import before, named
from muhtar.history_tables import CHECKED, KEPT, OUTCOME, REPORT, SCHEMA, create
from muhtar.outcome import LOOKED, Outcome, Status, worst
from muhtar.report import Report
from muhtar.secrets import redact, remember
from muhtar.settings import home

__all__ = ["MOST_TEXT", "SCHEMA", "Comparison", "History"]

# Of each text of an outcome, so many characters are kept.
MOST_TEXT = 20_000
_TEXTS = ("wanted", "found", "diff", "commands")
_CUT = "… (the history keeps no more of it; the run's own report has it all)"
_BUSY_SECONDS = 30.0
_LOOKED = tuple(sorted(LOOKED))
# What a waiver covers is as good as ok while it is in term.
_WELL = (Status.OK.value, Status.WAIVED.value)


@dataclass(frozen=True)
class Comparison:
    """A report against the history. Everything that is not ok is a problem here, whether finding, error or unchecked.

    `new` was never seen before; `regressed` had been gone and is back; `unchanged` was there the last time that somebody looked;
    `fixed` was, and a look at the same target by the same check shows that it is gone (these outcomes are the old ones).
    What is hidden because its target could not be checked is in none of them. `first_seen` maps the id of each present problem
    to when its present spell began; `since` is when the last run before ended that did one of these checks on one of these
    targets, None for the first.
    """

    new: tuple[Outcome, ...] = ()
    regressed: tuple[Outcome, ...] = ()
    fixed: tuple[Outcome, ...] = ()
    unchanged: tuple[Outcome, ...] = ()
    first_seen: dict[str, datetime] = field(default_factory=dict)
    since: datetime | None = None


class History:
    """The database of past reports. Safe for several processes at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        try:
            self._prepare()
        except (IntegrityError, ProgrammingError):
            # Two runners met a new database at once, and the other one was first: now everything is there.
            self._prepare()

    @classmethod
    def open(cls, url: str | None = None) -> History:
        """The history at `url`, at MUHTAR_HISTORY_URL, or in the state folder; made if it is not there yet.

        Raises MuhtarError where it cannot be opened.
        """
        chosen = url or os.environ.get("MUHTAR_HISTORY_URL")
        if not chosen:
            home().mkdir(parents=True, exist_ok=True)
            chosen = f"sqlite:///{home() / 'history.db'}"
        mend = "give MUHTAR_HISTORY_URL a URL that SQLAlchemy knows, and install its driver into the virtual environment"
        try:
            parsed = make_url(chosen)
            if parsed.password:
                remember(str(parsed.password))
            options: dict[str, Any] = {"connect_args": {"timeout": _BUSY_SECONDS}} if parsed.drivername == "sqlite" else {}
            engine = create_engine(parsed, **options)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
            raise MuhtarError(f"cannot open the history: {redact(str(error))}", mend=mend) from error
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _tune_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        try:
            return cls(engine)
        except SQLAlchemyError as error:
            raise MuhtarError(
                f"cannot open the history {parsed!r}: {_words(error)}",
                mend="see that its folder or server is there, and that it knows the database and user of MUHTAR_HISTORY_URL",
            ) from error

    def record(self, report: Report) -> None:
        """Keep a report, whole or not at all. Recording the same report again changes nothing."""
        with self._transaction() as connection:
            if connection.execute(select(REPORT.c.id).where(REPORT.c.id == report.id)).first():
                return
            first_seen = _compare(connection, report).first_seen
            connection.execute(
                REPORT.insert().values(
                    id=report.id,
                    site=report.site,
                    workflow=report.workflow,
                    started=report.started,
                    finished=report.finished,
                    exit_code=report.exit_code,
                    body=report.model_dump_json(exclude={"outcomes"}),
                )
            )
            shared = {"report": report.id, "site": report.site, "finished": report.finished}
            connection.execute(
                CHECKED.insert(),
                [
                    {**shared, "target": target, "check_id": check, "status": worst(outcomes).value}
                    for (target, check), outcomes in report.by_pair.items()
                ],
            )
            connection.execute(
                OUTCOME.insert(),
                [
                    {
                        **shared,
                        "id": outcome.id,
                        "target": outcome.target,
                        "check_id": outcome.check,
                        "status": outcome.status.value,
                        "first_seen": first_seen.get(outcome.id, report.started),
                        "body": _bounded(outcome).model_dump_json(),
                    }
                    for outcome in report.outcomes
                ],
            )

    def compare(self, report: Report) -> Comparison:
        """What is new, regressed, fixed and unchanged against the reports recorded before this one."""
        with self._transaction() as connection:
            return _compare(connection, report)

    def last_outcomes(self, check_ids: Iterable[str], *, site: str | None = None) -> list[Outcome]:
        """Of each target, all outcomes of the newest run of each of these checks (of one site, or of all)."""
        newest = _newest(CHECKED.c.check_id.in_(list(check_ids)), *_of_site(CHECKED, site))
        query = (
            select(OUTCOME.c.body)
            .join(newest, _same_pair(newest) & (OUTCOME.c.finished == newest.c.finished))
            .order_by(OUTCOME.c.check_id, OUTCOME.c.target, OUTCOME.c.id)
        )
        with self._transaction() as connection:
            return [Outcome.model_validate_json(row.body) for row in connection.execute(query)]

    def last_success(self, check_ids: Iterable[str], *, site: str | None = None) -> dict[tuple[str, str], datetime]:
        """When each (target, check) was last ok (or waived) as a whole. One that never was is not in it."""
        query = (
            select(CHECKED.c.target, CHECKED.c.check_id, func.max(CHECKED.c.finished).label("finished"))
            .where(CHECKED.c.check_id.in_(list(check_ids)), CHECKED.c.status.in_(_WELL), *_of_site(CHECKED, site))
            .group_by(CHECKED.c.target, CHECKED.c.check_id)
        )
        with self._transaction() as connection:
            return {(row.target, row.check_id): _aware(row.finished) for row in connection.execute(query)}

    def overdue(
        self, targets: Iterable[str], check_id: str, within: timedelta, *, now: datetime | None = None, site: str | None = None
    ) -> dict[str, datetime | None]:
        """Targets whose check was not ok `within` that time before `now`, and when it last was (None: never)."""
        limit = (now or datetime.now(UTC)) - within
        last = self.last_success([check_id], site=site)
        found = {target: last.get((target, check_id)) for target in targets}
        return {target: moment for target, moment in found.items() if moment is None or moment < limit}

    def reports(self, workflow: str | None = None, *, site: str | None = None, limit: int = 20) -> list[Report]:
        """The newest reports, newest first."""
        query = select(REPORT).where(*_of_site(REPORT, site)).order_by(REPORT.c.finished.desc()).limit(limit)
        if workflow:
            query = query.where(REPORT.c.workflow == workflow)
        with self._transaction() as connection:
            return [_rebuild(connection, row) for row in connection.execute(query).all()]

    def past(self, identifier: str, *, site: str) -> Past:
        """What is kept of the outcome whose id begins so. Raises UsageError for none, or several."""
        with self._transaction() as connection:
            return past_of(connection, identifier, site)

    def run_named(self, identifier: str, *, site: str) -> Report:
        """The report of that id, or of an unambiguous beginning of it. Raises UsageError for none, or several."""
        with self._transaction() as connection:
            return _rebuild(connection, named(connection, identifier, site))

    def run_before(self, moment: datetime, workflow: str, *, site: str, like: Report | None = None) -> Report | None:
        """The newest report of the workflow that ended before `moment`; with `like`, one of the same selection as that."""
        with self._transaction() as connection:
            row = before(connection, moment, workflow, site, like)
            return None if row is None else _rebuild(connection, row)

    def problems_before(self, moment: datetime, identifiers: Iterable[str], *, site: str) -> set[str]:
        """Those of these outcomes that some run before `moment` did not find ok."""
        with self._transaction() as connection:
            return _ever_bad(connection, list(identifiers), OUTCOME.c.site == site, OUTCOME.c.finished < moment)

    def keep(self, key: str, text: str, *, site: str) -> None:
        """Keep a text under a name, at once; what was there before is gone."""
        with self._transaction() as connection:
            connection.execute(KEPT.delete().where(KEPT.c.site == site, KEPT.c.key == key))
            connection.execute(KEPT.insert().values(site=site, key=key, body=text))

    def kept(self, key: str, *, site: str) -> str | None:
        """The text that was kept under a name."""
        with self._transaction() as connection:
            return connection.execute(select(KEPT.c.body).where(KEPT.c.site == site, KEPT.c.key == key)).scalar()

    def all_kept(self, prefix: str, *, site: str) -> dict[str, str]:
        """Every text that was kept under a name that begins so."""
        query = select(KEPT.c.key, KEPT.c.body).where(KEPT.c.site == site, KEPT.c.key.startswith(prefix, autoescape=True))
        with self._transaction() as connection:
            return {row.key: row.body for row in connection.execute(query).all()}

    def forget(self, prefix: str, *, site: str) -> None:
        """Keep no text any more whose name begins so."""
        with self._transaction() as connection:
            connection.execute(KEPT.delete().where(KEPT.c.site == site, KEPT.c.key.startswith(prefix, autoescape=True)))

    def _prepare(self) -> None:
        with self._engine.connect() as connection, connection.begin():
            create(connection)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection, connection.begin():
                yield connection
        except SQLAlchemyError as error:
            raise MuhtarError(
                f"the history {self._engine.url!r} failed: {_words(error)}",
                mend="see that its disk or server is well, then run again",
            ) from error


def _words(error: SQLAlchemyError) -> str:
    lines = redact(str(getattr(error, "orig", None) or error)).splitlines()
    return lines[0] if lines else type(error).__name__


def _compare(connection: Connection, report: Report) -> Comparison:
    checks = sorted({pair.check for pair in report.selected})
    pairs = report.by_pair
    open_before = _open_problems(connection, report, checks)
    bad = {outcome.id: outcome for outcome in report.outcomes if outcome.status is not Status.OK}
    asked = [identifier for identifier in bad if identifier not in open_before]
    known = _ever_bad(connection, asked, OUTCOME.c.site == report.site, OUTCOME.c.report != report.id)
    new: list[Outcome] = []
    regressed: list[Outcome] = []
    unchanged: list[Outcome] = []
    first_seen: dict[str, datetime] = {}
    for identifier, outcome in bad.items():
        if identifier in open_before:
            unchanged.append(outcome)
            first_seen[identifier] = open_before[identifier].first_seen
        else:
            (regressed if identifier in known else new).append(outcome)
            first_seen[identifier] = report.started
    fixed = [
        row.outcome
        for identifier, row in open_before.items()
        if identifier not in bad and (found := pairs.get((row.outcome.target, row.outcome.check))) and worst(found) in LOOKED
    ]
    since = _last_run(connection, report, checks, pairs)
    return Comparison(tuple(new), tuple(regressed), tuple(fixed), tuple(unchanged), first_seen, since)


def _last_run(
    connection: Connection, report: Report, checks: Sequence[str], pairs: Container[tuple[str, str]]
) -> datetime | None:
    newest = _newest(CHECKED.c.site == report.site, CHECKED.c.check_id.in_(checks), CHECKED.c.report != report.id)
    rows = connection.execute(select(newest.c.target, newest.c.check_id, newest.c.finished))
    return max((_aware(row.finished) for row in rows if (row.target, row.check_id) in pairs), default=None)


@dataclass(frozen=True)
class _Problem:
    outcome: Outcome
    first_seen: datetime


def _open_problems(connection: Connection, report: Report, checks: Sequence[str]) -> dict[str, _Problem]:
    """What was bad when its pair was last looked at, or since. An unreachable host does not make its findings go away."""
    looked = _newest(
        CHECKED.c.site == report.site,
        CHECKED.c.check_id.in_(checks),
        CHECKED.c.status.in_(_LOOKED),
        CHECKED.c.report != report.id,
    )
    query = (
        select(OUTCOME.c.body, OUTCOME.c.first_seen)
        .outerjoin(looked, _same_pair(looked))
        .where(
            OUTCOME.c.site == report.site,
            OUTCOME.c.check_id.in_(checks),
            OUTCOME.c.report != report.id,
            OUTCOME.c.status != Status.OK.value,
            (looked.c.finished.is_(None)) | (OUTCOME.c.finished >= looked.c.finished),
        )
        .order_by(OUTCOME.c.finished)
    )
    found: dict[str, _Problem] = {}
    for row in connection.execute(query):
        outcome = Outcome.model_validate_json(row.body)
        began = min(row.first_seen, found[outcome.id].first_seen) if outcome.id in found else row.first_seen
        found[outcome.id] = _Problem(outcome, began)
    return found


def _ever_bad(connection: Connection, identifiers: Sequence[str], *conditions: ColumnElement[bool]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(identifiers), 500):  # a statement takes only so many values
        query = select(OUTCOME.c.id).where(
            OUTCOME.c.id.in_(identifiers[start : start + 500]), OUTCOME.c.status != Status.OK.value, *conditions
        )
        found.update(connection.execute(query.distinct()).scalars())
    return found


def _newest(*conditions: ColumnElement[bool]) -> Subquery:
    """When each target was last looked at by each check, of the looks that meet the conditions."""
    return (
        select(CHECKED.c.site, CHECKED.c.target, CHECKED.c.check_id, func.max(CHECKED.c.finished).label("finished"))
        .where(*conditions)
        .group_by(CHECKED.c.site, CHECKED.c.target, CHECKED.c.check_id)
        .subquery()
    )


def _same_pair(other: Subquery) -> ColumnElement[bool]:
    return and_(OUTCOME.c.site == other.c.site, OUTCOME.c.target == other.c.target, OUTCOME.c.check_id == other.c.check_id)


def _of_site(table: Table, site: str | None) -> list[ColumnElement[bool]]:
    return [] if site is None else [table.c.site == site]


def _bounded(outcome: Outcome) -> Outcome:
    """The outcome as it is kept: a diff of megabytes is of no use to a reader, and would be kept again by each run."""
    texts = {key: text for key in _TEXTS if (text := getattr(outcome, key)) and len(text) > MOST_TEXT}
    return outcome.model_copy(update={key: f"{text[:MOST_TEXT]}\n{_CUT}" for key, text in texts.items()}) if texts else outcome


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _rebuild(connection: Connection, row: Row[Any]) -> Report:
    bodies = connection.execute(select(OUTCOME.c.body).where(OUTCOME.c.report == row.id)).scalars()
    return Report.model_validate({**json.loads(row.body), "outcomes": [json.loads(body) for body in bodies]})


def _tune_sqlite(connection: Any, entry: ConnectionPoolEntry) -> None:
    del entry
    # Python's own transaction handling begins late; `_begin_sqlite` begins where SQLAlchemy says so.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {int(_BUSY_SECONDS * 1000)}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # Taking the write lock at once makes a second writer wait its turn instead of failing half-way.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
