"""Judging what devices show to somebody who knows no password, and their clocks; and asking them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.inventory import Inventory, Target
from muhtar.outcome import Outcome
from muhtar.progress import Progress
from muhtar.video.policy import CameraPolicy, Policies
from muhtar.video.verdict import Verdict
from muhtar.words import count
from nornir_tasks.probe_exposure import Exposure, probe_exposure
from nornir_tasks.recorder import Health, Untold

__all__ = ["exposure", "leads", "probe"]

_LOGINS = Path(__file__).with_name("default_logins.yml")
# Seconds for one device: every one of its ports may be silent.
TIMEOUT = 60.0
_MENDS = {
    "telnet": "turn telnet off",
    "http": "turn HTTP off, or have it send everybody on to HTTPS",
    "rtsp": "have RTSP ask for a password (digest)",
    "onvif": "have ONVIF ask for a login",
    "password": "give it a password of its own",
}


def probe(
    inventory: Inventory, policies: Mapping[str, Policies], streams: Mapping[str, tuple[int, str]], *, progress: Progress
) -> dict[str, HostResult]:
    """Ask every camera and recorder that may be probed, once; by their names. `streams` are the cameras' ports and paths."""
    cameras = {name: policy for found in policies.values() for name, policy in found.cameras.items() if policy.probe}
    recorders = [name for name, found in policies.items() if found.recorder.probe]
    targets = [inventory.target(name) for name in dict.fromkeys([*recorders, *cameras])]
    if not targets:
        return {}

    def parameters(target: Target) -> dict[str, Any]:
        policy = cameras.get(target.name)
        return {} if policy is None else _asked(policy, streams[target.name])

    return run_fleet(
        inventory,
        targets,
        probe_exposure,
        name="what cameras and recorders show to strangers",
        progress=progress,
        timeout=TIMEOUT,
        per_target=parameters,
    )


def _asked(policy: CameraPolicy, stream: tuple[int, str]) -> dict[str, Any]:
    return {"stream": stream, "onvif_port": policy.onvif_port, "logins": _logins()[: policy.password_tries]}


@cache
def _logins() -> Sequence[tuple[str, str]]:
    # Not as Secrets: words like "admin" would then be cut out of every report.
    return tuple((item["user"], item["password"]) for item in yaml.safe_load(_LOGINS.read_text(encoding="utf-8")))


def leads(policies: Policies, probed: Mapping[str, HostResult]) -> dict[str, float | Untold]:
    """The cameras' clocks, of those that were asked."""
    found: dict[str, float | Untold] = {}
    for name in policies.cameras:
        if name in probed:
            result = probed[name]
            found[name] = result.result.lead if result.error is None else Untold(result.why)
    return found


def exposure(verdict: Verdict, health: Health | None, policies: Policies, probed: Mapping[str, HostResult]) -> Iterable[Outcome]:
    """Outcomes of `video.exposure`, of the recorder and its cameras. `health` is None where the recorder did not answer us."""
    asked = [name for name in (verdict.target, *policies.cameras) if name in probed]
    tried = 0
    for name in asked:
        result = probed[name]
        if result.error is not None:
            mend = "camera_probe: false where Muhtar cannot reach the cameras"
            verdict.unchecked(name, f"cannot be asked: {result.why}", mend=mend)
            continue
        seen: Exposure = result.result
        tried += seen.tried
        for what, sentence in seen.open.items():
            verdict.finding(f"{name} {what}", sentence, wanted="closed", found="open", mend=_MENDS[what])
        for what, why in seen.untold.items():
            verdict.unchecked(f"{name} {what}", why)
    if health is not None:
        if isinstance(health.insecure, Untold):
            verdict.unchecked("protocols", f"the recorder does not tell its protocols: {health.insecure.why}")
        else:
            for sentence in health.insecure:
                verdict.finding(sentence.partition(" ")[0].lower(), sentence, wanted="off", found="on", mend="turn it off there")
    silent = 1 + len(policies.cameras) - len(asked)
    words = [f"{count(len(asked), 'device')} open nothing to strangers"]
    words.append(f"{count(tried, 'default password')} tried" if tried else "default passwords not tried (camera_password_tries)")
    words += [f"{count(silent, 'device')} not asked (camera_probe, recorder_probe)"] if silent else []
    return verdict.outcomes("; ".join(words))
