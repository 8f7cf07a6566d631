"""`pbx.lint`: the rules over what is declared for each PBX; no PBX is asked."""

from __future__ import annotations

from muhtar.errors import MuhtarError
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Outcome, Status
from muhtar.pbx.declared import declared
from muhtar.pbx.mistakes import intent_of, mistaken
from muhtar.pbx.phones import phones_of
from muhtar.pbx.rules import RULES, without_phone
from muhtar.report import ReportBuilder
from muhtar.settings import Site

__all__ = ["CHECK", "check"]

CHECK = "pbx.lint"


def check(site: Site, *, limit: str | None = None, shard: str | None = None) -> ReportBuilder:
    """Judge what the inventory declares for every selected PBX: a finding for each thing that a rule speaks against, else one ok.

    A mistake in what is declared is an error. Raises InventoryError where no PBX is selected.
    """
    inventory = Inventory.load(site)
    chosen = inventory.select(limit, shard, group="pbx")
    builder = ReportBuilder(CHECK, site.name, limit=limit, shard=shard)
    builder.select([target.name for target in chosen], CHECK)
    for target in chosen:
        try:
            builder.add(*_judged(target))
        except MuhtarError as error:
            builder.add(*mistaken(target, error, CHECK))
    return builder


def _judged(target: Target) -> list[Outcome]:
    wanted = declared(target)
    hits = [hit for rule in RULES.values() for hit in rule(wanted)] + without_phone(wanted, phones_of(target))
    if not hits:
        summary = f"{len(RULES)} rules hold: {', '.join(RULES)}"
        intent = intent_of(target, "asterisk_extensions")
        return [Outcome(target=target.name, check=CHECK, status=Status.OK, summary=summary, intent=intent)]
    return [
        Outcome(
            target=target.name,
            check=CHECK,
            status=Status.FINDING,
            subject=hit.subject,
            summary=f"{hit.subject}: {hit.summary}",
            wanted=hit.wanted,
            found=hit.found,
            intent=intent_of(target, hit.key),
            mend=hit.mend,
        )
        for hit in hits
    ]
