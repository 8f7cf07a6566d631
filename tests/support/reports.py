"""Sample reports for the renderers' tests: one of everything that a report can hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from muhtar.compared import compare
from muhtar.deadlines import Calendar, Deadline, Kind
from muhtar.duties import BoardLine, State, catalogue
from muhtar.outcome import Intent, Outcome, Status, Waived
from muhtar.report import Report, Selected

__all__ = [
    "STARTED", "board_report", "calendar_report", "clean_report", "compared_report", "mixed_report", "report_of", "waived_report",
]  # fmt: skip

STARTED = datetime(2025, 11, 22, 18, 30, tzinfo=UTC)
DIFF = "--- running\n+++ intended\n@@ interface to-r2\n-  ip ospf cost 10\n+  ip ospf cost 20\n"


def report_of(*outcomes: Outcome, workflow: str = "drift.check", **more: object) -> Report:
    """A report of these outcomes that has selected just them."""
    pairs = dict.fromkeys((outcome.target, outcome.check) for outcome in outcomes)
    values = {
        "id": "0" * 32,
        "started": STARTED,
        "finished": STARTED + timedelta(seconds=75),
        "selected": tuple(Selected(target=target, check=check) for target, check in pairs),
        "site": "lab",
    } | more
    return Report(workflow=workflow, outcomes=outcomes, **values)


def clean_report() -> Report:
    """Two hosts, one check, nothing to do."""
    return report_of(*(_outcome(host, "drift.servers", Status.OK, "no task would change anything") for host in ("db1", "web1")))


def mixed_report() -> Report:
    """Every status; the same diff on three routers; text that wants escaping in every format."""
    intent = Intent(file="inventories/lab/group_vars/routers/frr.yml", line=12)
    routers = [
        _outcome(
            host,
            "drift.network",
            Status.FINDING,
            "1 line differs from the intended config",
            diff=DIFF,
            intent=intent,
            mend="./inv drift.check --limit routers --apply",
        )
        for host in ("r1", "r2", "r3")
    ]
    return report_of(
        _outcome("db1", "drift.servers", Status.OK, "no task would change anything", duration=3.25),
        _outcome("web1", "drift.servers", Status.FINDING, "task would change <b>/etc/nginx/nginx.conf</b> & restart",
                 subject='web: "site" file', wanted="gzip on;", found="gzip off; \x1b[31m]]>", duty="8l",
                 intent=Intent(file="inventories/lab/group_vars/web/web.yml")),
        *routers,
        _outcome("sw1", "drift.network", Status.UNCHECKED, "did not answer on port 443", mend="see whether it has power"),
        _outcome("nvr1", "drift.video", Status.ERROR, "ZoneMinder's answer is not JSON"),
        _outcome("cbs-server", "license.expiry", Status.FINDING, "must be ordered since 2025-11-20: ends 2026-01-10"),
        notes=("phone1 is not in the inventory", "</script><script>alert(1)</script>"),
    )  # fmt: skip


def waived_report() -> Report:
    """A finding on two cameras that somebody answers for, and a host that is well."""
    decided = Waived(id="new-lenses", owner="Head of <Networks>", reason="lenses are ordered", until=date(2026, 1, 31))
    return report_of(
        *(_outcome(host, "drift.video", Status.WAIVED, "the picture is unsharp", waiver=decided) for host in ("cam1", "cam2")),
        _outcome("db1", "drift.servers", Status.OK, "no task would change anything"),
    )


def compared_report() -> Report:
    """The mixed report against an earlier run: db1 was mended, sw1 could not be looked at again, the routers are as they were."""
    now = mixed_report()
    earlier = report_of(
        _outcome("db1", "drift.servers", Status.FINDING, "task would change <i>pg_hba.conf</i>", subject="postgresql: HBA"),
        _outcome("sw1", "drift.network", Status.FINDING, "1 line differs", subject="ntp"),
        *(one for one in now.outcomes if one.target in {"r1", "r2", "r3"}),
        id="1" * 32,
    )
    web = next(one.id for one in now.outcomes if one.target == "web1")
    before = (*earlier.selected, Selected(target="web1", check="drift.servers"))
    looked = report_of(*earlier.outcomes, _outcome("web1", "drift.servers", Status.OK, "well"), id=earlier.id, selected=before)
    return now.model_copy(update={"compared": compare(now, looked, lambda _: {web})})


def board_report() -> Report:
    """A duty board with every state on it."""
    states = {"8d": State.LATE, "8e": State.FINDING, "8k": State.FAILED, "8l": State.NEVER}
    outcomes = []
    for duty in catalogue().values():
        state = states.get(duty.id, State.PROVEN if duty.proved_by else State.UNSERVED)
        proof = None if state in {State.NEVER, State.UNSERVED} else STARTED - timedelta(days=40 if state is State.LATE else 1)
        mend = None if state in {State.PROVEN, State.UNSERVED} else "./inv drift.check"
        outcomes.append(
            Outcome(
                target=duty.id, check="duty.proof", status=state.status, duty=duty.id, started=STARTED, mend=mend,
                summary=f"{', '.join(map(str, duty.proved_by)) or 'no component'}: {state.value}",
                found=BoardLine(state=state, owner=duty.unit, last_proof=proof).written(),
            )
        )  # fmt: skip
    return report_of(*outcomes, workflow="duty.board")


def calendar_report(*entries: Deadline, day: date = date(2025, 11, 22), open_ended: int = 0) -> Report:
    """A calendar of these entries; without any, one of every kind and state."""
    end = date(2026, 1, 15)
    chosen = entries or (
        Deadline(
            kind=Kind.LICENSE,
            id="a",
            title="İşletim sistemi, ölçü ve çok uzun bir ad: ğüşiöç ĞÜŞİÖÇ",
            about="A; B",
            start=date(2025, 1, 1),
            end=end,
            order_by=date(2025, 12, 1),
            notices=(180, 90),
        ),
        Deadline(kind=Kind.LICENSE, id="late", title="Late", start=date(2025, 1, 1), end=end, order_by=date(2025, 11, 22)),
        Deadline(
            kind=Kind.LICENSE, id="old", title="Old", start=date(2025, 1, 1), end=date(2025, 11, 21), order_by=date(2025, 9, 1)
        ),
        Deadline(kind=Kind.MAKER, id="maker", title="Maker", end=date(2030, 1, 1)),
        Deadline(kind=Kind.WARRANTY, id="w", title="w Supplier", start=date(2024, 1, 1), end=end, renewed_by="m"),
        Deadline(
            kind=Kind.MAINTENANCE, id="m", title="m Supplier", start=date(2025, 10, 1), end=date(2028, 9, 30), visit_every=90
        ),
        Deadline(kind=Kind.SUPPORT, id="gone", title="Gone", start=date(2020, 1, 1), end=date(2021, 1, 1)),
        Deadline(
            kind=Kind.CERTIFICATE, id="web1-443", title="www.lab.example:443", start=date(2025, 11, 1), end=end, notices=(30,)
        ),
        Deadline(kind=Kind.DOMAIN, id="lab.example", title="lab.example", start=date(1990, 1, 1), end=date(2026, 8, 8)),
    )
    outcome = _outcome("licenses", "calendar.complete", Status.OK, "3 licenses")
    order = sorted(chosen, key=lambda entry: entry.end)
    calendar = Calendar(day=day, entries=tuple(order), open_ended=open_ended)
    return report_of(outcome, workflow="calendar.write", calendar=calendar)


def _outcome(target: str, check: str, status: Status, summary: str, **more: object) -> Outcome:
    return Outcome(target=target, check=check, status=status, summary=summary, started=STARTED, **more)
