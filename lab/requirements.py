"""What this machine must have to run the lab, whether it has it, and the mend for each."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from lab.images.store import machine_folder
from lab.podman import forget_probe, probe
from muhtar.doors import apt
from muhtar.doors.process import run
from muhtar.errors import DoorError, MuhtarError
from muhtar.progress import Progress
from muhtar.settings import home, locked

__all__ = ["PROGRAMS", "Finding", "examine", "install", "missing", "packages_to_install", "raise_inotify", "ready_to_build"]

# Program → Debian package. nsenter and flock come with util-linux, which every Debian has.
PROGRAMS = {
    "podman": "podman",
    "runc": "runc",
    "iptables": "iptables",
    "mmdebstrap": "mmdebstrap",
    "ip": "iproute2",
    "ssh": "openssh-client",
}
_CNI = (Path("/usr/lib/cni/bridge"), Path("/opt/cni/bin/bridge"))
_NETAVARK = (Path("/usr/lib/podman/netavark"), Path("/usr/libexec/podman/netavark"))
_INOTIFY = Path("/proc/sys/fs/inotify/max_user_instances")
# Eleven hosts boot systemd, with five or six instances each; two labs and molecule's containers fit below this.
INOTIFY_WANTED = 1024
_PATIENCE = 900.0
_DISK_GIB = 12
_MEMORY_GIB = 4
# systemd 258 dropped cgroup v1; the images' 252 and 257 take both.
_CGROUPS = Path("/proc/self/mounts")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `needed_for` says what does not run without it; `mend` is what to do."""

    name: str
    status: Literal["ok", "lacks", "warning"]
    found: str
    needed_for: Literal["muhtar", "lab"] = "lab"
    mend: str = ""


def examine(*, afresh: bool = False) -> list[Finding]:
    """Everything the lab needs, looked at in the order in which one would mend it.

    `afresh` starts a container even where one was seen to start before; that takes a second, and lab.up need not.
    """
    if afresh:
        forget_probe()
    checks: list[Callable[[], Finding]] = [
        _system,
        _python,
        _root,
        _sources,
        *(partial(_program, program, package) for program, package in PROGRAMS.items()),
        _network_plugins,
        _containers,
        _cgroups,
        _inotify,
        _disk,
        _memory,
        _restic,
    ]
    return [_safely(check) for check in checks]


def missing() -> list[str]:
    """Why this machine cannot run the lab, a line each; empty when it can, or when `lab.up` can make it so itself."""
    mendable = can_install()
    lacks = [finding for finding in examine() if finding.status == "lacks" and finding.needed_for == "lab"]
    if mendable:
        lacks = [finding for finding in lacks if not finding.mend.startswith("apt-get ")]
    if mendable and packages_to_install():
        # What the missing packages bring along cannot be judged before they are here.
        lacks = [finding for finding in lacks if finding.name != "containers"]
    return [f"{finding.name}: {finding.found}; {finding.mend}" for finding in lacks]


def packages_to_install() -> list[str]:
    """Debian packages of the lab that this machine lacks."""
    wanted = [package for program, package in PROGRAMS.items() if not _which(program)]
    if not any(path.exists() for path in (*_CNI, *_NETAVARK)):
        wanted.append("containernetworking-plugins")
    return wanted


def can_install() -> bool:
    """Whether we may install packages here: root on a Debian."""
    return os.geteuid() == 0 and bool(_which("apt-get"))


def install(packages: list[str], on_line: Callable[[str], None] | None = None) -> None:
    """Install Debian packages. Raises DoorError where that is not for us to do."""
    if not packages:
        return
    if not can_install():
        raise DoorError(
            f"this machine lacks {', '.join(packages)}",
            mend=f"as root: apt-get install --no-install-recommends {' '.join(packages)}",
        )
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    apt.update(on_line)
    argv = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *apt.LOCK_WAIT, *packages]
    run(argv, env=quiet, timeout=900, on_line=on_line)
    probe.cache_clear()


def ready_to_build(progress: Progress) -> list[str]:
    """Install what images and containers need, as far as we may; returns remarks. Raises DoorError saying what is missing."""
    remarks = []
    if can_install():
        # apt refuses to run twice at once; two checkouts on a new machine wait for each other.
        with locked("packages", wait=_PATIENCE, folder=machine_folder() / "locks"):
            if apt.ensure_lists():
                remarks.append("fetched this machine's package lists")
            if packages := packages_to_install():
                progress.phase(f"install {', '.join(packages)} on this machine")
                install(packages, lambda line: progress.activity("apt", line))
                remarks.append(f"installed on this machine: {', '.join(packages)}")
    if lacks := missing():
        raise DoorError("this machine cannot run the lab:\n  " + "\n  ".join(lacks), mend="./inv doctor")
    return remarks


