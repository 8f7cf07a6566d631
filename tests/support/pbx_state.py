"""A PBX that runs what a set of variables declares, for tests to bend."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from muhtar.inventory import Target
from muhtar.pbx.declared import declared
from muhtar.pbx.dialplan import wanted_dialplan
from nornir_tasks.get_pbx_state import DANGEROUS, PbxState, RunningQueue
from nornir_tasks.pbx_endpoints import Endpoint

__all__ = ["pbx", "state_of"]


def pbx(variables: dict[str, Any]) -> Target:
    """A PBX with these variables."""
    return Target("pbx1", ("pbx",), MappingProxyType(variables))


def state_of(variables: dict[str, Any], endpoints: list[Endpoint]) -> PbxState:
    """What that PBX runs where all is as declared; the endpoints are the test's own."""
    target = pbx(variables)
    wanted = declared(target)
    return PbxState(
        endpoints=endpoints,
        registrations={trunk.name: "Registered" for trunk in wanted.trunks if trunk.register_there},
        queues={
            queue.number: RunningQueue(strategy=queue.strategy, members=[f"PJSIP/{member}" for member in queue.members])
            for queue in wanted.queues
        },
        dialplan=wanted_dialplan(target),
        variables={f"PIN_{name}": secret for name, secret in wanted.pins.items()},
        modules={"chan_pjsip": True} | dict.fromkeys(DANGEROUS, False),
    )
