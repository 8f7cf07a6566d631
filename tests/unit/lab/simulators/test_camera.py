"""What of the camera can be proven without GStreamer; its streams are watched in tests/lab/test_cameras.py."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from lab.simulators.camera.pipeline import SHUTTER, launch_line
from lab.simulators.camera.settings import Faults, Settings, load
from lab.simulators.control import Control
from lab.simulators.settings import SettingsError

ROOT = Path(__file__).parents[4]
HAS_GSTREAMER = importlib.util.find_spec("gi") is not None


def write(file: Path, **settings: Any) -> Path:
    file.write_text(json.dumps({"name": "cam1", "password_file": str(file.with_name("password")), **settings}))
    return file


def test_the_pipeline_is_what_the_settings_say(tmp_path: Path) -> None:
    line = launch_line(load(write(tmp_path / "camera.json", width=320, height=240, rate=2)))
    assert line.startswith(
        "( videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=320,height=240,framerate=2/1 !"
    )
    assert line.index("clockoverlay") < line.index(f"valve name={SHUTTER}") < line.index("imagefreeze") < line.index("x264enc")
    assert 'text="cam1"' in line
    assert "name=pay0" in line


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": 'cam" ! filesink location=/tmp/x'}, "name"),
        ({"path": "stream"}, "path"),
        ({"port": 70000}, "port"),
        ({"rate": 0}, "rate"),
        ({"rate": "5"}, "rate: must be int"),
        ({"freeze": True}, "unknown key"),
    ],
)
def test_wrong_settings_are_refused(tmp_path: Path, wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load(write(tmp_path / "camera.json", **wrong))


def test_the_control_file_freezes_and_its_end_unfreezes(tmp_path: Path) -> None:
    path = tmp_path / "control.json"
    control = Control(Faults, Faults(), path)
    assert not control.read().freeze
    path.write_text('{"freeze": true}')
    assert control.read().freeze
    path.write_text('{"freeze": ')
    assert control.read().freeze
    path.unlink()
    assert not control.read().freeze


@pytest.mark.skipif(HAS_GSTREAMER, reason="GStreamer is here")
def test_without_gstreamer_it_says_what_is_missing(tmp_path: Path) -> None:
    done = _run(write(tmp_path / "camera.json"))
    assert done.wait(30) == 1
    assert done.stderr is not None
    assert "GStreamer's RTSP server for Python is missing" in done.stderr.read()


@pytest.mark.skipif(not HAS_GSTREAMER, reason="no python3-gi in this Python; tests/lab/test_cameras.py watches the real streams")
def test_it_serves_until_sigterm(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("a-long-test-password\n")
    child = _run(write(tmp_path / "camera.json", address="127.0.0.1", port=0))
    assert child.stderr is not None
    assert "rtsp on 127.0.0.1:" in child.stderr.readline()
    started = time.monotonic()
    child.terminate()
    assert child.wait(10) == 0
    assert time.monotonic() - started < 5


def _run(config: Path) -> subprocess.Popen[str]:
    argv = [sys.executable, "-m", "lab.simulators.camera", "--config", str(config)]
    return subprocess.Popen(argv, cwd=ROOT, stderr=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"]})


def test_settings_have_the_defaults_that_the_lab_counts_on() -> None:
    settings = Settings("cam1", Path("password"))
    assert (settings.port, settings.path, settings.user) == (8554, "/stream", "muhtar")
