"""What scanners and the kernel say of a host: its SSH server, its TLS services, its listening sockets."""

from __future__ import annotations

import ipaddress
import json
import sys
from importlib import resources
from pathlib import Path

from muhtar.doors.process import run

__all__ = ["listening", "ssh_failures", "tls_failures"]

_PROGRAMS = Path(sys.executable).parent
# Neither is weaker than what Mozilla's list has, and neither Go nor Asterisk nor Python lets one choose.
_STRONG_CURVES = ("secp521r1", "X448")
# Ports below are given out by people, those above by the kernel (net.ipv4.ip_local_port_range begins there).
_EPHEMERAL = 32768


def ssh_failures(address: str) -> list[str]:
    """What ssh-audit holds to be broken at an SSH server; warnings are not among them. Raises DoorError where none answers."""
    # Knocking fast would only tell how OpenSSH 10 shuts us out.
    done = run([_PROGRAMS / "ssh-audit", "--no-colors", "--skip-rate-test", "--level=fail", address], ok=(0, 2, 3), timeout=120)
    if done.returncode != 3:
        return []
    return [line for line in done.stdout.splitlines() if "[fail]" in line] or done.stdout.splitlines()[-3:]


def tls_failures(name: str, address: str, port: int, *, ca_file: str, starttls: str = "", scratch: Path) -> list[str]:
    """What keeps a service from Mozilla's intermediate profile, by sslyze; `scratch` is an empty folder."""
    profile, result = scratch / "profile.json", scratch / "result.json"
    profile.write_text(json.dumps(_profile()), encoding="utf-8")
    options = [f"--custom_tls_config={profile}", f"--certinfo_ca_file={ca_file}", f"--json_out={result}"]
    options += [f"--starttls={starttls}"] if starttls else []
    done = run([_PROGRAMS / "sslyze", *options, f"{name}:{port}{{{address}}}"], ok=(0, 1), timeout=180)
    (told,) = json.loads(result.read_text(encoding="utf-8"))["server_scan_results"]
    deployment = told["scan_result"]["certificate_info"]["result"]["certificate_deployments"][0]
    # Public trust stores do not know the lab's authority; the one that we gave has to, and for this name.
    ours = [item for item in deployment["path_validation_results"] if item["trust_store"]["path"] == str(ca_file)]
    trusted = bool(ours) and all(item["was_validation_successful"] for item in ours)
    problems = [] if trusted else [f"the certificate is not our authority's for {name}"]
    if done.returncode != 0:
        lines = [line.strip() for line in done.stdout.splitlines()]
        problems += [line for line in lines if line.startswith("* ") and ": " in line and "should" in line] or lines[-3:]
    return problems


def listening(told: str, own: str) -> set[str]:
    """Sockets of `ss -tulnH` as `tcp any 22`: protocol; on every address (any), on `own` or on loopback; port.

    A UDP port that the kernel gave out is `ephemeral`.
    """
    found = set()
    for line in told.splitlines():
        protocol, _, _, _, local = line.split()[:5]
        where, _, port = local.rpartition(":")
        if protocol == "udp" and int(port) >= _EPHEMERAL:
            port = "ephemeral"
        found.add(f"{protocol} {_where(where, own)} {port}")
    return found


def _where(address: str, own: str) -> str:
    bare = address.strip("[]").partition("%")[0]
    if bare == "*":
        return "any"
    if bare == own:
        return "own"
    parsed = ipaddress.ip_address(bare)
    return "any" if parsed.is_unspecified else "loopback" if parsed.is_loopback else bare


def _profile() -> dict[str, object]:
    (file,) = (item for item in resources.files("sslyze.mozilla_tls_profile").iterdir() if item.name.endswith(".json"))
    profile: dict[str, object] = json.loads(file.read_text(encoding="utf-8"))["configurations"]["intermediate"]
    curves = profile["tls_curves"]
    assert isinstance(curves, list)
    return {**profile, "tls_curves": [*curves, *_STRONG_CURVES]}
