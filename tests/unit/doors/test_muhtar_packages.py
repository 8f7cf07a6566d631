"""The module that reads what is installed: on logs as dpkg and apt write them, and on the dpkg of this machine."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from muhtar.doors.ansible_plugins.modules import muhtar_packages as module

MODULE = Path(module.__file__)
# Of the lab's web1, as they were written when somebody installed, downgraded and removed by hand.
DPKG = """\
2026-11-26 20:12:36 startup archives unpack
2026-11-26 20:12:36 install hello:amd64 <none> 2.10-3
2026-11-26 20:12:36 status half-installed hello:amd64 2.10-3
2026-11-26 20:12:37 configure hello:amd64 2.10-3 <none>
2026-11-26 20:13:34 upgrade openssl:amd64 3.0.22-1~deb12u2 3.0.20-1~deb12u2
2026-11-26 20:13:51 remove hello:amd64 2.10-3 <none>
"""
APT = """\

Start-Date: 2026-11-26  20:12:35
Commandline: apt-get install -y -q hello
Requested-By: muhtar (1000)
Install: hello:amd64 (2.10-3)
End-Date: 2026-11-26  20:12:37

Start-Date: 2026-11-26  20:13:33
Commandline: apt-get install -y -q --allow-downgrades openssl=3.0.20-1~deb12u2
Downgrade: openssl:amd64 (3.0.22-1~deb12u2, 3.0.20-1~deb12u2)
"""


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    (tmp_path / "dpkg.log").write_text(DPKG, encoding="utf-8")
    (tmp_path / "history.log").write_text(APT, encoding="utf-8")
    return tmp_path


def told(logs: Path, since: float = 0) -> list[tuple[Any, ...]]:
    return [(one["action"], one["package"], one["before"], one["after"], one["by"]) for one in module.log(since, logs, logs)]


def test_the_log_tells_what_was_done_and_who_asked_for_it(logs: Path) -> None:
    assert told(logs)[:2] == [
        ("install", "hello:amd64", "", "2.10-3", "muhtar"),
        ("upgrade", "openssl:amd64", "3.0.22-1~deb12u2", "3.0.20-1~deb12u2", ""),
    ]
    assert module.log(0, logs, logs)[1]["command"].endswith("openssl=3.0.20-1~deb12u2")


def test_what_was_before_is_left_out_to_the_second(logs: Path) -> None:
    moment = module.moment("2026-11-26 20:13:34")
    assert [one[1] for one in told(logs, moment)] == ["openssl:amd64", "hello:amd64"]
    assert [one[1] for one in told(logs, moment + 1)] == ["hello:amd64"]


def test_rotated_logs_are_read_and_old_ones_are_not(logs: Path) -> None:
    old = logs / "dpkg.log.2.gz"
    old.write_bytes(gzip.compress(b"2026-11-01 08:00:00 install cowsay:all <none> 3.03\n"))
    assert told(logs)[0] == ("install", "cowsay:all", "", "3.03", "")
    os.utime(old, (1000, 1000))
    assert "cowsay:all" not in [one[1] for one in told(logs, 2000)]


def test_only_what_is_really_there_counts() -> None:
    told = "a:amd64\t1.0\tinstalled\nb:all\t2\tconfig-files\nc:all\t3\ttriggers-awaited\nd:all\t\tnot-installed\n"
    assert module.installed(told) == {"a:amd64": "1.0", "c:all": "3"}


def test_logs_that_were_cut_off_tell_what_they_have(logs: Path) -> None:
    (logs / "dpkg.log").write_text(f"2026-13-45 99:00:00 install a:all <none> 1\n{DPKG}2026-11-26 20:1", encoding="utf-8")
    (logs / "history.log").write_text(f"Start-Date: 2026-1\n\n{APT}", encoding="utf-8")
    (logs / "dpkg.log.2.gz").write_bytes(gzip.compress(DPKG.encode())[:-20])
    assert [one[0] for one in told(logs)] == ["install", "upgrade", "remove"]


def test_ansible_gets_the_packages_of_this_machine() -> None:
    given = json.dumps({"ANSIBLE_MODULE_ARGS": {"since": time.time()}})
    done = subprocess.run([sys.executable, MODULE], input=given, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)
    one = found["told"]
    assert not found["changed"]
    assert any(name.startswith("dpkg:") for name in one["packages"])
    assert abs(one["clock"] - time.time()) < 60
