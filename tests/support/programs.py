"""Programs that only tests need, unpacked from the system's own packages into the state folder; nothing is installed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from muhtar.doors import process
from muhtar.errors import DoorError
from muhtar.settings import home, locked

__all__ = ["promtool_binary"]


def promtool_binary() -> Path:
    """promtool, which judges Prometheus' text format. Skips the test where the machine neither has it nor can fetch it."""
    return _program("promtool", package="prometheus")


def _program(name: str, *, package: str) -> Path:
    found = shutil.which(name)
    if found:
        return Path(found)
    folder = home() / "tools" / package
    binary = folder / "root" / "usr" / "bin" / name
    with locked(f"tool-{package}", wait=120):
        if not binary.is_file():
            try:
                _unpack(package, folder)
            except DoorError as error:
                pytest.skip(f"no {name} here, and the package {package} cannot be fetched: {error.message}")
    return binary


def _unpack(package: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    process.run(["apt-get", "download", package], cwd=folder, timeout=120)
    archive = next(folder.glob(f"{package}_*.deb"))
    scratch = folder / "unpacking"
    shutil.rmtree(scratch, ignore_errors=True)
    process.run(["dpkg-deb", "-x", archive, scratch], timeout=60)
    scratch.replace(folder / "root")
    archive.unlink()
