"""`drift.access` and `drift.database`: what is declared for the database servers against what they say of themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from muhtar.databases.book import Book, read_book, register_of
from muhtar.databases.compare import compare
from muhtar.databases.declared import Declared, declared_on
from muhtar.databases.difference import Difference
from muhtar.databases.look import Looked, look
from muhtar.databases.model import Seen
from muhtar.databases.secure import judge
from muhtar.databases.statements import of_difference, preview
from muhtar.errors import MuhtarError, UnreachableError
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Intent, Outcome, Status
from muhtar.progress import Progress
from muhtar.registers.load import intent_of_file
from muhtar.settings import Site
from muhtar.words import count

__all__ = ["ACCESS", "GROUP", "SAFE", "View", "access_outcomes", "examine", "outcomes"]

ACCESS = "drift.access"
SAFE = "drift.database"
GROUP = "databases"


@dataclass(frozen=True)
class View:
    """One server, looked at: what it said, what is declared for it, and how the two differ."""

    target: Target
    looked: Looked
    declared: Mapping[str, Declared] = field(default_factory=dict)
    differences: Sequence[Difference] = ()

    @property
    def seen(self) -> Seen:
        """What the server said. Raises what kept it from saying anything."""
        if self.looked.seen is None:
            raise self.looked.error or UnreachableError(f"{self.target.name} was not looked at")
        return self.looked.seen


def examine(site: Site, inventory: Inventory, targets: Sequence[Target], *, progress: Progress) -> list[View]:
    """Look at these servers, and compare. Raises RegisterError for a wrong register; without one, nothing is compared."""
    book = read_book(site, inventory) if register_of(site) else None
    progress.phase("access to databases", total=len(targets))
    looked = look(site, targets)
    views = []
    for target in targets:
        view = _view(site, target, looked[target.name], book)
        views.append(view)
        progress.step(target.name, "", "ok" if view.looked.seen else "unchecked")
    return views


def _view(site: Site, target: Target, looked: Looked, book: Book | None) -> View:
    if looked.seen is None or book is None:
        return View(target, looked)
    day = site.today()
    declared = declared_on(target, looked.seen, book, day)
    return View(target, looked, declared, compare(declared, looked.seen, day))


def outcomes(site: Site, view: View) -> list[Outcome]:
    """Outcomes of both checks for one server."""
    return [*access_outcomes(site, view), *_safe(view)]


def access_outcomes(site: Site, view: View) -> list[Outcome]:
    """Outcomes of `drift.access`; what could not be looked at is unchecked, whatever else was found."""
    if view.looked.seen is None:
        return [_lost(view, ACCESS)]
    register = site.register("access")
    intent = intent_of_file(register)
    if not register.is_file():
        return [
            _outcome(
                view, ACCESS, Status.UNCHECKED, "no register says who may do what", mend=f"write {intent.file}: docs/access.md"
            )
        ]
    found = [_finding(view, difference, intent) for difference in view.differences]
    found += [_blind(view, ACCESS, text) for text in view.seen.blind]
    if not found:
        people = [name for name, account in view.seen.accounts.items() if not account.builtin]
        summary = f"{count(len(people), 'account')} in {count(len(view.seen.databases), 'database')}: as declared"
        found.append(_outcome(view, ACCESS, Status.OK, summary, intent=intent))
    return found


def _safe(view: View) -> list[Outcome]:
    if view.looked.seen is None:
        return [_lost(view, SAFE)]
    found = [
        _outcome(
            view,
            SAFE,
            Status.FINDING,
            fault.summary,
            subject=fault.subject,
            wanted=fault.wanted,
            found=fault.found,
            intent=fault.intent,
            mend=fault.mend,
        )
        for fault in judge(view.target, view.seen)
    ]
    found += [_blind(view, SAFE, text) for text in view.seen.blind_settings]
    return found or [_outcome(view, SAFE, Status.OK, "settings, extensions, rules of access and encryption are as declared")]


def _finding(view: View, difference: Difference, register: Intent) -> Outcome:
    statements = of_difference(difference, view.seen)
    repair = f"./inv access.apply --limit {view.target.name} --apply" if statements else None
    return _outcome(
        view,
        ACCESS,
        Status.FINDING,
        difference.summary,
        subject=difference.subject,
        wanted=difference.wanted,
        found=difference.found,
        commands=preview(statements) or None,
        intent=difference.intent or register,
        mend="; ".join(part for part in (repair, difference.mend) if part) or None,
    )


def _blind(view: View, check: str, text: str) -> Outcome:
    return _outcome(
        view,
        check,
        Status.UNCHECKED,
        f"could not be looked at: {text}",
        subject=text.partition(":")[0],
        mend="give Muhtar's account that right: docs/access.md",
    )


def _lost(view: View, check: str) -> Outcome:
    error = view.looked.error
    unchecked = isinstance(error, UnreachableError)
    said = error.message if isinstance(error, MuhtarError) else f"what the server said is not understood: {error!r}"
    mend = (error.mend if isinstance(error, MuhtarError) else None) or "see the log"
    return _outcome(view, check, Status.UNCHECKED if unchecked else Status.ERROR, said, mend=mend)


def _outcome(
    view: View,
    check: str,
    status: Status,
    summary: str,
    *,
    subject: str = "",
    wanted: str | None = None,
    found: str | None = None,
    commands: str | None = None,
    intent: Intent | None = None,
    mend: str | None = None,
) -> Outcome:
    return Outcome(
        target=view.target.name,
        check=check,
        status=status,
        summary=summary,
        subject=subject,
        wanted=wanted,
        found=found,
        commands=commands,
        intent=intent,
        mend=mend,
        started=view.looked.started,
        duration=view.looked.duration,
    )
