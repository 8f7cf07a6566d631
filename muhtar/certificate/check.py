"""certificate.check: the certificate of each declared TLS service, read from the service itself."""

from __future__ import annotations

from datetime import UTC, datetime

from muhtar.certificate.judge import judge_certificate
from muhtar.certificate.services import VARIABLE, Declared, declared, intent_of_services
from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.errors import NothingSelectedError
from muhtar.inventory import Inventory, Target
from muhtar.license.judge import Verdict
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site
from nornir_tasks.get_certificates import Certificate, get_certificates

__all__ = ["CHECK", "check"]

CHECK = "certificate.expiry"


def check(
    site: Site,
    *,
    limit: str | None = None,
    shard: str | None = None,
    progress: Progress,
    inventory: Inventory | None = None,
    now: datetime | None = None,
) -> ReportBuilder:
    """One outcome for each service that a selected host declares. A service that does not answer is unchecked.

    Raises NothingSelectedError where no selected host declares any, and RegisterError for wrong declarations.
    """
    inventory = inventory or Inventory.load(site)
    selected = inventory.select(limit, shard)
    services = declared(selected)
    targets = [target for target in selected if target.name in services]
    if not targets:
        raise NothingSelectedError(
            f"none of {len(selected)} hosts declares a TLS service",
            path=site.path / "group_vars",
            key=VARIABLE,
            mend=f"declare them: {VARIABLE}: [{{port: 443}}]",
        )
    builder = ReportBuilder("certificate.check", site.name, limit=limit, shard=shard)
    builder.select([target.name for target in targets], CHECK)
    results = run_fleet(
        inventory,
        targets,
        get_certificates,
        name="certificates of TLS services",
        progress=progress,
        per_target=lambda target: {"services": [one.service for one in services[target.name]]},
    )
    moment = now or datetime.now(UTC)
    for target in targets:
        result = results[target.name]
        builder.add(*(_outcome(target, one, result, moment) for one in services[target.name]))
    return builder


def _outcome(target: Target, service: Declared, result: HostResult, now: datetime) -> Outcome:
    verdict = _verdict(target, service, result, now)
    return Outcome(
        target=target.name,
        check=CHECK,
        subject=service.subject(target),
        status=verdict.status,
        summary=verdict.summary,
        wanted=verdict.wanted,
        found=verdict.found,
        mend=verdict.mend,
        intent=intent_of_services(target),
        started=result.started,
        duration=result.duration,
    )


def _verdict(target: Target, service: Declared, result: HostResult, now: datetime) -> Verdict:
    if result.error is not None:
        return Verdict(result.status, f"cannot be read: {result.why}")
    found: Certificate | str = result.result[service.service]
    if isinstance(found, str):
        return Verdict(
            Status.UNCHECKED,
            f"its certificate cannot be read: {found}",
            mend=f"see whether {target.name} runs it on port {service.port}, or correct {VARIABLE}",
        )
    return judge_certificate(found, service.thresholds_days, now, host=target.name)
