"""One camera as its recorder knows it, and why it does not record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nornir_tasks.stream_address import StreamAddress

__all__ = ["Monitor"]

# While a recording grows, ZoneMinder writes down its length every so many pictures.
FRAMES_PER_UPDATE = 100
# Younger than this is fresh, whatever the camera's rate, in seconds; a busy recorder writes late.
PATIENCE = 60.0
# The same for recorders that do not tell the rate: their index of recordings follows within minutes.
LATE = 300.0


@dataclass(frozen=True)
class Monitor:
    """A monitor as its recorder knows it.

    `settings` are its fields by ZoneMinder's names, as text, without `Path`, `User` and `Pass`. `fps` are pictures captured a
    second. `age` is how old the newest recorded picture is, in seconds; None where nothing was ever recorded, or the recording
    is closed. `withheld` are the settings that the recorder would not tell, each with why; `age` and `status` may be among them.
    """

    id: int
    name: str
    settings: dict[str, str]
    stream: StreamAddress
    status: str
    fps: float | None
    age: float | None
    withheld: Mapping[str, str] = field(default_factory=dict)

    @property
    def should_record(self) -> bool:
        """Whether it is set to record all the time; one that is not will not begin to, however long one waits."""
        return self.settings.get("Function") in {"Record", "Mocord"} and self.settings.get("Enabled") == "1"

    @property
    def trouble(self) -> str:
        """Why it does not record; empty while it does, and where the recorder does not tell."""
        if {"status", "age"} & set(self.withheld):
            return ""
        if self.status != "Connected" or (self.fps is not None and self.fps <= 0):
            rate = "" if self.fps is None else f", {self.fps:g} pictures a second"
            return f"no picture from the camera (state {self.status or 'unknown'}{rate})"
        if self.age is None:
            return "pictures come in, but no recording is open"
        limit = LATE if self.fps is None else max(PATIENCE, 2.5 * FRAMES_PER_UPDATE / self.fps)
        if self.age > limit:
            return f"pictures come in, but the newest recorded one is {self.age:.0f} s old"
        # A small step back is the time between a picture and the clock's next tick.
        if self.age < -limit:
            return f"the newest recorded picture is {-self.age:.0f} s in the future: the recorder's clock and time zone disagree"
        return ""
