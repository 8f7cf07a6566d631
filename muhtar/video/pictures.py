"""Pictures of cameras: judging whether they move, and making them fit for the page."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from muhtar.doors.process import run
from muhtar.errors import DoorError, InventoryError
from muhtar.outcome import Outcome
from muhtar.settings import Site
from muhtar.stills import Still
from muhtar.video.policy import Policies
from muhtar.video.verdict import Verdict
from muhtar.words import count
from nornir_tasks.recorder import Health, Untold
from nornir_tasks.stills_of import APART, stands_still

__all__ = ["PageLimits", "moving", "stills"]


@dataclass(frozen=True)
class PageLimits:
    """How wide a picture is in pixels, and how many bytes all of them together may have on one page."""

    width: int
    total: int

    @classmethod
    def of(cls, site: Site) -> PageLimits:
        """What the site's settings say. Raises InventoryError for a setting that is no number in its bounds."""
        width, total = site.settings["still_width"], site.settings["stills_bytes"]
        for key, value, low, high in (("still_width", width, 64, 1920), ("stills_bytes", total, 10_000, 100_000_000)):
            if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
                raise InventoryError(
                    f"{value!r} is not a number from {low} to {high}", path=site.path / "settings.yml", key=key, mend="mend it"
                )
        return cls(width, total)


def moving(verdict: Verdict, health: Health, policies: Policies) -> Iterable[Outcome]:
    """Outcomes of `video.picture`: whether each camera's picture comes, and changes."""
    for name in policies.cameras:
        taken = health.stills.get(name)
        if taken is None:
            verdict.unchecked(name, "the recorder does not have this camera", mend="see drift.video")
        elif isinstance(taken, Untold):
            verdict.unchecked(name, f"there is no picture: {taken.why}")
        elif stands_still(taken):
            verdict.finding(
                name,
                f"the picture stands still: two that were taken {APART:g} s apart are the same, byte for byte",
                wanted="a picture that moves",
                found="the same picture again",
                mend="restart the camera; where nothing can move before it, have it show its clock in the picture",
            )
    return verdict.outcomes(f"{count(len(policies.cameras), 'picture')} seen, each of them moving")


def stills(recorder: str, health: Health, *, limits: PageLimits, room: int) -> tuple[list[Still], int]:
    """The last picture of each camera for the page, and how much of the `room` (bytes) is left."""
    now, found = datetime.now(UTC), []
    for name, taken in sorted(health.stills.items()):
        if isinstance(taken, Untold):
            found.append(Still(camera=name, recorder=recorder, taken=now, why=taken.why))
            continue
        picture = _small(taken[-1], limits)
        if len(picture) > room:
            found.append(Still(camera=name, recorder=recorder, taken=now, why="left out: the page is full (stills_bytes)"))
            continue
        room -= len(picture)
        found.append(Still(camera=name, recorder=recorder, taken=now, jpeg=picture))
    return found, room


def _small(jpeg: bytes, limits: PageLimits) -> bytes:
    """The picture in the wanted width, where ffmpeg is here to scale what the recorder did not."""
    # A picture of that width, well compressed, has about an eighth of a byte for each of its pixels.
    usual = limits.width * limits.width // 8
    ffmpeg = shutil.which("ffmpeg")
    if len(jpeg) <= usual or ffmpeg is None:
        return jpeg
    scale = f"scale='min({limits.width},iw)':-2"
    argv = [
        ffmpeg,
        "-v",
        "error",
        "-f",
        "image2pipe",
        "-i",
        "-",
        "-vf",
        scale,
        "-q:v",
        "7",
        "-f",
        "image2pipe",
        "-c:v",
        "mjpeg",
        "-",
    ]
    with tempfile.TemporaryDirectory(prefix="muhtar-still-") as folder:
        scaled = Path(folder) / "still.jpg"
        try:
            run(argv, stdin=jpeg, stdout_to=scaled, timeout=20)
        except DoorError:
            # The picture as it came is a picture, too.
            return jpeg
        return scaled.read_bytes() or jpeg
