"""Ask what answers in sessions: network devices, telephone exchanges, video recorders."""

from __future__ import annotations

from collections.abc import Sequence

from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.inventory import Inventory, Target
from muhtar.license.discovery.answer import Answer
from muhtar.license.discovery.record import Item, Look, Sample
from muhtar.network.facts import ask as ask_facts
from muhtar.progress import Progress
from muhtar.video.look import ask as ask_monitors
from nornir_tasks.get_device_use import get_device_use
from nornir_tasks.get_pbx_use import PbxUse, get_pbx_use
from nornir_tasks.monitor import Monitor
from nornir_tasks.recorder import Health
from nornir_tasks.recorder_kind import recorder_kind

__all__ = ["ask_devices", "ask_exchanges", "ask_recorders"]


def ask_devices(inventory: Inventory, targets: Sequence[Target], progress: Progress) -> list[Answer]:
    """Model, version and serial number of each device, as `network.facts` keeps them too; and the licensed features in use."""
    results = ask_facts(inventory, targets, task=get_device_use, progress=progress)
    return [Answer.of(one.name, "device", results[one.name], _device(one, results[one.name])) for one in targets]


def _device(target: Target, result: HostResult) -> Look | None:
    if result.error is not None:
        return None
    facts = result.result
    serial = facts["serial_number"]
    version = str(facts["os_version"])
    return Look(
        seen=result.started,
        items=(
            Item("device", str(facts["model"]), version),
            Item("platform", str(target.platform), version),
            *(Item("feature", feature) for feature in facts["features"] or ()),
        ),
        untold=("feature",) if facts["features"] is None else (),
        maker=str(facts["vendor"]),
        model=str(facts["model"]),
        serial=", ".join(map(str, serial)) if isinstance(serial, list) else str(serial),
    )


def ask_exchanges(inventory: Inventory, targets: Sequence[Target], progress: Progress) -> list[Answer]:
    """Version and codecs of each PBX, and the channels and calls that are up now."""
    results = run_fleet(inventory, targets, get_pbx_use, name="use of the PBX", progress=progress)
    return [Answer.of(one.name, "pbx", results[one.name], _exchange(results[one.name])) for one in targets]


def _exchange(result: HostResult) -> Look | None:
    if result.error is not None:
        return None
    use: PbxUse = result.result
    return Look(
        seen=result.started,
        items=(Item("pbx", "Asterisk", use["version"]), *(Item("codec", codec) for codec in use["codecs"])),
        samples=(Sample(result.started, use["channels"], use["calls"]),),
    )


def ask_recorders(inventory: Inventory, targets: Sequence[Target], progress: Progress) -> list[Answer]:
    """The cameras that each recorder takes pictures from."""
    results = ask_monitors(inventory, targets, {one.name: () for one in targets}, progress=progress)
    return [Answer.of(one.name, "video", results[one.name], _recorder(one, results[one.name])) for one in targets]


# As its maker or its interface is called, by its kind.
_NAMES = {"zoneminder": "ZoneMinder", "isapi": "ISAPI"}


def _recorder(target: Target, result: HostResult) -> Look | None:
    if result.error is not None:
        return None
    # One that is asked for its monitors alone gives them as they are, any other its whole health.
    monitors: Sequence[Monitor] = result.result.monitors if isinstance(result.result, Health) else result.result
    used = [one for one in monitors if one.settings.get("Enabled") == "1" and one.settings.get("Function") != "None"]
    return Look(seen=result.started, items=(Item("recorder", _NAMES[recorder_kind(target)]),), counts={"camera": len(used)})
