"""The register of access as it is read: with the lines of its entries, and against the inventory that it speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from muhtar.databases.register import NAMED, PUBLIC, Access, Entry
from muhtar.errors import MuhtarError, RegisterError
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Intent
from muhtar.registers.document import Document
from muhtar.registers.load import intent_of, load_with_lines
from muhtar.settings import Site

__all__ = ["Book", "read_book", "register_of"]

_REGISTER = "access"


@dataclass(frozen=True)
class Book:
    """The register, and where each of its entries stands."""

    access: Access
    document: Document

    def on(self, target: Target) -> list[Entry]:
        """The entries that speak of this host, in their order."""
        return [entry for entry in self.access.accounts if any(_speaks(name, target) for name in entry.servers)]

    def intent(self, entry: Entry, right: int | None = None) -> Intent:
        """Where the entry, or one of its rights, is written down."""
        place = ("accounts", self.access.accounts.index(entry))
        return intent_of(self.document, (*place, *(("rights", right) if right is not None else ())))


def register_of(site: Site) -> Path | None:
    """The register's path; None where the town has none."""
    path = site.register(_REGISTER)
    return path if path.is_file() else None


def read_book(site: Site, inventory: Inventory) -> Book:
    """The register of the site. Raises RegisterError with all that is wrong in it: names that nothing has, an account twice."""
    path = site.register(_REGISTER)
    access, document = load_with_lines(path, Access)
    book = Book(access, document)
    problems = [*_unknown_servers(book, inventory), *_doubles(book, inventory), *_unknown_groups(book, inventory)]
    problems += _misplaced(book)
    if problems:
        problems.sort(key=lambda problem: problem.line or 0)
        count = f"{len(problems)} mistakes" if len(problems) > 1 else "a mistake"
        raise RegisterError(f"the register has {count}", path=path, problems=problems)
    return book


def _speaks(name: str, target: Target) -> bool:
    return name == target.name or target.in_group(name)


def _unknown_servers(book: Book, inventory: Inventory) -> list[MuhtarError]:
    known = {*inventory.hosts, *inventory.groups, "all"}
    return [
        book.document.problem(
            f"{name!r} is neither a host nor a group of the inventory",
            ("accounts", index, "servers", place),
            mend="./inv inventory.graph lists both",
        )
        for index, entry in enumerate(book.access.accounts)
        for place, name in enumerate(entry.servers)
        if name not in known
    ]


def _hosts(entry: Entry, inventory: Inventory) -> set[str]:
    return {host for name in entry.servers for host in inventory.groups.get(name, (name,))}


def _doubles(book: Book, inventory: Inventory) -> list[MuhtarError]:
    found: list[MuhtarError] = []
    seen: dict[tuple[str, str], int] = {}
    for index, entry in enumerate(book.access.accounts):
        for host in sorted(_hosts(entry, inventory)):
            first = seen.setdefault((host, entry.account), index)
            if first != index:
                line = book.document.line(("accounts", first))
                found.append(
                    book.document.problem(
                        f"the account {entry.account} of {host} is declared already (line {line})",
                        ("accounts", index, "account"),
                        mend="write all rights of an account on a server in one entry",
                    )
                )
                break
    return found


def _unknown_groups(book: Book, inventory: Inventory) -> list[MuhtarError]:
    declared = {(host, entry.account) for entry in book.access.accounts for host in _hosts(entry, inventory)}
    own = {
        (host, str(user["name"]))
        for host in {host for host, _ in declared if host in inventory.hosts}
        for user in inventory.target(host).vars.get("postgresql_users") or ()
    }
    return [
        book.document.problem(
            f"nobody declares the group {group} on {host}",
            ("accounts", index, "member_of", place),
            mend="declare it too, as kind: group",
        )
        for index, entry in enumerate(book.access.accounts)
        for place, group in enumerate(entry.member_of)
        for host in sorted(_hosts(entry, inventory))[:1]
        if not group.startswith("pg_") and (host, group) not in declared | own
    ]


def _misplaced(book: Book) -> list[MuhtarError]:
    """A right whose words fit nothing of what it names: it would give nothing, silently."""
    found = []
    for index, entry in enumerate(book.access.accounts):
        for place, right in enumerate(entry.rights):
            here = ("accounts", index, "rights", place)
            if entry.account == PUBLIC and "owner" in right.may:
                found.append(book.document.problem("PUBLIC owns nothing", (*here, "may"), mend="name an account"))
            if right.database == "*" and not all(NAMED.match(word) for word in right.may):
                found.append(
                    book.document.problem(
                        "rights on the whole server go by their own names",
                        (*here, "may"),
                        mend="write them in capitals: [PROCESS]",
                    )
                )
            if right.database == "*" and (right.tables or right.in_schema):
                found.append(book.document.problem("the whole server has no tables", here, mend="name the database"))
    return found
