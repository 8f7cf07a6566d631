"""Where a duty stands, by the newest outcomes of the checks that prove it. Pure: history and inventory are given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from muhtar.checks import CHECKS
from muhtar.duties import Duty, Proof, State
from muhtar.outcome import Outcome, Status
from muhtar.words import some

__all__ = ["Known", "Standing", "judge"]

# Worst first. What nobody could look at is worse than a finding: a finding at least is known.
_WORST = (State.FAILED, State.NEVER, State.FINDING, State.LATE, State.PROVEN, State.UNSERVED)
_NAMED = 3


@dataclass(frozen=True)
class Known:
    """What a board is made from.

    `outcomes`: of each (target, check) those of its newest run. `last_ok`: when each pair was last ok. `groups` and `hosts`:
    of the inventory as it is now. `now`: the moment of the board.
    """

    outcomes: tuple[Outcome, ...]
    last_ok: Mapping[tuple[str, str], datetime]
    groups: Mapping[str, tuple[str, ...]]
    hosts: frozenset[str]
    now: datetime


@dataclass(frozen=True)
class Standing:
    """The state of a duty (or of one of its proofs), when it was last proven as a whole, and what there is to say."""

    state: State
    last_proof: datetime | None = None
    remarks: tuple[str, ...] = ()
    checks: tuple[str, ...] = field(default=())


def judge(duty: Duty, known: Known, every: timedelta) -> Standing:
    """The worst of its proofs; proofs over groups that the site does not have count for nothing. `checks` are those to mend."""
    found = [(proof, _judge_proof(duty, proof, known, every)) for proof in duty.proved_by]
    served = [(proof, standing) for proof, standing in found if standing.state is not State.UNSERVED]
    if not served:
        return Standing(State.UNSERVED, remarks=_why_unserved(duty))
    state = min((standing.state for _, standing in served), key=_WORST.index)
    moments = [standing.last_proof for _, standing in served]
    known_moments = [moment for moment in moments if moment is not None]
    bad = [(proof, standing) for proof, standing in served if standing.state is not State.PROVEN]
    return Standing(
        state,
        min(known_moments) if len(known_moments) == len(moments) else None,
        tuple(f"{proof}: {', '.join(standing.remarks)}" for proof, standing in bad),
        tuple(dict.fromkeys(proof.check for proof, _ in bad)),
    )


def _why_unserved(duty: Duty) -> tuple[str, ...]:
    if not duty.proved_by:
        return ("no component serves it yet",)
    groups = dict.fromkeys(proof.group for proof in duty.proved_by if proof.group)
    return (f"this site has no {' or '.join(groups)}",)


def _judge_proof(duty: Duty, proof: Proof, known: Known, every: timedelta) -> Standing:
    if proof.group is not None:
        targets = known.groups.get(proof.group, ())
        if not targets:
            return Standing(State.UNSERVED)
        outcomes = [outcome for outcome in known.outcomes if outcome.check == proof.check and outcome.target in targets]
    else:
        outcomes = _current(
            [outcome for outcome in known.outcomes if _serves(outcome, proof.check, duty.id)], proof.check, known.hosts
        )
        targets = tuple(dict.fromkeys(outcome.target for outcome in outcomes))
    by_target = {target: [outcome for outcome in outcomes if outcome.target == target] for target in targets}
    if not any(by_target.values()):
        return Standing(State.NEVER, remarks=("never ran",))
    return _sum_up(
        {target: _judge_target(duty, proof, found, known.now - every) for target, found in by_target.items()},
        proof,
        by_target,
        known,
    )


def _serves(outcome: Outcome, check: str, duty_id: str) -> bool:
    """Does an outcome of a check speak of the duty? All of them where it is the check's own, else those that name it."""
    return outcome.check == check and (CHECKS[check].duty == duty_id or outcome.duty == duty_id)


def _current(outcomes: list[Outcome], check: str, hosts: frozenset[str]) -> list[Outcome]:
    """Without targets that are no more. A check of hosts: those in the inventory. A check of a register: its newest audit.

    A register is audited as a whole, and all outcomes of an audit carry its one moment.
    """
    of_hosts = [] if CHECKS[check].of_register else [outcome for outcome in outcomes if outcome.target in hosts]
    newest = max((outcome.started for outcome in outcomes), default=None)
    return of_hosts or [outcome for outcome in outcomes if outcome.started == newest]


def _judge_target(duty: Duty, proof: Proof, outcomes: Iterable[Outcome], oldest: datetime) -> State:
    found = list(outcomes)
    if not found:
        return State.NEVER
    if any(outcome.status in {Status.ERROR, Status.UNCHECKED} for outcome in found):
        return State.FAILED
    # On a host of our group, a finding of another duty is that duty's; one of nobody's in particular is everybody's.
    mine = {None, duty.id, CHECKS[proof.check].duty}
    if any(outcome.status is Status.FINDING and (proof.group is None or outcome.duty in mine) for outcome in found):
        return State.FINDING
    return State.LATE if min(outcome.started for outcome in found) < oldest else State.PROVEN


def _sum_up(states: Mapping[str, State], proof: Proof, outcomes: Mapping[str, list[Outcome]], known: Known) -> Standing:
    state = min(states.values(), key=_WORST.index)
    moments: list[datetime | None] = []
    for target, its_state in states.items():
        good = its_state in {State.PROVEN, State.LATE}
        moments.append(min(outcome.started for outcome in outcomes[target]) if good else known.last_ok.get((target, proof.check)))
    known_moments = [moment for moment in moments if moment is not None]
    last = min(known_moments) if len(known_moments) == len(moments) else None
    words = {
        State.FAILED: "could not check",
        State.NEVER: "never checked",
        State.FINDING: "findings on",
        State.LATE: "too long ago:",
    }
    remarks = []
    for kind, word in words.items():
        names = [target for target, its_state in states.items() if its_state is kind]
        if names:
            remarks.append(f"{word} {some(names, _NAMED)}")
    return Standing(state, last, tuple(remarks))
