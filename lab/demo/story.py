"""The chapters of the demo, in order. Each says what it expects of the department's workflows, and stops where it is not so."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lab import faults
from lab.demo.chapter import Chapter, DemoError, expect_clean, expect_findings
from lab.town import Town
from muhtar.outcome import Status
from muhtar.progress import Progress
from muhtar.report import Report, ReportBuilder, merge
from muhtar.settings import Site, home

__all__ = ["Story"]

# What is made by hand, and what the checks must then say: (target, check), as often as there are findings.
FAULTS = ("drifted-line", "edited-file", "stopped-service", "license-lead-time")
PROVEN = ("web1", "r1", "db1")

Keep = Callable[[Report], None]


@dataclass
class Story:
    """One telling of the demo. `keep` puts a report into the history; `found` and `final` are what the two pages show."""

    town: Town
    progress: Progress
    keep: Keep
    chapters: list[Chapter] = field(default_factory=list)
    found: Report | None = None

    def tell(self) -> Report:
        """Run every chapter; returns the report of the final state. Raises DemoError at the first chapter that disappoints."""
        self._chapter("lab", self._lab)
        provisioned = self._report("provision", self._provision)
        backed_up = self._report("backup", self._backup)
        self._report("check", self._check_clean)
        self._chapter("faults", self._break)
        self.found = self._report("find", self._check_faulty)
        self._report("mend", self._mend)
        final = self._report("check again", self._check_clean)
        proven = self._report("restore", self._prove)
        duties = self._report("duties", self._duties)
        return merge("demo", [provisioned, backed_up, final, proven, duties])

    @property
    def site(self) -> Site:
        """The lab's site; opened anew, for its overlay is written in the first chapter."""
        return Site.open("lab")

    def _lab(self) -> str:
        self.town.down()
        remarks = self.town.up()
        hosts = len(self.town.topology.hosts)
        return "; ".join([f"{hosts} hosts up and answering", *remarks])

    def _provision(self) -> tuple[Report, str]:
        from muhtar.provision.run import provision

        # The second look is the next chapter but one.
        report = provision(self.site, apply=True, verify=False, progress=self.progress).build()
        expect_clean(report)
        return report, f"{len(report.targets)} systems brought to their declared state"

    def _backup(self) -> tuple[Report, str]:
        from muhtar.backup.age import ages
        from muhtar.backup.run import run

        taken = run(self.site, progress=self.progress).build()
        expect_clean(taken)
        self.keep(taken)
        # A town of some minutes' age has no drill and no second copy to show: ages alone.
        fresh = ages(self.site, progress=self.progress).build()
        expect_clean(fresh)
        sources = sum(outcome.check == "backup.snapshot" for outcome in taken.outcomes)
        return merge("backup", [taken, fresh]), f"{sources} sources of {len(taken.targets)} systems, append-only, all within RPO"

    def _check_clean(self) -> tuple[Report, str]:
        report = self._checks()
        expect_clean(report)
        return report, f"{len(report.outcomes)} checks on {len(report.targets)} targets: clean, exit code 0"

    def _break(self) -> str:
        context = self.town.require()
        return "; ".join(faults.get(name).inject(context) for name in FAULTS)

    def _check_faulty(self) -> tuple[Report, str]:
        report = self._checks()
        context = self.town.require()
        expect_findings(report, Counter(pair for name in FAULTS for pair in faults.get(name).found_by(context)))
        findings = [outcome for outcome in report.outcomes if outcome.status is Status.FINDING]
        duties = sorted({outcome.duty for outcome in findings if outcome.duty})
        return report, f"exactly these {len(findings)} findings, exit code 2; duties {', '.join(duties)}"

    def _mend(self) -> tuple[Report, str]:
        from muhtar.drift.check import mend

        if self.found is None:
            raise DemoError("nothing was found, so there is nothing to mend")
        report = mend(self.site, self.found, progress=self.progress).build()
        expect_clean(report)
        # No tool can buy a license: the clerk enters the renewal.
        renewed = faults.get("license-lead-time").mend(self.town.require())
        return report, f"--apply mended {', '.join(report.targets)}; by hand: {renewed}"

    def _prove(self) -> tuple[Report, str]:
        from muhtar.backup.drill.run import drill

        done = drill(self.site, limit=",".join(PROVEN), progress=self.progress)
        report = done.report.build()
        expect_clean(report)
        return report, f"{', '.join(report.targets)} restored into scratch areas and found equal; the evidence is signed"

    def _duties(self) -> tuple[Report, str]:
        from muhtar.duty.board import board

        report = board(self.site, progress=self.progress).build()
        return report, report.notes[-1]

    def _checks(self) -> Report:
        """Drift of everything, the network's coverage, state and configurations, licenses and warranties, as one report."""
        from muhtar.drift.check import check
        from muhtar.license.audit import audit
        from muhtar.network.coverage.check import check as coverage
        from muhtar.network.lint.check import check as lint
        from muhtar.network.state.check import check as validate
        from muhtar.warranty.audit import audit as warranties

        combined = ReportBuilder("demo.checks", "lab")
        combined.absorb(check(self.site, progress=self.progress))
        combined.absorb(lint(self.site))
        combined.absorb(validate(self.site, progress=self.progress))
        combined.absorb(coverage(self.site, progress=self.progress))
        combined.absorb(audit(self.site, progress=self.progress))
        combined.absorb(warranties(self.site, progress=self.progress))
        return combined.build()

    def _report(self, title: str, body: Callable[[], tuple[Report, str]]) -> Report:
        started = time.monotonic()
        report, said = body()
        self.keep(report)
        self.chapters.append(Chapter(title, said, time.monotonic() - started, report))
        return report

    def _chapter(self, title: str, body: Callable[[], str]) -> None:
        started = time.monotonic()
        said = body()
        self.chapters.append(Chapter(title, said, time.monotonic() - started))


def pages() -> tuple[Path, Path]:
    """Where the demo's two pages go: what was found, and the final state."""
    folder = home() / "reports" / "lab"
    return folder / "demo-found.html", folder / "demo.html"
