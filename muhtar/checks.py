"""Every check that Muhtar can do: its stable id, what it means, and the duty it serves unless an outcome says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["CHECKS", "Check", "check"]

Severity = Literal["info", "minor", "major", "critical", "blocker"]


@dataclass(frozen=True)
class Check:
    """A check: `severity` is GitLab's Code Quality scale; `duty` an id of the duty register.

    `of_register`: its targets are ids of a register that is audited as a whole, not hosts, even where they share a name.
    """

    id: str
    title: str
    means: str
    duty: str
    severity: Severity = "major"
    of_register: bool = False


_ALL = (
    Check("provision.converge", "Provisioned", "Every role of the host ran to its end.", "8h"),
    Check("backup.snapshot", "Snapshot taken", "A new snapshot of every source of the policy is in the repository.", "8d"),
    Check("backup.age", "Backup within RPO", "The newest snapshot of every source is younger than its RPO.", "8d", "critical"),
    Check("backup.policy", "Backup policy complete", "The policy backs the host up, or says why not.", "8d"),
    Check(
        "backup.properties", "3-2-1 and rhythms kept", "Copies, media, off-site, append-only, check and drill are there.", "8d"
    ),
    Check("backup.trend", "Volume as usual", "Size, changes and compressibility are as before, and above the minimum.", "8d"),
    Check(
        "backup.drill", "Restore drilled", "A restore into a scratch area went well, within the policy's days.", "8d", "critical"
    ),
    Check("backup.restore", "Restore proven", "What was restored equals what was backed up.", "8d", "critical"),
    Check("backup.check", "Repository whole", "No pack is damaged, and all are read within the policy's days.", "8d", "critical"),
    Check("backup.retention", "Retention applied", "No more snapshots are kept than the retention says, and none less.", "8d"),
    Check("backup.copy", "Second copy complete", "The second repository has every snapshot of the first.", "8d", "critical"),
    Check("drift.servers", "Server as declared", "No task of the host's roles would change anything.", "8h"),
    Check("drift.unmanaged", "Nothing undeclared", "The host has nothing with power or open that nobody declared.", "8h"),
    Check("drift.network", "Running config as intended", "The device itself sees no difference to its intended config.", "8e"),
    Check("network.change", "Device changed as planned", "The device runs what the plan says, and what was up is up.", "8e"),
    Check("drift.pbx", "PBX as declared", "Phones, trunks, queues, dial plan and modules run as declared, nothing else.", "8f"),
    Check("pbx.lint", "PBX declared well", "No weak secret, doubled number, open trunk or way to toll fraud.", "8f"),
    Check("pbx.recordings", "Calls recorded", "Each call that must be is recorded, and kept for its time, not longer.", "8f"),
    Check("drift.video", "NVR as declared", "The NVR has the declared cameras, each of them recording.", "8k"),
    Check("video.recording", "Recorded without a hole", "The last 24 hours of each camera are on the recorder.", "8k"),
    Check("video.retention", "Kept as long as allowed", "Recordings are kept no shorter and no longer than declared.", "8k"),
    Check(
        "video.disk", "Recorder's disks well", "There is room, and neither the recorder nor SMART complains.", "8k", "critical"
    ),
    Check("video.clock", "Clocks right", "Recorder and cameras have the controller's time, within their limits.", "8k", "minor"),
    Check("video.exposure", "Closed to strangers", "Neither telnet, HTTP nor streams are open without a password.", "8k"),
    Check("video.picture", "Picture moves", "A picture of each camera came, and the next one was another (with --stills).", "8k"),
    Check("video.firmware", "Version as declared", "Recorder and cameras run the declared versions.", "8k", "minor"),
    Check("video.channels", "Channels within limit", "The recorder has no more cameras than it may have.", "8k", "minor"),
    Check("video.history", "Recorder's settings kept", "The recorder is set up as the history has it.", "8k", "minor"),
    Check("drift.access", "Access as declared", "Each account can do what the register says, by whatever way, no more.", "8b6"),
    Check("drift.database", "Database server as declared", "Settings, extensions, rules, encryption are as they should.", "8b6"),
    Check("drift.fix", "Finding mended", "The one finding that was to be mended is gone.", "8h"),
    Check("network.lint", "Configuration well-formed", "No rule of good practice speaks against the intended config.", "8e"),
    Check("network.validate", "State as declared", "Neighbours, interfaces, routes, version and clock are as stated.", "8e"),
    Check("network.coverage", "Devices known and backed up", "Inventory, backups and LLDP speak of the same devices.", "8e"),
    Check("network.history", "Configuration kept", "The running configuration is whole, and its text is in the history.", "8e"),
    Check("network.unsaved", "Changes saved", "The device would start with the configuration that it runs.", "8e", "minor"),
    Check(
        "license.lint", "Registers well-formed", "Every entry of the register is as its schema says.", "8b10", of_register=True
    ),
    Check("license.expiry", "License in term", "It neither has expired nor does so soon.", "8b10", of_register=True),
    Check("license.seats", "Use within entitlement", "No more are in use than were bought.", "8b10", of_register=True),
    Check("license.idle", "Nothing bought in vain", "Not more lies unused than may be.", "8b10", "minor", of_register=True),
    Check("license.unlicensed", "All in use is licensed", "A license covers what was discovered.", "8b10", of_register=True),
    Check("license.unused", "All licensed is in use", "Discovery finds it.", "8b10", "minor", of_register=True),
    Check("license.discover", "Use discovered", "What the host has and runs is known as of this look.", "8b10", "minor"),
    Check(
        "license.import", "File and register agree", "The file's row is as the register has it.", "8b9", "minor", of_register=True
    ),
    Check("license.support", "Version supported", "Its maker mends this version for a while yet.", "8b10", of_register=True),
    Check(
        "warranty.cover", "Covered or exempt", "A contract covers the asset today, or it need not be.", "8b9", of_register=True
    ),
    Check(
        "warranty.gap", "No gap ahead", "Its contracts follow each other without a day between.", "8b9", "minor", of_register=True
    ),
    Check("warranty.expiry", "Contract renewed in time", "No asset loses its cover with it soon.", "8b9", of_register=True),
    Check("procurement.license", "No license to buy", "Nothing must be ordered for it in the year.", "8b4", of_register=True),
    Check("procurement.asset", "No hardware to buy", "Nothing must be ordered for it in the year.", "8b1", of_register=True),
    Check(
        "procurement.route",
        "Way of buying known",
        "Law 4734 says how the lot is bought.",
        "8b4",
        of_register=True,
    ),
    Check("certificate.expiry", "Certificate in term", "The service's certificate is vouched for and does not end soon.", "8h"),
    Check("domain.expiry", "Domain in term", "Its registration neither has ended nor does so soon.", "8l", of_register=True),
    Check("calendar.complete", "Calendar complete", "All that its source knows has its place in it.", "8b9", of_register=True),
    Check("software.changes", "Software known", "What is installed was read, and what has changed since is told.", "8b5"),
    Check("report.shard", "Shard's report present", "The report of every shard of the run is there to be merged.", "9"),
    Check("waiver.term", "Waiver in term", "The waiver that covers findings of this run has not run out.", "9", "minor"),
    Check("duty.proof", "Duty proven", "The checks that prove the duty ran, and recently enough.", "9", "minor"),
)

CHECKS: dict[str, Check] = {item.id: item for item in _ALL}


def check(check_id: str) -> Check:
    """The check of that id. Raises KeyError for an id that was never declared: checks are named here first."""
    return CHECKS[check_id]
