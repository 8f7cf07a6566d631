"""The tables of the history, and how they are made. One schema, told by its number in the database."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    func,
    select,
)
from sqlalchemy.schema import CreateIndex, CreateTable

from muhtar.errors import MuhtarError

__all__ = ["CHECKED", "KEPT", "OUTCOME", "REPORT", "SCHEMA", "create"]

SCHEMA = 1


class _Moment(TypeDecorator[datetime]):
    """A time in UTC; SQLite keeps none of the zone, so it is put back on reading."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return value.replace(tzinfo=UTC) if value else None


_meta = MetaData()
_version = Table("muhtar_schema", _meta, Column("version", Integer, primary_key=True))
REPORT = Table(
    "muhtar_report",
    _meta,
    Column("id", String(32), primary_key=True),
    Column("site", String(200), nullable=False),
    Column("workflow", String(200), nullable=False),
    Column("started", _Moment, nullable=False),
    Column("finished", _Moment, nullable=False),
    Column("exit_code", Integer, nullable=False),
    # The report without its outcomes: what was selected, limit, shard, notes.
    Column("body", Text, nullable=False),
)
CHECKED = Table(
    "muhtar_checked",
    _meta,
    Column("report", ForeignKey("muhtar_report.id"), primary_key=True),
    Column("target", String(200), primary_key=True),
    Column("check_id", String(200), primary_key=True),
    Column("site", String(200), nullable=False),
    Column("status", String(20), nullable=False),
    Column("finished", _Moment, nullable=False),
)
OUTCOME = Table(
    "muhtar_outcome",
    _meta,
    Column("report", ForeignKey("muhtar_report.id"), primary_key=True),
    Column("id", String(12), primary_key=True),
    Column("target", String(200), nullable=False),
    Column("check_id", String(200), nullable=False),
    Column("site", String(200), nullable=False),
    Column("status", String(20), nullable=False),
    Column("finished", _Moment, nullable=False),
    # Since when it has been bad without a break; for an ok outcome, the time of its report.
    Column("first_seen", _Moment, nullable=False),
    Column("body", Text, nullable=False),
)
# What a workflow has to know of its own earlier runs, at once and not only when its report is done.
KEPT = Table(
    "muhtar_kept",
    _meta,
    Column("site", String(200), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("body", Text, nullable=False),
)
_indexes = (
    Index("muhtar_checked_by_pair", CHECKED.c.site, CHECKED.c.check_id, CHECKED.c.target, CHECKED.c.finished),
    Index("muhtar_outcome_by_id", OUTCOME.c.id, OUTCOME.c.finished),
    Index("muhtar_outcome_by_pair", OUTCOME.c.site, OUTCOME.c.check_id, OUTCOME.c.target, OUTCOME.c.finished),
)


def create(connection: Connection) -> None:
    """Make what is missing. Raises MuhtarError for a database that a newer Muhtar has written."""
    for table in _meta.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
    for index in _indexes:
        connection.execute(CreateIndex(index, if_not_exists=True))
    version = connection.execute(select(func.max(_version.c.version))).scalar()
    if version is None:
        connection.execute(_version.insert().values(version=SCHEMA))
    elif version > SCHEMA:
        raise MuhtarError(
            f"the history is of schema {version}, this Muhtar knows {SCHEMA}", mend="update this checkout, or point it elsewhere"
        )
