"""From a device's difference to outcomes: one finding a section, with the commands that mend it, as far as the policy minds."""

from __future__ import annotations

from muhtar.doors.fleet import HostResult
from muhtar.inventory import Inventory, Target
from muhtar.network.grammar import commands
from muhtar.network.intent import intent_of, template_of
from muhtar.network.outcomes import changed_lines, failed
from muhtar.network.policy import Policy
from muhtar.network.structure import Part, parts
from muhtar.outcome import Outcome, Status
from nornir_tasks.conceal import conceal
from nornir_tasks.examine_drift import Drift
from nornir_tasks.platforms import platform_of

__all__ = ["Examined"]


class Examined:
    """One device's outcomes of `check` (at least one) and the remarks on what the policy let pass."""

    def __init__(self, target: Target, result: HostResult, policy: Policy, check: str, inventory: Inventory) -> None:
        self._target = target
        self._result = result
        self._policy = policy
        self._check = check
        self._inventory = inventory
        self.notes: list[str] = []
        self.outcomes: list[Outcome] = []
        if result.error is not None:
            self.outcomes.append(failed(target, result, check, inventory))
        else:
            self._judge(result.result)

    def _judge(self, drift: Drift) -> None:
        if not drift.diff:
            self.outcomes.append(self._ok("the running configuration is the intended one"))
            return
        found = parts(drift.diff, drift.running, drift.intended)
        if not found:
            # The device sees a difference in lines that say nothing to us: it is right, and shown whole.
            self.outcomes.append(self._finding("", _counted(changed_lines(drift.diff)), drift.diff, None))
            return
        known = commands(platform_of(self._target).name, drift.running, drift.intended) or {}
        passed = []
        for part in found:
            minded = self._minded(part)
            if minded.summary:
                # Commands for a section of which something is let pass would take that away too.
                told = known.get(part.section) if minded.summary == part.summary else None
                said = f"{part.section}: {minded.summary}"
                self.outcomes.append(self._finding(part.section, said, minded.diff(), told))
            elif part.summary:
                passed.append(f"{part.section} ({part.summary})")
        if not self.outcomes:
            self.outcomes.append(self._ok(f"as intended, but for what the policy lets pass: {', '.join(passed)}"))

    def _minded(self, part: Part) -> Part:
        """What the policy minds of a part; what it only warns of becomes a note."""
        rule = self._policy.rule(part.section)
        if part.extra and rule.extra == "warn":
            shown = conceal(Part(part.section, extra=part.extra).diff(), self._target.platform)
            self.notes.append(f"{self._target.name}, {part.section}: nobody asked for this, and the policy warns of it:\n{shown}")
        return Part(
            part.section,
            missing=part.missing,
            extra=part.extra if rule.extra == "fail" else [],
            misordered=part.misordered if rule.ordered else [],
            unplaced=part.unplaced,
        )

    def _ok(self, summary: str) -> Outcome:
        return Outcome(
            target=self._target.name,
            check=self._check,
            status=Status.OK,
            summary=summary,
            intent=template_of(self._target, self._inventory),
            started=self._result.started,
            duration=self._result.duration,
        )

    def _finding(self, subject: str, summary: str, diff: str, told: str | None) -> Outcome:
        platform = self._target.platform
        return Outcome(
            target=self._target.name,
            check=self._check,
            subject=subject,
            status=Status.FINDING,
            summary=f"{summary}, between the running configuration and the intended one",
            diff=conceal(diff, platform),
            commands=conceal(told, platform) if told else None,
            intent=intent_of(diff, self._target, self._inventory),
            mend=f"./inv network.apply --limit {self._target.name} --apply",
            started=self._result.started,
            # A device's time is told once, however many sections differ.
            duration=0.0 if self.outcomes else self._result.duration,
        )


def _counted(lines: int) -> str:
    return "1 line differs" if lines == 1 else f"{lines} lines differ"
