"""Declared access against what a server really allows: accounts that are too many or too few, their powers and memberships."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time

from muhtar.databases.compare_rights import defaults, excess, missing, of_public
from muhtar.databases.declared import Declared
from muhtar.databases.difference import Change, Difference, rights_text
from muhtar.databases.held import Holdings
from muhtar.databases.model import Account, Seen
from muhtar.databases.register import PUBLIC
from muhtar.words import count

__all__ = ["compare"]


def compare(declared: Mapping[str, Declared], seen: Seen, day: date) -> list[Difference]:
    """All differences, account by account; superusers are told once, for they may do everything. Pure."""
    holdings = Holdings(declared, seen)
    found: list[Difference] = []
    for name in sorted({*declared, *seen.accounts} - {PUBLIC}):
        account, one = seen.accounts.get(name), declared.get(name)
        if account is not None and account.builtin:
            continue
        if account is None and one is not None:
            found += _absent_account(one, seen, holdings)
        elif account is not None:
            found += _account(account, one, seen, day)
            found += _memberships(account, one, seen, holdings)
            if not account.superuser:
                found += excess(account, one, holdings)
                found += missing(name, one, seen, holdings) if one else ()
    found += of_public(declared.get(PUBLIC), seen, holdings)
    found += defaults(declared, seen)
    return found


def _absent_account(one: Declared, seen: Seen, holdings: Holdings) -> Iterator[Difference]:
    if one.entry is None or one.ended is not None:
        if one.kept:
            yield _difference(
                one,
                "account",
                "the role declares it, and the server has no such account",
                "there",
                "(absent)",
                mend="./inv provision makes it",
            )
        return
    login = Change("login", one.name) if one.signs_in else None
    changes = (
        () if one.kept else (Change("create", one.name), *((login,) if login else ())),
        tuple(Change("join", one.name, name=role) for role in sorted(one.member_of)),
        tuple(Change("power", one.name, name=power) for power in sorted(one.powers)),
    )
    how = "its password is set by a person, or by postgresql_users in the vault" if one.signs_in else None
    yield _difference(
        one,
        "account",
        "is declared, and the server has no such account",
        f"{one.entry.kind}: {one.entry.who}",
        "(absent)",
        mend=how,
        changes=tuple(change for part in changes for change in part),
    )
    yield from missing(one.name, one, seen, holdings)


def _account(account: Account, one: Declared | None, seen: Seen, day: date) -> Iterator[Difference]:
    name = account.name
    if one is None:
        known = f"last login: {account.seen}"
        state = "may sign in" if account.login else "cannot sign in"
        yield Difference(
            f"{name}: undeclared",
            f"{name} is an account that nobody declared; {state}, {known}",
            "(no such account)",
            f"{state}; {known}" + (f"; {', '.join(sorted(account.powers))}" if account.powers else ""),
            mend=f"declare it in registers/access.yml, or {'let --apply lock it, then ' if account.login else ''}drop it by hand",
            changes=(Change("lock", name),) if account.login else (),
        )
    elif one.ended and account.login:
        yield _difference(
            one,
            "expired",
            f"its time ended on {one.ended}, and it still may sign in; last login: {account.seen}",
            f"cannot sign in since {one.ended}",
            "may sign in",
            changes=(Change("lock", name),),
        )
    elif one.signs_in is False and account.login and one.entry is not None:
        yield _difference(
            one, "account", "is a group, and may sign in", "cannot sign in", "may sign in", changes=(Change("lock", name),)
        )
    elif one.signs_in and not account.login:
        changes = () if one.kept else (Change("login", name),)
        mend = "then set its password"
        if one.kept:
            mend = "./inv provision: postgresql_users gives it no password"
        elif seen.engine == "mariadb":
            mend = "a person sets its password, and unlocks it: ALTER USER ... IDENTIFIED BY ... ACCOUNT UNLOCK"
        yield _difference(one, "account", "cannot sign in", "may sign in", "cannot sign in", mend=mend, changes=changes)
    if one is not None and one.signs_in and account.valid_until and account.valid_until < datetime.combine(day, time(), UTC):
        yield _difference(
            one,
            "password",
            f"its password ran out on {account.valid_until.date()}",
            "a password in force",
            f"valid until {account.valid_until.date()}",
            mend="set a new password, or end the entry",
        )
    wanted = one.powers if one else set()
    for power in sorted(account.powers - wanted):
        # A superuser has the other powers anyway.
        if power == "superuser" or not account.superuser:
            yield Difference(
                f"{name}: {power}",
                f"{name} is {power}, which nobody declared",
                ", ".join(sorted(wanted)) or "(no power)",
                ", ".join(sorted(account.powers)),
                one.intent if one else None,
                changes=(Change("no power", name, name=power),),
            )
    for power in sorted(wanted - account.powers if not account.superuser else ()):
        if one is not None:
            change = (Change("power", name, name=power),)
            yield _difference(one, power, f"is not {power}", power, "(no power)", changes=change)


def _memberships(account: Account, one: Declared | None, seen: Seen, holdings: Holdings) -> Iterator[Difference]:
    wanted = one.member_of if one else set()
    mine = {edge.role: edge for edge in seen.members if edge.member == account.name}
    for role, edge in sorted(mine.items()):
        if role in wanted:
            continue
        brings = holdings.brought(account.name, edge)
        gained = "all rights there are" if seen.accounts.get(role, account).superuser else count(len(brings), "right")
        how = "" if edge.inherit else ", by SET ROLE"
        ended = f", since {one.ended}" if one and one.ended else ""
        yield Difference(
            f"{account.name}: member of {role}",
            f"{account.name} is a member of {role}, which nobody declared{ended}: it brings {gained}{how}",
            f"member of {', '.join(sorted(wanted)) or 'nothing'}",
            f"{account.name} → {role}{how}" + (f"\n{rights_text(brings)}" if brings else ""),
            one.intent if one else None,
            changes=(Change("leave", account.name, name=role),),
        )
    for role in sorted(wanted - set(mine)):
        if one is not None:
            yield _difference(
                one,
                f"member of {role}",
                f"is not a member of {role}",
                f"member of {role}",
                "(no member)",
                changes=(Change("join", one.name, name=role),),
            )


def _difference(
    one: Declared, what: str, summary: str, wanted: str, found: str, *, mend: str | None = None, changes: tuple[Change, ...] = ()
) -> Difference:
    return Difference(
        f"{one.name}: {what}",
        f"{one.name} {summary}" if not summary.startswith("its") else f"{one.name}: {summary}",
        wanted,
        found,
        one.intent,
        mend,
        changes,
    )
