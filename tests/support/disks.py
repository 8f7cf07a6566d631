"""Disks of their own, small enough to be filled."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

__all__ = ["fill", "grow", "small_disk"]


@contextmanager
def small_disk(folder: Path, size: str = "1m") -> Iterator[Path]:
    """Put the folder, and what is in it, onto a disk with so much room in all. Skips where we may not mount one."""
    kept = folder.with_name(f"{folder.name}-before")
    folder.mkdir(exist_ok=True)
    folder.rename(kept)
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", folder], check=False, capture_output=True, text=True
    )
    if made.returncode:
        pytest.skip(f"a disk that is full needs a mount, which is not for us here: {made.stderr.strip()}")
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        yield folder
    finally:
        # Lazily: a database may still be open there.
        subprocess.run(["umount", "--lazy", folder], check=True)


def grow(folder: Path, size: str) -> None:
    """Give a small disk more room."""
    subprocess.run(["mount", "-o", f"remount,size={size}", folder], check=True)


def fill(folder: Path) -> Path:
    """Take the last byte of the folder's disk; returns the file that does."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as stream:
        while True:
            try:
                stream.write(b"x" * 4096)
            except OSError:
                return filler
