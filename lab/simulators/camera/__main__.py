"""`python3 -m lab.simulators.camera --config FILE`: one camera, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from lab.simulators.camera.server import serve
from lab.simulators.camera.settings import load
from lab.simulators.settings import SettingsError


def main() -> int:
    """Run until told to stop. Exit code 0, or 1 where the settings cannot be used."""
    parser = argparse.ArgumentParser(prog="python3 -m lab.simulators.camera", description="A simulated camera (RTSP).")
    parser.add_argument("--config", type=Path, required=True, help="JSON file with the settings; see docs/simulators.md")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        serve(load(options.config))
    except SettingsError as error:
        parser.exit(1, f"{error}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
