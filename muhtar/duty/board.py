"""duty.board: every duty of the regulation, honestly: what no component serves yet stands there as such."""

from __future__ import annotations

from datetime import timedelta

from muhtar.duties import BoardLine, Duty, State, catalogue
from muhtar.duty.judge import Known, Standing, judge
from muhtar.duty.register import EVERY_DAYS, Duties, DutyEntry
from muhtar.history import History
from muhtar.inventory import Inventory
from muhtar.outcome import Intent, Outcome
from muhtar.progress import Progress
from muhtar.registers.load import intent_of, load_with_lines
from muhtar.report import ReportBuilder
from muhtar.settings import Site

__all__ = ["board"]

_CHECK = "duty.proof"
_CATALOGUE = Intent(file="muhtar/duty/catalogue.yml")
# Where the task that does a check has another name than the check.
_COMMANDS = {
    "backup.snapshot": "./inv backup.run",
    "backup.age": "./inv backup.status",
    "backup.policy": "./inv backup.plan",
    "backup.properties": "./inv backup.status",
    "backup.trend": "./inv backup.status",
    "drift": "./inv drift.check",
    "license": "./inv license.audit",
    "warranty": "./inv warranty.audit",
    "network.history": "./inv network.backup",
    "network.unsaved": "./inv network.backup",
}


def board(site: Site, *, progress: Progress, history: History | None = None, inventory: Inventory | None = None) -> ReportBuilder:
    """One outcome per duty: ok where proven in time, finding where late or bad, unchecked where nobody could or did look.

    Proofs are the newest outcomes in the history, of the hosts that the inventory has now. Raises RegisterError for a wrong
    `duties.yml`; a site without one takes everything from the catalogue.
    """
    report = ReportBuilder("duty.board", site.name)
    register, intents = _register(site)
    inventory = inventory or Inventory.load(site)
    history = history or History.open()
    checks = {proof.check for duty in catalogue().values() for proof in duty.proved_by} - {_CHECK}
    known = Known(
        outcomes=tuple(history.last_outcomes(checks, site=site.name)),
        last_ok=history.last_success(checks, site=site.name),
        groups=inventory.groups,
        hosts=frozenset(inventory.hosts),
        now=report.started,
    )
    entries = {entry.id: entry for entry in register.duties}
    progress.phase("duties", len(catalogue()))
    report.select(list(catalogue()), _CHECK)
    states = []
    for duty in catalogue().values():
        entry = entries.get(duty.id) or DutyEntry(id=duty.id)
        every = entry.every_days or register.every_days
        duty = duty.model_copy(update={"unit": entry.owner_unit or duty.unit})  # noqa: PLW2901 - from here on, as the site has it
        standing = _reporting(report) if _reports(duty) else judge(duty, known, timedelta(days=every))
        outcome = _outcome(report, duty, standing, every=every, intent=intents.get(duty.id, _CATALOGUE))
        report.add(outcome)
        states.append(standing.state)
        progress.step(duty.id, outcome.summary, outcome.status.value)
    proven, unserved = states.count(State.PROVEN), states.count(State.UNSERVED)
    report.note(f"{proven} of {len(states)} duties proven, {unserved} not yet served by any component")
    return report


def _register(site: Site) -> tuple[Duties, dict[str, Intent]]:
    """The site's register, and for each duty that it names where it does."""
    path = site.register("duties")
    if not path.is_file():
        return Duties(every_days=EVERY_DAYS), {}
    register, document = load_with_lines(path, Duties)
    return register, {entry.id: intent_of(document, ("duties", index)) for index, entry in enumerate(register.duties)}


def _reports(duty: Duty) -> bool:
    return any(proof.check == _CHECK for proof in duty.proved_by)


def _reporting(report: ReportBuilder) -> Standing:
    """Reporting on all duties is itself a duty, and this board does it."""
    return Standing(State.PROVEN, report.started)


def _outcome(report: ReportBuilder, duty: Duty, standing: Standing, *, every: int, intent: Intent) -> Outcome:
    proofs = ", ".join(map(str, duty.proved_by))
    said = "; ".join(standing.remarks)
    if standing.state is State.PROVEN:
        said = "this board" if _reports(duty) else f"proven by {proofs}"
    return Outcome(
        target=duty.id,
        check=_CHECK,
        status=standing.state.status,
        summary=said,
        wanted=f"proof by {proofs}, at most {every} days old" if proofs else f"a proof at most {every} days old",
        found=BoardLine(state=standing.state, owner=duty.unit, last_proof=standing.last_proof).written(),
        intent=intent,
        mend=", ".join(dict.fromkeys(_command(check) for check in standing.checks)) or None,
        duty=duty.id,
        started=report.started,
    )


def _command(check: str) -> str:
    return _COMMANDS.get(check) or _COMMANDS.get(check.partition(".")[0]) or f"./inv {check}"
