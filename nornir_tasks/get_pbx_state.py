"""What a PBX really runs, as it tells over its manager interface: phones, trunks, queues, dial plan, modules."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import TypedDict

from nornir.core.task import Result, Task

from muhtar.secrets import Secret
from nornir_tasks.connections.ami import Ami, AmiError, Message
from nornir_tasks.host import session
from nornir_tasks.pbx_endpoints import Endpoint, read_endpoints

__all__ = ["DANGEROUS", "UNKNOWN", "PbxState", "RunningQueue", "Step", "get_pbx_state"]

# Modules that let a caller, or whoever can change the dial plan, reach further than a PBX should.
DANGEROUS = ("app_system", "func_shell", "res_agi", "app_externalivr", "res_pjsip_endpoint_identifier_anonymous")
# Asterisk's words for a contact that it has not asked yet.
UNKNOWN = frozenset({"Unknown", "NonQualified", "Created"})
# The PBX calls an empty list an error, and the actions of a module that is not loaded unknown.
_NOTHING = re.compile(r"no .*found|.*unknown command", re.IGNORECASE)
# Seconds between two looks at a trunk of which the PBX does not know yet whether it answers.
_PAUSE = 0.5

Step = tuple[str, str, str, str]
"""A step of the dial plan: extension, priority, application, data. An included context is ("", "include", its name, "")."""


class RunningQueue(TypedDict):
    """A queue as it runs; `members` are their channels (`PJSIP/1001`)."""

    strategy: str
    members: list[str]


class PbxState(TypedDict):
    """All of it. `registrations` are ours at others, by name: Asterisk's word (Registered, Rejected, ...). `dialplan` are the
    steps of each context; `variables` the global ones that were asked for. `modules` says of each module of the configuration,
    and of the dangerous ones, whether it is loaded.
    """

    endpoints: list[Endpoint]
    registrations: dict[str, str]
    queues: dict[str, RunningQueue]
    dialplan: dict[str, list[Step]]
    variables: dict[str, Secret]
    modules: dict[str, bool]


def get_pbx_state(task: Task, trunks: Sequence[str] = (), variables: Sequence[str] = (), patience: float = 5.0) -> Result:
    """Result: PbxState. `trunks` get up to `patience` seconds until it is known whether they answer; `variables` are names of
    global variables whose values are secret. Raises UnreachableError, and AmiError where the PBX refuses.
    """
    ami: Ami = session(task, "ami")
    registrations = _listing(ami, "PJSIPShowRegistrationsOutbound")
    state = PbxState(
        endpoints=_settled(ami, trunks, patience),
        registrations={
            event["ObjectName"]: event.get("Status", "")
            for event in registrations
            if event.get("Event") == "OutboundRegistrationDetail"
        },
        queues=_queues(ami),
        dialplan=_dialplan(ami),
        variables={name: Secret(ami.action("GetVar", Variable=name).get("Value", "")) for name in variables},
        modules=_modules(ami),
    )
    return Result(host=task.host, result=state)


def _settled(ami: Ami, trunks: Sequence[str], patience: float) -> list[Endpoint]:
    """The endpoints, once the PBX has asked the trunks: by itself it does so only within a minute after its start."""
    until = time.monotonic() + patience
    found = read_endpoints(ami)
    waiting = _unknown(found, trunks)
    for name in waiting:
        ami.action("PJSIPQualify", Endpoint=name)
    while waiting and time.monotonic() < until:
        time.sleep(_PAUSE)
        found = read_endpoints(ami)
        waiting = _unknown(found, trunks)
    return found


def _unknown(found: Sequence[Endpoint], trunks: Sequence[str]) -> list[str]:
    return [
        endpoint["number"]
        for endpoint in found
        if endpoint["number"] in trunks and any(status in UNKNOWN for _, status in endpoint["contacts"])
    ]


def _listing(ami: Ami, action: str) -> list[Message]:
    try:
        return ami.listing(action)
    except AmiError as error:
        if _NOTHING.match(error.message):
            return []
        raise


def _queues(ami: Ami) -> dict[str, RunningQueue]:
    found: dict[str, RunningQueue] = {}
    for event in _listing(ami, "QueueStatus"):
        if event.get("Event") == "QueueParams":
            found[event["Queue"]] = RunningQueue(strategy=event.get("Strategy", ""), members=[])
        elif event.get("Event") == "QueueMember":
            found[event["Queue"]]["members"].append(event.get("Location", ""))
    return found


def _dialplan(ami: Ami) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {}
    for event in _listing(ami, "ShowDialPlan"):
        if event.get("Event") != "ListDialplan":
            continue
        step = (event.get("Extension", ""), event.get("Priority", ""), event.get("Application", ""), event.get("AppData", ""))
        if "IncludeContext" in event:
            step = ("", "include", event["IncludeContext"], "")
        found.setdefault(event.get("Context", ""), []).append(step)
    return found


def _modules(ami: Ami) -> dict[str, bool]:
    """The file on the host says what is to be loaded; that it is the declared one is what the role's own check proves."""
    lines = [value for key, value in ami.action("GetConfig", Filename="modules.conf").items() if key.startswith("Line-")]
    wanted = [line.partition("=")[2].strip(" >").removesuffix(".so") for line in lines if re.match(r"(pre)?load\s*=", line)]
    return {name: _loaded(ami, name) for name in dict.fromkeys([*wanted, *DANGEROUS])}


def _loaded(ami: Ami, name: str) -> bool:
    try:
        ami.action("ModuleCheck", Module=f"{name}.so")
    except AmiError as error:
        if "not loaded" in error.message:
            return False
        raise
    return True
