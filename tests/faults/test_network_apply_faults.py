"""A change that is killed, or cut off, at any moment: the router is whole afterwards, old or new, and so is its next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.faults.unplugged_host import UnpluggedHost
from muhtar.exitcode import ExitCode
from muhtar.network.apply import apply
from muhtar.network.journal import Journal, State
from muhtar.progress import NoProgress
from muhtar.settings import ROOT
from tests.support.lab import Lab
from tests.support.routers import session

pytestmark = [pytest.mark.lab, pytest.mark.faults]

NAME = "r3"
TIMER, SERVICE = "napalm-frr-revert.timer", "napalm-frr-revert.service"
REVERT_IN = 20
# Several blocks, so that half a change can be told from a whole one.
DRIFT = (
    "interface to-r1", "ip ospf cost 777", "description typed at night", "exit",
    "interface to-r2", "ip ospf cost 778", "exit",
    "ip route 172.31.9.0/24 Null0",
    "router bgp 65003", "neighbor 10.0.13.1 description typed at night", "exit",
)  # fmt: skip


@dataclass
class Router:
    """A router that runs something else than intended, seen from inside its container: no network needed."""

    lab: Lab
    old: str = ""
    new: str = ""

    def running(self) -> str:
        return self.lab.inside(NAME, "vtysh", "-c", "show running-config no-header").stdout

    def startup(self) -> str:
        return self.lab.inside(NAME, "cat", "/etc/frr/frr.conf").stdout

    def unit(self, name: str) -> str:
        return self.lab.inside(NAME, "systemctl", "show", "--property=ActiveState", "--value", name).stdout.strip()

    def armed(self) -> bool:
        return self.unit(TIMER) == "active"

    def quiet(self) -> bool:
        """Nobody changes it any more, and nothing is waiting to."""
        units = self.lab.inside(NAME, "systemctl", "list-units", "--no-legend", "--plain", "run-*.service", "napalm-*").stdout
        return not units.strip()

    def assert_whole(self) -> str:
        """Which of the two it runs; its next start would run the same."""
        wait(self.quiet, REVERT_IN + 60)
        running, startup = self.running(), self.startup()
        assert running in {self.old, self.new}, "half a configuration"
        which = "old" if running == self.old else "new"
        assert ("cost 777" in startup) == (which == "old"), f"it runs the {which} configuration and would start with the other"
        assert ("cost 778" in startup) == (which == "old")
        return which


def wait(true: Callable[[], bool], seconds: float, pause: float = 0.05) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(pause)


@pytest.fixture
def router(lab: Lab) -> Iterator[Router]:
    quiet = NoProgress()
    assert apply(lab.site, limit=NAME, progress=quiet).build().exit_code == ExitCode.CLEAN
    found = Router(lab)
    found.new = found.running()
    words = [word for line in DRIFT for word in ("-c", line)]
    lab.inside(NAME, "vtysh", "-c", "configure terminal", *words)
    lab.inside(NAME, "vtysh", "-c", "write memory")
    found.old = found.running()
    assert found.old != found.new
    yield found
    UnpluggedHost().mend(lab.context, NAME)
    wait(found.quiet, REVERT_IN + 60)
    assert apply(lab.site, limit=NAME, progress=quiet).build().exit_code == ExitCode.CLEAN


@pytest.fixture
def applying(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run of its own, as a person starts it."""
    argv = [sys.executable, "-m", "muhtar", "network.apply", "--limit", NAME, "--revert-in", str(REVERT_IN), "--apply"]
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(argv, cwd=ROOT, stdout=said, stderr=said, env={**os.environ, "NO_COLOR": "1"})
        yield process
        process.kill()
        process.wait()


def begun(router: Router) -> State:
    changes = Journal(router.lab.site).changes()
    return changes[-1].devices[NAME].state


@pytest.mark.parametrize("later", [0.0, 0.3, 0.8])
def test_killed_in_the_commit_it_becomes_old_again(later: float, router: Router, applying: subprocess.Popen[bytes]) -> None:
    wait(router.armed, 60)
    time.sleep(later)
    applying.send_signal(signal.SIGKILL)
    assert router.armed(), "the kill came too late to prove anything"
    assert router.assert_whole() == "old"
    assert begun(router) is State.BEGUN


def test_killed_in_the_confirmation_it_is_whole(router: Router, applying: subprocess.Popen[bytes]) -> None:
    wait(router.armed, 60)
    wait(lambda: not router.armed(), REVERT_IN, pause=0.0)
    applying.send_signal(signal.SIGKILL)
    assert router.assert_whole() == "new"
    assert begun(router) in {State.BEGUN, State.CONFIRMED}


@pytest.mark.parametrize("later", [0.0, 0.5])
def test_cut_off_in_the_commit_it_becomes_old_again(
    later: float, router: Router, applying: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    wait(router.armed, 60)
    time.sleep(later)
    UnpluggedHost().inject(router.lab.context, NAME)
    assert router.armed(), "the cut came too late to prove anything"
    assert router.assert_whole() == "old"
    assert applying.wait(120) == ExitCode.INCOMPLETE, (tmp_path / "said").read_text()
    assert "takes the change back by itself" in " ".join((tmp_path / "said").read_text().split())
    assert begun(router) is State.LEFT


def waiting(router: Router, revert_in: int) -> None:
    """A change that nobody will confirm."""
    with session(NAME) as driver:
        driver.load_replace_candidate(config=router.new)
        driver.commit_config(revert_in=revert_in)
    assert router.running() == router.new


def test_a_revert_whose_time_comes_during_a_slow_commit_waits_for_its_end(router: Router) -> None:
    """Two at once would leave a mixture."""
    waiting(router, 5)
    router.lab.inside(NAME, "sh", "-c", "flock /run/napalm-frr.lock sleep 15 >/dev/null 2>&1 &")
    wait(lambda: router.unit(SERVICE) == "activating", 20)
    time.sleep(3)
    assert router.running() == router.new
    assert router.assert_whole() == "old"


def test_a_revert_that_fails_is_tried_again(router: Router) -> None:
    tool = "/usr/lib/frr/frr-reload.py"
    waiting(router, 5)
    router.lab.inside(NAME, "mv", tool, f"{tool}.away")
    try:
        wait(lambda: router.unit(SERVICE) == "activating", 20)
        time.sleep(1)
    finally:
        router.lab.inside(NAME, "mv", f"{tool}.away", tool)
    assert router.running() == router.new
    assert router.assert_whole() == "old"
