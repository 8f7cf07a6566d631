"""Pictures of the cameras of a recorder, several of each: one would not show whether anything moves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import pairwise

from muhtar.errors import DoorError, UnreachableError
from nornir_tasks.connections.isapi import Isapi
from nornir_tasks.connections.zoneminder import ZoneMinder
from nornir_tasks.monitor import Monitor
from nornir_tasks.recorder import Untold

__all__ = ["APART", "ROUNDS", "stands_still", "stills_of"]

# Seconds between two pictures of a camera: longer than the second in which a clock in the picture stands still.
APART = 1.3
# A still picture that is encoded anew looks a little otherwise at each key frame; of five, two lie between the same ones.
ROUNDS = 5


def stills_of(
    api: ZoneMinder | Isapi, monitors: Iterable[Monitor], *, width: int, apart: float = APART
) -> dict[str, tuple[bytes, ...] | Untold]:
    """JPEG pictures by the names of monitors, in the order in which they were taken, about `width` pixels wide where the
    recorder scales. Raises UnreachableError where the recorder does not answer any more.

    Of a camera that seems to stand still these are a second series: a busy recorder may have paused in the first one.
    """
    chosen = {monitor.name: monitor for monitor in monitors}
    found = _series(api, chosen.values(), width, apart)
    if still := [chosen[name] for name, taken in found.items() if stands_still(taken)]:
        time.sleep(apart)
        found |= _series(api, still, width, apart)
    return found


def stands_still(taken: tuple[bytes, ...] | Untold) -> bool:
    """Whether two pictures in a row are the same, byte for byte."""
    return not isinstance(taken, Untold) and any(one == other for one, other in pairwise(taken))


def _series(
    api: ZoneMinder | Isapi, monitors: Iterable[Monitor], width: int, apart: float
) -> dict[str, tuple[bytes, ...] | Untold]:
    found: dict[str, tuple[bytes, ...] | Untold] = {}
    asks = {monitor.name: _ask(api, monitor, width) for monitor in monitors}
    for number in range(ROUNDS):
        began = time.monotonic()
        for name, ask in asks.items():
            before = found.get(name, ())
            found[name] = before if isinstance(before, Untold) else _taken(before, ask)
        if number < ROUNDS - 1:
            time.sleep(max(0.0, apart - (time.monotonic() - began)))
    return found


def _taken(before: tuple[bytes, ...], ask: Callable[[], bytes]) -> tuple[bytes, ...] | Untold:
    try:
        return (*before, ask())
    except UnreachableError:
        raise
    except DoorError as error:
        # A camera that is offline has no picture; the others have.
        return Untold(error.message)


def _ask(api: ZoneMinder | Isapi, monitor: Monitor, width: int) -> Callable[[], bytes]:
    if isinstance(api, ZoneMinder):
        full = int(monitor.settings.get("Width") or 0) or width
        return lambda: api.picture(monitor.id, percent=max(1, min(100, round(100 * width / full))))
    # Firmwares that cannot scale send the whole picture.
    return lambda: api.picture(f"Streaming/channels/{monitor.id}01/picture?videoResolutionWidth={width}")
