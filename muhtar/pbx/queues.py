"""Declared queues and modules against those that run. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from muhtar.pbx.declared import Declared
from muhtar.pbx.difference import Difference, differing
from nornir_tasks.get_pbx_state import DANGEROUS, RunningQueue

__all__ = ["modules_apart", "queues_apart"]

KEY = "asterisk_queues"
_RESTART = "a restart loads what /etc/asterisk/modules.conf says, and nothing else: systemctl restart asterisk"


def queues_apart(wanted: Declared, running: Mapping[str, RunningQueue]) -> list[Difference]:
    """Queues that do not run or run otherwise, in their order; then those that nobody declared."""
    found: list[Difference] = []
    for queue in wanted.queues:
        subject, there = f"queue {queue.number}", running.get(queue.number)
        if there is None:
            found.append(Difference(subject, "does not run on the PBX", queue.name, "(absent)", KEY))
            continue
        members = ", ".join(sorted(f"PJSIP/{member}" for member in queue.members))
        sides = {"strategy": (queue.strategy, there["strategy"]), "members": (members, ", ".join(sorted(there["members"])))}
        if difference := differing(subject, KEY, sides):
            found.append(difference)
    declared = {queue.number for queue in wanted.queues}
    found += (
        Difference(f"queue {name}", "runs on the PBX, but nobody declared it", "(absent)", ", ".join(queue["members"]), KEY)
        for name, queue in sorted(running.items())
        if name not in declared
    )
    return found


def modules_apart(modules: Mapping[str, bool]) -> list[Difference]:
    """Modules that are configured and not loaded, and dangerous ones that are loaded."""
    missing = [name for name, loaded in modules.items() if not loaded and name not in DANGEROUS]
    found = [Difference(f"module {name}", "is not loaded", "loaded", "not loaded", mend=_RESTART) for name in missing]
    return found + [
        Difference(f"module {name}", "is loaded, and lets callers do too much", "not loaded", "loaded", mend=_RESTART)
        for name in DANGEROUS
        if modules.get(name)
    ]
