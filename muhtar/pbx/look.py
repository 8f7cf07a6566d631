"""All that is declared for a PBX against all that it runs. Pure but for reading the inventory."""

from __future__ import annotations

from typing import Any

from muhtar.inventory import Target
from muhtar.pbx.declared import Declared, declared
from muhtar.pbx.dialplan import dialplan_apart, pins_apart, wanted_dialplan
from muhtar.pbx.difference import Difference
from muhtar.pbx.extensions import extensions_apart
from muhtar.pbx.queues import modules_apart, queues_apart
from muhtar.pbx.trunks import trunks_apart
from muhtar.words import count
from nornir_tasks.get_pbx_state import PbxState

__all__ = ["apart", "questions", "said"]


def questions(target: Target) -> dict[str, Any]:
    """Parameters of `get_pbx_state` for this PBX: what it must be asked beyond lists."""
    wanted = declared(target)
    return {
        "trunks": [trunk.name for trunk in wanted.trunks],
        "variables": [f"PIN_{route.name}" for route in wanted.routes if route.pin],
    }


def apart(target: Target, state: PbxState) -> list[Difference]:
    """Everything that does not run as declared."""
    wanted = declared(target)
    return [
        *extensions_apart(wanted, state["endpoints"]),
        *trunks_apart(wanted, state),
        *queues_apart(wanted, state["queues"]),
        *dialplan_apart(wanted_dialplan(target), state["dialplan"]),
        *pins_apart(wanted, state["variables"]),
        *modules_apart(state["modules"]),
    ]


def said(wanted: Declared) -> str:
    """What was found to be as declared, in one sentence."""
    things = [count(len(wanted.extensions), "extension")]
    things += [count(len(wanted.trunks), "trunk")] if wanted.trunks else []
    things += [count(len(wanted.queues), "queue")] if wanted.queues else []
    return f"{', '.join(things)}, dial plan and modules run as declared, and nothing else does"