def raise_inotify() -> str:
    """Raise the limit of inotify instances where it is low and we may; returns what was done, or nothing."""
    now = int(_INOTIFY.read_text(encoding="ascii"))
    if now >= INOTIFY_WANTED or os.geteuid() != 0:
        return ""
    try:
        _INOTIFY.write_text(f"{INOTIFY_WANTED}\n", encoding="ascii")
    except OSError as error:
        return f"fs.inotify.max_user_instances stays at {now}: {error.strerror}"
    return f"fs.inotify.max_user_instances raised from {now} to {INOTIFY_WANTED} until the next boot"


def _safely(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except MuhtarError as error:
        return Finding(getattr(check, "__name__", "check").strip("_<>"), "lacks", error.message, mend=error.mend or "see the log")


def _system() -> Finding:
    name = platform.freedesktop_os_release().get("PRETTY_NAME", platform.platform())
    try:
        apt.codename()
    except DoorError as error:
        return Finding("operating system", "lacks", name, mend=str(error.mend))
    return Finding("operating system", "ok", name)


def _python() -> Finding:
    # An older one cannot run this line; ./inv refuses it before.
    return Finding("python", "ok", f"{platform.python_version()} ({sys.executable})", "muhtar")


def _root() -> Finding:
    if os.geteuid() != 0:
        return Finding(
            "root", "lacks", f"uid {os.geteuid()}", mend="run as root: the lab joins network namespaces and builds images"
        )
    return Finding("root", "ok", "yes")


def _sources() -> Finding:
    try:
        found = apt.mirrors()
    except DoorError as error:
        return Finding("apt sources", "lacks", error.message, mend="apt-get update (lab.up does it as root), or see /etc/apt")
    return Finding("apt sources", "ok", f"{found.codename} main{' + security' if found.security else ''}")


def _program(program: str, package: str) -> Finding:
    path = _which(program)
    if not path:
        return Finding(program, "lacks", "not installed", mend=f"apt-get install {package}")
    return Finding(program, "ok", path)


def _network_plugins() -> Finding:
    for path in (*_CNI, *_NETAVARK):
        if path.exists():
            return Finding("container network", "ok", str(path))
    return Finding(
        "container network", "lacks", "neither CNI plugins nor netavark", mend="apt-get install containernetworking-plugins"
    )


def _containers() -> Finding:
    if not _which("podman"):
        return Finding("containers", "lacks", "not probed without podman", mend="apt-get install podman runc")
    found = probe()
    if not found.works:
        mend = "let this machine start containers: root, a kernel with namespaces and cgroups, and no seccomp in the way"
        return Finding("containers", "lacks", f"none starts: {found.reason}", mend=mend)
    return Finding("containers", "ok", f"{found.version}, with {found.settings}")


def _cgroups() -> Finding:
    kinds = {line.split()[2] for line in _CGROUPS.read_text(encoding="utf-8").splitlines()} & {"cgroup", "cgroup2"}
    if not kinds:
        return Finding("cgroups", "lacks", "not mounted", mend="mount -t cgroup2 none /sys/fs/cgroup")
    return Finding("cgroups", "ok", "v1 and v2 (hybrid)" if len(kinds) == 2 else "v2" if kinds == {"cgroup2"} else "v1")


def _inotify() -> Finding:
    now = int(_INOTIFY.read_text(encoding="ascii"))
    if now < INOTIFY_WANTED:
        mend = f"sysctl -w fs.inotify.max_user_instances={INOTIFY_WANTED} (lab.up does it as root)"
        return Finding("inotify instances", "warning", str(now), mend=mend)
    return Finding("inotify instances", "ok", str(now))


def _disk() -> Finding:
    # Images and containers live under /var/lib/containers for root; they are what needs the space.
    place = next(path for path in (Path("/var/lib/containers"), Path("/var/lib")) if path.exists())
    free = shutil.disk_usage(place).free / 2**30
    if free < _DISK_GIB:
        return Finding(
            "disk", "warning", f"{free:.0f} GiB free at {place}", mend=f"free {_DISK_GIB} GiB for images and containers"
        )
    return Finding("disk", "ok", f"{free:.0f} GiB free at {place}")


def _memory() -> Finding:
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    free = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")) / 2**20
    if free < _MEMORY_GIB:
        return Finding("memory", "warning", f"{free:.1f} GiB available", mend=f"the lab takes about {_MEMORY_GIB} GiB")
    return Finding("memory", "ok", f"{free:.1f} GiB available")


def _restic() -> Finding:
    from muhtar.doors.tools import RESTIC_WANTED, kept_restic, system_restic

    if found := system_restic() or kept_restic():
        return Finding("restic", "ok", str(found), "muhtar")
    wanted = ".".join(map(str, RESTIC_WANTED))
    mend = f"none: the first backup fetches it from Debian's archive into {home().name}/tools"
    return Finding("restic", "warning", f"none of {wanted} or newer", "muhtar", mend)


def _which(program: str) -> str | None:
    # Root's programs are not in everybody's PATH.
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin")
