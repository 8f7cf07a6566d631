"""The statements that mend differences, for people to read first and for the server to carry out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from muhtar.databases.difference import Difference
from muhtar.databases.model import Seen

__all__ = ["Statement", "of_difference", "preview", "scripts"]


@dataclass(frozen=True)
class Statement:
    """One statement, without its semicolon; `database` is where it must run, "" for anywhere on the server."""

    text: str
    database: str = ""


def of_difference(difference: Difference, seen: Seen) -> list[Statement]:
    """What mends it, in order."""
    if seen.engine == "mariadb":
        from muhtar.databases.mariadb_statements import render as mariadb

        return [statement for change in difference.changes for statement in mariadb(change, seen)]
    from muhtar.databases.postgresql_statements import render as postgresql

    return [statement for change in difference.changes for statement in postgresql(change)]


def preview(statements: Iterable[Statement]) -> str:
    """As one would type them: each database by itself."""
    lines: list[str] = []
    here = ""
    for statement in _ordered(statements):
        if statement.database != here:
            here = statement.database
            lines.append(f"-- in database {here}")
        lines.append(f"{statement.text};")
    return "\n".join(lines)


def scripts(statements: Iterable[Statement], seen: Seen, first: str | None) -> list[tuple[str | None, str]]:
    """What to run in which database, one transaction each; the server's own matters come first, in the database `first`.

    MariaDB knows no transactions of grants: there each statement stands for itself, and the first that fails ends it.
    """
    by_database: dict[str, list[str]] = {}
    for statement in _ordered(statements):
        by_database.setdefault(statement.database, []).append(f"{statement.text};\n")
    if seen.engine == "mariadb":
        return [(None, "".join(text for texts in by_database.values() for text in texts))]
    return [(database or first, "BEGIN;\n" + "".join(texts) + "COMMIT;\n") for database, texts in by_database.items()]


def _ordered(statements: Iterable[Statement]) -> list[Statement]:
    unique = dict.fromkeys(statements)
    return sorted(unique, key=lambda statement: (statement.database, not statement.text.startswith("CREATE ")))
