"""Every call of podman, and the settings that it needs on this machine: probed once, forced only where the defaults fail."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from muhtar.doors.process import Completed, run
from muhtar.errors import DoorError, MuhtarError
from muhtar.settings import atomic_write, home

__all__ = ["Probe", "conf_path", "environment", "exists", "forget_probe", "inspect", "installed", "podman", "probe"]

_ULIMITS = '[containers]\ndefault_ulimits = ["nofile=16000:16000", "nproc=30000:30000"]\n'
_RUNC = '[engine]\nruntime = "runc"\n'
_CGROUPFS = '[engine]\ncgroup_manager = "cgroupfs"\n'
_BOTH = '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\n'
# The mildest first; the first one under which a container starts is kept.
_CANDIDATES: tuple[tuple[str, str], ...] = (
    ("the defaults", ""),
    ("lower limits", _ULIMITS),
    ("cgroupfs", _CGROUPFS),
    ("cgroupfs, lower limits", _ULIMITS + _CGROUPFS),
    ("runc", _RUNC),
    ("runc, cgroupfs", _BOTH),
    ("runc, lower limits", _ULIMITS + _RUNC),
    ("runc, cgroupfs, lower limits", _ULIMITS + _BOTH),
)


def installed() -> bool:
    """Whether this machine has podman at all; one that has not holds nothing of ours either."""
    return shutil.which("podman") is not None


def conf_path() -> Path:
    """The project's own containers.conf; it exists only where podman's defaults do not start a container."""
    return home() / "containers.conf"


class Probe:
    """What was found out about podman here. `works` says whether containers start; `settings` names what it took."""

    def __init__(self, version: str, settings: str | None, conf: str = "", reason: str = "") -> None:
        self.version = version
        self.settings = settings
        self.conf = conf
        self.reason = reason

    @property
    def works(self) -> bool:
        """Containers start under `settings`."""
        return self.settings is not None


@cache
def probe() -> Probe:
    """Find the mildest settings under which a container starts here; remembered per version of podman.

    Raises DoorError where there is no podman at all.
    """
    version = run(["podman", "--version"]).stdout.strip()
    kept = _kept()
    if kept.is_file():
        known = json.loads(kept.read_text(encoding="utf-8"))
        if known.get("version") == version and known.get("settings") and bool(known["conf"]) == conf_path().is_file():
            return Probe(version, known["settings"], known["conf"])
    reason = ""
    for name, conf in _CANDIDATES:
        reason = _try(conf)
        if not reason:
            _keep(conf)
            with atomic_write(kept) as stream:
                json.dump({"version": version, "settings": name, "conf": conf}, stream)
            return Probe(version, name, conf)
    return Probe(version, None, reason=reason)


def forget_probe() -> None:
    """Have the next `probe` try anew: the kernel, podman's own configuration or this account's rights may have changed."""
    _kept().unlink(missing_ok=True)
    probe.cache_clear()


def _kept() -> Path:
    return home() / "podman.json"


def _keep(conf: str) -> None:
    if not conf:
        conf_path().unlink(missing_ok=True)
        return
    with atomic_write(conf_path()) as stream:
        stream.write("# Written by Muhtar: under podman's defaults no container starts on this machine.\n" + conf)


def _try(conf: str) -> str:
    """Start /usr/bin/true on an empty root with the machine's own /usr, so that no image is needed. Returns the complaint."""
    with tempfile.TemporaryDirectory(prefix="muhtar-probe-") as folder:
        root = Path(folder) / "root"
        for name in ("usr", "etc", "proc", "sys", "dev", "run", "tmp"):
            (root / name).mkdir(parents=True)
        for name in ("bin", "lib", "lib64", "sbin"):
            (root / name).symlink_to(f"usr/{name}")
        file = Path(folder) / "containers.conf"
        file.write_text(conf, encoding="utf-8")
        env = {"CONTAINERS_CONF": str(file)} if conf else {}
        argv: list[str | Path] = ["podman", "run", "--rm", "--network", "none", "-v", "/usr:/usr:ro", "--rootfs", root, "true"]
        done = run(argv, env=env, check=False, timeout=60)
        return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["no message"])[-1]


def environment() -> dict[str, str]:
    """What to add to the environment of podman, and of whatever calls it (molecule). Raises DoorError if nothing helps."""
    if "CONTAINERS_CONF" in os.environ:
        return {}
    found = probe()
    if not found.works:
        raise DoorError(f"podman starts no container here: {found.reason}", mend="./inv doctor says what this machine lacks")
    return {"CONTAINERS_CONF": str(conf_path())} if found.conf else {}


def podman(
    *argv: str | Path,
    stdin: str | bytes | None = None,
    timeout: float = 120.0,
    check: bool = True,
    on_line: Callable[[str], None] | None = None,
    ok: Iterable[int] = (0,),
) -> Completed:
    """Run podman with the settings that work here. Raises what the process door raises."""
    return run(["podman", *argv], env=environment(), stdin=stdin, timeout=timeout, check=check, on_line=on_line, ok=ok)


def exists(kind: str, name: str) -> bool:
    """Whether there is an image, container, network or volume of that name."""
    return podman(kind, "exists", name, ok=(0, 1)).returncode == 0


def inspect(kind: str, name: str) -> dict[str, Any]:
    """What podman knows of one object. Raises DoorError where there is none."""
    done = podman(kind, "inspect", name, check=False)
    if done.returncode != 0:
        raise DoorError(f"there is no {kind} {name}", mend="./inv lab.status")
    try:
        found: dict[str, Any] = json.loads(done.stdout)[0]
    except (json.JSONDecodeError, IndexError) as error:
        raise MuhtarError(f"podman's answer about {kind} {name} is not what we know") from error
    return found
