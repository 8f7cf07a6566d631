"""`./inv …`: invoke over tasks.py, told apart from a plain `inv` only by its name and version."""

import signal
from types import FrameType

from muhtar import __version__
from muhtar.cli._program import Inv


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


# A runner that cancels a job sends TERM: what was started is ended then as after Ctrl-C.
signal.signal(signal.SIGTERM, _interrupt)
Inv(name="inv", binary="inv", version=__version__).run()
