"""The simulated Hikvision recorder as a program: standard library only, settings from a file, a password that is asked for."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from lab.simulators.isapi.settings import load
from lab.simulators.settings import SettingsError
from tests.support.simulated_switch import PASSWORD

ROOT = Path(__file__).parents[4]


@pytest.fixture
def config(pki: Path, tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "password").write_text(PASSWORD)
    return {
        "name": "nvr2",
        "address": "127.0.0.1",
        "port": 0,
        "certificate": str(pki / "switch.crt"),
        "key": str(pki / "switch.key"),
        "password_file": str(tmp_path / "password"),
        "cameras": [{"name": "gate", "address": "192.0.2.71", "recordings": [{"begin": 7200}]}],
    }


@pytest.fixture
def url(config: dict[str, Any], tmp_path: Path) -> Iterator[str]:
    """Starts the program without site-packages (`-S`), as Debian's bare python3 would."""
    path = tmp_path / "nvr.json"
    path.write_text(json.dumps(config))
    argv = [sys.executable, "-S", "-m", "lab.simulators.isapi", "--config", str(path)]
    child = subprocess.Popen(argv, cwd=ROOT, stderr=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"]})
    assert child.stderr is not None
    found = re.search(r"127\.0\.0\.1:(\d+)", child.stderr.readline())
    assert found is not None
    yield f"https://127.0.0.1:{found[1]}/ISAPI/"
    child.send_signal(signal.SIGTERM)
    assert child.wait(10) == 0


def test_it_answers_who_knows_the_password_and_nobody_else(url: str) -> None:
    def ask(auth: httpx.Auth | tuple[str, str] | None, path: str = "System/deviceInfo") -> httpx.Response:
        return httpx.get(url + path, auth=auth, verify=False)

    known = httpx.DigestAuth("admin", PASSWORD)
    assert "Muhtar simulator" in ask(known).text
    assert ask(None).status_code == 401
    assert ask(("admin", PASSWORD)).status_code == 401
    assert ask(httpx.DigestAuth("admin", "12345")).status_code == 401
    assert ask(httpx.DigestAuth("root", PASSWORD)).status_code == 401
    assert ask(known, "System/nothing").status_code == 404
    assert "notSupport" in ask(known, "System/nothing").text


@pytest.mark.parametrize("wrong", [{"colour": "red"}, {"port": 70000}, {"cameras": [{"name": "gate"}]}, {"channels": 0}])
def test_wrong_settings_are_refused(wrong: dict[str, Any], config: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "nvr.json"
    path.write_text(json.dumps({**config, **wrong}))
    with pytest.raises(SettingsError):
        load(path)
