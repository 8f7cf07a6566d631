"""`./inv …`: invoke over tasks.py, told apart from a plain `inv` only by its name and version."""

import os
import signal
import sys
from types import FrameType

from muhtar import __version__
from muhtar.cli._program import Inv


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


# A runner that cancels a job sends TERM: what was started is ended then as after Ctrl-C.
signal.signal(signal.SIGTERM, _interrupt)
try:
    Inv(name="inv", binary="inv", version=__version__).run()
except BrokenPipeError:
    # Whoever reads has seen enough (`| head`). What Python still holds to be written at its end must go somewhere.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(1)
