"""Judging the recorder as a machine: disks, clock, firmware, and how many cameras it may have. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from muhtar.outcome import Outcome
from muhtar.video.policy import Policies
from muhtar.video.verdict import Verdict
from muhtar.words import count
from nornir_tasks.recorder import Disk, Health, Untold

__all__ = ["channels", "clock", "disk", "firmware"]


def disk(verdict: Verdict, health: Health, policies: Policies) -> Iterable[Outcome]:
    """Outcomes of `video.disk`: room, the recorder's own word, and SMART, for each disk."""
    if isinstance(health.disks, Untold):
        verdict.unchecked("", f"the recorder does not tell its disks: {health.disks.why}")
        return verdict.outcomes("")
    if not health.disks:
        verdict.finding("", "the recorder has no disk", wanted="a disk", found="none", mend="see whether it was pulled")
    for item in health.disks:
        _disk(verdict, item, policies)
    smart = "SMART is well" if policies.recorder.smart else "SMART is not looked at (recorder_smart)"
    return verdict.outcomes(f"{count(len(health.disks), 'disk')} well, {_room(health.disks)}; {smart}")


def _disk(verdict: Verdict, item: Disk, policies: Policies) -> None:
    limit = policies.recorder.disk_free_percent
    if item.state:
        verdict.finding(
            item.name, f"the recorder calls it {item.state}", wanted="ok", found=item.state, mend="replace or initialise the disk"
        )
    elif isinstance(item.free, Untold):
        verdict.unchecked(item.name, f"its room is not known: {item.free.why}")
    elif not item.overwrites and item.free * 100 < limit:
        verdict.finding(
            item.name,
            f"{item.free:.1%} free",
            wanted=f"{limit:g} % free",
            found=f"{item.free:.1%}",
            intent=policies.intent(verdict.target, "disk_free_percent"),
            mend="see whether old recordings are deleted; give it more room",
        )
    if not policies.recorder.smart:
        return
    if isinstance(item.smart, Untold):
        verdict.unchecked(
            f"{item.name} SMART", f"not known: {item.smart.why}", mend="recorder_smart: false where the disks are virtual"
        )
    elif item.smart:
        verdict.finding(f"{item.name} SMART", item.smart, wanted="well", found=item.smart, mend="replace the disk soon")


def _room(disks: tuple[Disk, ...]) -> str:
    known = [item.free for item in disks if not isinstance(item.free, Untold)]
    least = f"{min(known):.0%} free at the least" if known else "room not known"
    return f"{least}, overwriting the oldest" if any(item.overwrites for item in disks) else least


def clock(
    verdict: Verdict, health: Health, policies: Policies, cameras: Mapping[str, float | Untold], unprobed: int
) -> Iterable[Outcome]:
    """Outcomes of `video.clock`; `cameras` are the leads of the probed cameras' clocks over ours, in seconds."""
    limits: dict[str, tuple[float | Untold, float]] = {"": (health.offset, policies.recorder.clock_seconds)}
    limits |= {name: (lead, policies.cameras[name].clock_seconds) for name, lead in cameras.items()}
    worst = 0.0
    for name, (lead, limit) in limits.items():
        if isinstance(lead, Untold):
            verdict.unchecked(name, f"its clock is not known: {lead.why}")
            continue
        worst = max(worst, abs(lead))
        if abs(lead) > limit:
            host = name or verdict.target
            verdict.finding(
                name,
                f"the clock is {abs(lead):.0f} s {'ahead' if lead > 0 else 'behind'}",
                wanted=f"within {limit:g} s",
                found=f"{lead:+.1f} s",
                intent=policies.intent(host, "clock_seconds"),
                mend=f"let {host} take its time from the site's time server",
            )
    rest = f"; {count(unprobed, 'camera')} not asked (camera_probe)" if unprobed else ""
    return verdict.outcomes(f"{count(len(limits), 'clock')} within their limits, {worst:.1f} s off at the most{rest}")


def firmware(verdict: Verdict, health: Health, policies: Policies) -> Iterable[Outcome]:
    """Outcomes of `video.firmware`, for the recorder and the cameras whose version is declared."""
    told: dict[str, str | Untold] = {"": health.firmware}
    for name in policies.cameras:
        told[name] = health.camera_firmware.get(name) or Untold("the recorder does not tell the version of this camera")
    wanted = {"": policies.recorder.firmware} | {name: policy.firmware for name, policy in policies.cameras.items()}
    asked = {name: version for name, version in wanted.items() if version}
    for name, version in asked.items():
        runs = told[name]
        if isinstance(runs, Untold):
            verdict.unchecked(name, f"its version is not known: {runs.why}")
        elif not _is(version, runs):
            verdict.finding(
                name,
                f"runs {runs}, declared is {version}",
                wanted=version,
                found=runs,
                intent=policies.intent(name or verdict.target, "firmware"),
                mend="install the declared version, or declare the one that was tried out",
            )
    return verdict.outcomes(f"{count(len(asked), 'version')} as declared")


def _is(declared: str, runs: str) -> bool:
    """`1.36` is 1.36 and 1.36.33, and not 1.360."""
    return runs == declared or runs.startswith((f"{declared}.", f"{declared} "))


def channels(verdict: Verdict, health: Health) -> Iterable[Outcome]:
    """Outcomes of `video.channels`: whether the recorder takes the cameras that it has, and how many more."""
    if isinstance(health.channels, Untold):
        verdict.unchecked("", f"the recorder does not tell how many cameras it may have: {health.channels.why}")
        return verdict.outcomes("")
    if health.channels is None:
        return verdict.outcomes("the recorder knows no limit")
    used, allowed = health.channels
    if used > allowed:
        verdict.finding(
            "",
            f"{count(used, 'camera')}, {allowed} are allowed",
            wanted=f"at most {allowed}",
            found=str(used),
            mend="buy channels or another recorder",
        )
    return verdict.outcomes(f"{used} of {allowed} channels used")
