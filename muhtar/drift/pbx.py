"""Drift of telephone exchanges: what is declared against the running system, its files left to the roles' own check."""

from __future__ import annotations

from collections.abc import Sequence

from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.errors import MuhtarError
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Outcome, Status
from muhtar.pbx.declared import declared
from muhtar.pbx.look import apart, questions, said
from muhtar.pbx.mistakes import intent_of, mistaken
from muhtar.pbx.phone_drift import phones_apart
from muhtar.pbx.phones import KEY, phone_files, phones_of
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from muhtar.words import count
from nornir_tasks.get_pbx_state import get_pbx_state
from nornir_tasks.get_phone_files import get_phone_files
from nornir_tasks.reload_pbx import reload_pbx

__all__ = ["CHECK", "GROUP", "check", "mend"]

CHECK = "drift.pbx"
GROUP = "pbx"
HTTPS = 443


def check(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """Outcomes of `drift.pbx` for each selected PBX, their subjects the extensions, trunks, queues, contexts of
    the dial plan and modules that are not as declared; nothing is changed.

    What runs is asked of the running system, so an edit that was loaded shows although the file is right again, and the other way
    round. A PBX that does not answer or refuses our login is unchecked. Raises InventoryError where none is selected.
    """
    inventory = Inventory.load(site)
    return _look(inventory, inventory.select(limit, shard, group=GROUP), limit, shard, progress)


def mend(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """Have these PBXs read their files anew, then check again: right files are role asterisk's, this is what runs."""
    inventory = Inventory.load(site)
    chosen = inventory.select(limit, shard, group=GROUP)
    # Where this fails, the check fails in the same way and says so.
    run_fleet(inventory, chosen, reload_pbx, name="reloading the PBX", progress=progress)
    return _look(inventory, chosen, limit, shard, progress)


def _look(
    inventory: Inventory, chosen: Sequence[Target], limit: str | None, shard: str | None, progress: Progress
) -> ReportBuilder:
    builder = ReportBuilder(CHECK, inventory.site.name, limit=limit, shard=shard)
    builder.select([target.name for target in chosen], CHECK)
    able: list[Target] = []
    for target in chosen:
        try:
            declared(target)
            phones_of(target)
        except MuhtarError as error:
            # A mistake in what is declared for one PBX is an error of that one.
            builder.add(*mistaken(target, error, CHECK))
        else:
            able.append(target)
    if able:
        results = run_fleet(inventory, able, get_pbx_state, name="what the PBX runs", progress=progress, per_target=questions)
        files = _files(inventory, able, progress)
        for target in able:
            builder.add(*_outcomes(target, results[target.name], files.get(target.name)))
    return builder


def _files(inventory: Inventory, targets: Sequence[Target], progress: Progress) -> dict[str, HostResult]:
    """What the telephones of those PBXs are given that provision any."""
    names = {target.name: [phone.file for phone in phones_of(target)] for target in targets}
    with_phones = [target for target in targets if names[target.name]]
    if not with_phones:
        return {}
    return run_fleet(
        inventory,
        with_phones,
        get_phone_files,
        name="files of the telephones",
        progress=progress,
        per_target=lambda target: {
            "names": names[target.name],
            "port": int(target.vars.get("phone_provisioning_port") or HTTPS),
        },
    )


def _outcomes(target: Target, result: HostResult, files: HostResult | None) -> list[Outcome]:
    def outcome(status: Status, summary: str, key: str = "asterisk_extensions", **more: str) -> Outcome:
        return Outcome(
            target=target.name,
            check=CHECK,
            status=status,
            summary=summary,
            intent=intent_of(target, key),
            started=result.started,
            duration=result.duration,
            **more,
        )

    def failed(one: HostResult, subject: str = "") -> Outcome:
        summary = ("cannot be asked: " if one.unreachable else "") + one.why
        return outcome(one.status, summary, KEY if subject else "asterisk_extensions", subject=subject)

    # Each of the two services is told of, whatever became of the other.
    failures = [failed(result)] if result.error is not None else []
    failures += [failed(files, "phones")] if files is not None and files.error is not None else []
    differences = [] if result.error is not None else apart(target, result.result)
    if files is not None and files.error is None:
        phones = phones_of(target)
        differences += phones_apart(phones, phone_files(target, phones), files.result)
    if not differences and not failures:
        aside = f"; {count(len(files.result), 'phone')} given the right file" if files is not None else ""
        return [outcome(Status.OK, said(declared(target)) + aside)]
    return failures + [
        outcome(
            Status.UNCHECKED if difference.unknown else Status.FINDING,
            f"{difference.subject}: {difference.summary}",
            difference.key,
            subject=difference.subject,
            wanted=difference.wanted,
            found=difference.found,
            mend=difference.mend or f"./inv drift.check --only servers,pbx --limit {target.name} --apply",
        )
        for difference in differences
    ]
