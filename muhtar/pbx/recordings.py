"""`pbx.recordings`: is every call recorded that must be, and kept as long as it must and not longer?

Law 6698 (KVKK) wants personal data deleted when its purpose is served; the notice that callers are given says how long that is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from muhtar.doors.playbook import HostRun, PlaybookRun, run_playbook
from muhtar.errors import MuhtarError
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Outcome, Status
from muhtar.pbx.declared import Declared, declared
from muhtar.pbx.mistakes import intent_of, mistaken
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import ROOT, Site
from muhtar.words import count, some

__all__ = ["CHECK", "check"]

CHECK = "pbx.recordings"
PLAYBOOK = ROOT / "playbooks" / "recordings.yml"
# Where role asterisk has them.
FOLDERS = {"records": "/var/log/asterisk/cdr-csv", "recordings": "/var/spool/asterisk/monitor"}
SHOWN = 20
_MEND_GONE = "see who deleted it, and whether the disk was full; a backup may still have it: ./inv backup.restore"
_MEND_OLD = "see whether systemd-tmpfiles-clean.timer runs on the PBX: systemctl list-timers"


def check(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """Outcomes of `pbx.recordings` for each selected PBX, their subjects the dialled numbers; nothing is changed.

    A PBX that does not answer is unchecked; call records or recordings that cannot be read are an error. Raises InventoryError
    where no PBX is selected.
    """
    inventory = Inventory.load(site)
    chosen = inventory.select(limit, shard, group="pbx")
    builder = ReportBuilder(CHECK, site.name, limit=limit, shard=shard)
    builder.select([target.name for target in chosen], CHECK)
    wanted: dict[str, Declared] = {}
    for target in chosen:
        try:
            wanted[target.name] = declared(target)
        except MuhtarError as error:
            builder.add(*mistaken(target, error, CHECK))
    able = [target for target in chosen if target.name in wanted]
    if able:
        questions = {name: _question(one) for name, one in wanted.items()}
        run = run_playbook(
            site,
            PLAYBOOK,
            inventory=inventory,
            limit=list(questions),
            check=True,
            extra_vars={"recordings_of": questions},
            progress=progress,
        )
        for target in able:
            builder.add(*judged(target, wanted[target.name], run))
    return builder


def _question(wanted: Declared) -> dict[str, Any]:
    least, most = wanted.recordings
    recorded = [extension.number for extension in wanted.extensions if extension.record]
    recorded += [queue.number for queue in wanted.queues if queue.record]
    return {**FOLDERS, "numbers": recorded, "days": least or most, "days_maximum": most}


def judged(target: Target, wanted: Declared, run: PlaybookRun) -> list[Outcome]:
    """What the look says of one PBX."""
    host = run.hosts.get(target.name)
    trouble = _trouble(target, host, run)
    if trouble is not None:
        return [trouble]
    assert host is not None  # noqa: S101 - _trouble has seen to it
    assert host.told is not None  # noqa: S101 - and to this
    found = host.told
    outcomes = [*_unrecorded(target, found["unrecorded"]), *_kept(target, wanted, found)]
    if outcomes:
        return outcomes
    numbers = len(_question(wanted)["numbers"])
    summary = (
        f"{count(found['calls'], 'call')} to {count(numbers, 'recorded number')}, each with its recording; "
        f"{count(found['recordings'], 'recording')} kept"
        if found["records"]
        else "nobody has called yet: there are neither call records nor recordings"
    )
    return [_outcome(target, run, Status.OK, summary)]


def _trouble(target: Target, host: HostRun | None, run: PlaybookRun) -> Outcome | None:
    if host is None or host.unreachable:
        why = " ".join((host.unreachable or "" if host else "no play names this host").split())
        return _outcome(target, run, Status.UNCHECKED, f"cannot be looked at: {why}", mend="see whether it is up and SSH answers")
    if host.failed:
        return _outcome(target, run, Status.ERROR, host.failed[0].msg or "the look failed", mend=f"see {run.log}")
    if host.told is None:
        return _outcome(target, run, Status.ERROR, "the look brought nothing back", mend=f"see {run.log}")
    return None


def _unrecorded(target: Target, calls: Sequence[Sequence[Any]]) -> list[Outcome]:
    by_number: dict[str, list[str]] = defaultdict(list)
    for began, source, dialled, seconds, unique in calls:
        when = datetime.fromtimestamp(began, UTC)
        by_number[dialled].append(f"{when:%Y-%m-%d %H:%M} UTC, from {masked(source)}, {seconds} s, id {unique}")
    return [
        _finding(
            target,
            f"calls to {number}",
            f"{count(len(lines), 'call')} to {number} without a recording",
            "a recording of each",
            some(lines, SHOWN, "\n"),
            "asterisk_extensions",
            _MEND_GONE,
        )
        for number, lines in sorted(by_number.items())
    ]


def _kept(target: Target, wanted: Declared, found: Mapping[str, Any]) -> list[Outcome]:
    outcomes = []
    if found["recordings"] and not found["records"]:
        summary = "there are recordings and no call records: nobody can tell whether one is missing"
        outcomes.append(_finding(target, "call records", summary, "Master.csv", "(absent)", "asterisk_extensions", _MEND_GONE))
    if found["too_old"]:
        most = wanted.recordings[1]
        oldest = datetime.fromtimestamp(min(found["too_old"]), UTC)
        summary = f"{count(len(found['too_old']), 'recording')} kept for more than {most} days"
        key = "asterisk_recording_days_maximum"
        outcomes.append(
            _finding(target, "kept too long", summary, f"{most} days", f"the oldest is of {oldest:%Y-%m-%d}", key, _MEND_OLD)
        )
    if found["empty"]:
        summary = f"{count(len(found['empty']), 'recording')} without a sound"
        names = some([masked_name(name) for name in found["empty"]], SHOWN, "\n")
        mend = "see whether the disk is full, and that voices go through the PBX"
        outcomes.append(_finding(target, "empty", summary, "sound", names, "asterisk_extensions", mend))
    return outcomes


def masked(number: str) -> str:
    """A number as a report may tell it: those of the town whole, others without their middle."""
    return number if len(number) <= 5 else f"{number[:4]}***{number[-2:]}"


def masked_name(name: str) -> str:
    """A recording's name with its caller masked."""
    parts = name.split("-")
    return "-".join([*parts[:1], *(masked(part) for part in parts[1:2]), *parts[2:]])


def _finding(target: Target, subject: str, summary: str, wanted: str, found: str, key: str, mend: str) -> Outcome:  # noqa: PLR0917
    return Outcome(
        target=target.name,
        check=CHECK,
        status=Status.FINDING,
        subject=subject,
        summary=summary,
        wanted=wanted,
        found=found,
        intent=intent_of(target, key),
        mend=mend,
    )


def _outcome(target: Target, run: PlaybookRun, status: Status, summary: str, mend: str | None = None) -> Outcome:
    return Outcome(
        target=target.name,
        check=CHECK,
        status=status,
        summary=summary,
        intent=intent_of(target, "asterisk_extensions"),
        mend=mend,
        duration=run.duration,
    )
