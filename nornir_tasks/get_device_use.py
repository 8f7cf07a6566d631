"""What a network device says of itself, its licensed features included where its platform tells them."""

from __future__ import annotations

from typing import Any

from netmiko.utilities import get_structured_data_textfsm
from nornir.core.task import Result, Task

from nornir_tasks.connections import lost
from nornir_tasks.host import session, target_of

__all__ = ["features_in_use", "get_device_use"]

# Platform → the command that tells, the name of its template, and the columns of the feature and of its state.
# Templates: ntc-templates, which netmiko reads.
_TOLD_BY = {
    "ios": ("show license", "cisco_ios", "feature", "license_state"),
    "nxos": ("show license usage", "cisco_nxos", "feature", "status"),
}


def get_device_use(task: Task) -> Result:
    """Result: NAPALM's facts, and `features`: names of licensed features in use, or None where the device does not tell."""
    device = session(task, "napalm")
    facts = dict(device.get_facts())
    return Result(host=task.host, result={**facts, "features": _features(device, str(target_of(task).platform))})


def _features(device: Any, platform: str) -> list[str] | None:
    if platform not in _TOLD_BY:
        return None
    command = _TOLD_BY[platform][0]
    try:
        return features_in_use(platform, str(device.cli([command])[command]))
    except Exception as error:
        # Many models do not know the command, and drivers say so in their own ways; a lost session is no such answer.
        if isinstance(error, (*lost(), ConnectionError, TimeoutError)):
            raise
        return None


def features_in_use(platform: str, output: str) -> list[str] | None:
    """Names of the features that the command's output calls in use, sorted; None where there are none in it.

    What the template does not know raises textfsm's error.
    """
    command, template, name, state = _TOLD_BY[platform]
    rows = get_structured_data_textfsm(output, platform=template, command=command)
    if not isinstance(rows, list):
        return None
    return sorted(str(row[name]) for row in rows if "in use" in (said := str(row[state]).casefold()) and "not in use" not in said)
