"""The catalogue of faults: one file each."""

from __future__ import annotations

from lab.faults.camera_frozen import CameraFrozen
from lab.faults.clock_skew import ClockSkew
from lab.faults.drifted_line import DriftedLine
from lab.faults.edited_file import EditedFile
from lab.faults.fault import Fault
from lab.faults.full_disk import FullDisk
from lab.faults.license_lead_time import LicenseLeadTime
from lab.faults.stale_lock import StaleLock
from lab.faults.stopped_service import StoppedService
from lab.faults.unplugged_host import UnpluggedHost
from lab.faults.unplugged_link import UnpluggedLink
from muhtar.errors import UsageError

__all__ = ["CATALOGUE", "Fault", "get"]

CATALOGUE: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        CameraFrozen(),
        ClockSkew(),
        DriftedLine(),
        EditedFile(),
        FullDisk(),
        LicenseLeadTime(),
        StaleLock(),
        StoppedService(),
        UnpluggedHost(),
        UnpluggedLink(),
    )
}


def get(name: str) -> Fault:
    """The fault of that name. Raises UsageError where there is none."""
    if name not in CATALOGUE:
        raise UsageError(f"there is no fault {name!r}", mend=f"choose one of {', '.join(CATALOGUE)}")
    return CATALOGUE[name]
