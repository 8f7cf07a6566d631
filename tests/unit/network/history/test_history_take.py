"""What is kept, when it is committed, and what never takes the place of a good version."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from muhtar.doors import process
from muhtar.errors import DoorError, LockedError, MuhtarError, UnreachableError, UsageError
from muhtar.network.history import git as git_module
from muhtar.network.history import take as taking
from muhtar.network.history.keep import path_of, repository
from muhtar.network.history.look import log, show, table
from muhtar.network.history.outcomes import kept
from muhtar.network.history.place import tagger
from muhtar.outcome import Status
from muhtar.settings import Site, home, locked
from tests.support.device_fleet import Fleet

SITE = Site("lab")
LINES = "".join(f"interface Ethernet{number}\n description port {number}\n" for number in range(20))


def ios(extra: str = "", *, clock: str = "10:00:00", community: str = "gizli-topluluk") -> bytes:
    return (
        f"! Last configuration change at {clock} UTC Mon Nov 23 2026 by ahmet\nhostname sw1\n{LINES}{extra}"
        f"snmp-server community {community} RO\nend\n"
    ).encode()


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    monkeypatch.setenv("GITLAB_USER_NAME", "Ayşe")
    monkeypatch.setenv("GITLAB_USER_EMAIL", "ayse@lab.example")
    return tmp_path


@pytest.fixture
def fleet(monkeypatch: pytest.MonkeyPatch) -> Fleet:
    return Fleet(monkeypatch, sw1=("ios", ios()), sw2=("ios", ios()))


def git(*words: str) -> str:
    return subprocess.run(["git", f"--git-dir={repository().path}", *words], capture_output=True, text=True, check=True).stdout


def commits() -> int:
    return int(git("rev-list", "--count", "main"))


def test_the_first_time_every_device_is_kept_in_one_commit_that_says_so(fleet: Fleet) -> None:
    taken = fleet.take()
    assert {name: kept(name, one).status for name, one in taken.items()} == {"sw1": Status.OK, "sw2": Status.OK}
    assert commits() == 1
    assert git("log", "--format=%an <%ae>%n%B").splitlines()[:4] == [
        "Ayşe <ayse@lab.example>",
        "lab: 2 devices changed: sw1, sw2",
        "",
        "sw1: new, 43 lines, by ahmet",
    ]
    assert git("ls-tree", "-r", "--name-only", "main").splitlines() == ["lab/sw1.conf", "lab/sw2.conf"]


def test_noise_is_no_change_and_a_line_is_one(fleet: Fleet) -> None:
    fleet.take()
    fleet.says("sw1", ios(clock="11:11:11"))
    assert fleet.take()["sw1"].kept.what == ""
    assert commits() == 1
    fleet.says("sw1", ios("vlan 7\n"))
    taken = fleet.take()
    assert kept("sw1", taken["sw1"]).summary == "kept: sw1: +1 -0 lines, by ahmet"
    assert kept("sw2", taken["sw2"]).summary == "unchanged since the last time"
    assert git("log", "-1", "--format=%s") == "lab: 1 device changed: sw1\n"
    assert commits() == 2


def test_a_changed_secret_is_a_change_that_shows_nothing_of_it(fleet: Fleet) -> None:
    fleet.take()
    fleet.says("sw1", ios(community="baska-topluluk"))
    assert fleet.take()["sw1"].kept.what == "sw1: +1 -1 lines, by ahmet"
    shown = git("log", "-p")
    assert "topluluk" not in shown
    assert "-snmp-server community <removed:" in shown
    assert "+snmp-server community <removed:" in shown
    fleet.says("sw1", ios())
    fleet.take()
    assert show(SITE, "sw1") == git("show", "main~2:lab/sw1.conf")


def test_two_devices_with_one_secret_do_not_show_it() -> None:
    tags = {tagger(site, name)("snmp-server community", "gizli") for site, name in (("a", "r1"), ("a", "r2"), ("b", "r1"))}
    assert len(tags) == 3
    assert tagger("a", "r1")("x", "gizli") == tagger("a", "r1")("x", "gizli") != tagger("a", "r1")("y", "gizli")
    key = home() / "network-history" / "tag.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.parent.stat().st_mode & 0o777 == 0o700
    key.chmod(0o644)
    with pytest.raises(MuhtarError, match="others may read"):
        tagger("a", "r1")("x", "gizli")


def test_a_key_that_is_cut_off_is_an_error(fleet: Fleet) -> None:
    fleet.take()
    (home() / "network-history" / "tag.key").write_bytes(b"")
    taken = fleet.take()
    outcome = kept("sw1", taken["sw1"])
    assert outcome.status is Status.ERROR
    assert "0 bytes" in outcome.summary
    assert taken["sw1"].configs is not None, "the original can be backed up all the same"


def test_an_unreachable_device_is_unchecked_and_its_file_stays(fleet: Fleet) -> None:
    fleet.take()
    fleet.says("sw1", UnreachableError("no answer on port 22"))
    fleet.says("sw2", ios("vlan 8\n"))
    taken = fleet.take()
    outcome = kept("sw1", taken["sw1"])
    assert outcome.status is Status.UNCHECKED
    assert "no answer" in outcome.summary
    with pytest.raises(UnreachableError):
        taken["sw1"].given()
    assert "hostname sw1" in show(SITE, "sw1")
    assert "vlan 8" in show(SITE, "sw2")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"", "is empty"),
        (b" \r\n \n", "is empty"),
        (ios()[:-20], "is cut off"),
        (b"hostname sw1\nend\n", "has 2 lines, the last good one had 43"),
        (DoorError("snmp-server community gizli-topluluk: refused"), "refused"),
    ],
    ids=["empty", "blank", "half", "shorter", "failed"],
)
def test_what_is_no_whole_configuration_is_an_error_and_never_overwrites_a_good_one(
    fleet: Fleet, answer: bytes | Exception, why: str
) -> None:
    fleet.take()
    good = show(SITE, "sw1")
    fleet.says("sw1", answer)
    fleet.says("sw2", ios("vlan 8\n"))
    taken = fleet.take()
    outcome = kept("sw1", taken["sw1"])
    assert outcome.status is Status.ERROR
    assert why in outcome.summary or "removed" in outcome.summary
    assert "topluluk" not in outcome.summary
    with pytest.raises(DoorError):
        taken["sw1"].given()
    assert show(SITE, "sw1") == good
    assert kept("sw2", taken["sw2"]).status is Status.OK
    assert "vlan 8" in show(SITE, "sw2")


def test_a_far_shorter_configuration_is_believed_when_somebody_says_so(fleet: Fleet) -> None:
    fleet.take()
    fleet.says("sw1", b"hostname sw1\nend\n")
    outcome = kept("sw1", fleet.take()["sw1"])
    assert "--limit sw1 --accept-shorter" in str(outcome.mend)
    assert fleet.take(accept_shorter=True)["sw1"].kept.what == "sw1: +0 -41 lines"
    assert show(SITE, "sw1") == "hostname sw1\nend\n"


def test_a_startup_configuration_is_kept_beside(fleet: Fleet) -> None:
    fleet.says("sw1", (ios("vlan 7\n"), ios()))
    assert fleet.take()["sw1"].kept.what == "sw1: new, 44 lines, by ahmet; sw1 (startup): new, 43 lines"
    assert "vlan 7" not in show(SITE, "sw1", startup=True)
    fleet.says("sw1", (ios("vlan 7\nvlan 8\n"), ios()[:200]))
    taken = fleet.take()["sw1"]
    assert kept("sw1", taken).status is Status.ERROR
    assert "startup configuration is cut off" in kept("sw1", taken).summary
    assert "vlan 8" in show(SITE, "sw1"), "the running configuration is whole"
    assert len(log(SITE, "sw1", startup=True)) == 1


def test_bytes_that_are_no_utf8_are_readable_and_whole(fleet: Fleet) -> None:
    raw = ios("banner motd \x03 Müdürlüğü \x1b[31m\n").decode().encode("iso8859-9")
    fleet.says("sw1", raw)
    taken = fleet.take()
    assert taken["sw1"].given().running == raw
    assert "banner motd ^C Müdürlüğü ^[[31m" in show(SITE, "sw1")


def test_an_unknown_platform_is_an_error_of_that_device(fleet: Fleet) -> None:
    fleet.devices["x1"] = ("telex", MuhtarError("nobody knows what is secret", mend="write rules/telex.yml"))
    taken = fleet.take()
    assert kept("x1", taken["x1"]).status is Status.ERROR
    assert "rules/telex.yml" in str(kept("x1", taken["x1"]).mend)
    assert kept("sw1", taken["sw1"]).status is Status.OK


def test_sites_do_not_see_each_other(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet.take()
    Fleet(monkeypatch, "town", sw1=("ios", ios("vlan 9\n"))).take()
    assert "vlan 9" not in show(SITE, "sw1")
    assert git("ls-tree", "-r", "--name-only", "main").splitlines() == ["lab/sw1.conf", "lab/sw2.conf", "town/sw1.conf"]


def test_two_runs_at_once_come_one_after_the_other(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[int] = []
    most: list[int] = []
    original = taking.read

    def slow(*given: object) -> object:
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.2)
        try:
            return original(*given)
        finally:
            inside.pop()

    monkeypatch.setattr(taking, "read", slow)
    runs = [threading.Thread(target=fleet.take) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert most == [1, 1, 1]
    assert commits() == 1


def test_a_run_that_does_not_end_is_waited_for_only_so_long(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "WAIT", 0.2)
    with locked("network-history-lab"):
        taken = fleet.take()
    assert {kept(name, one).status for name, one in taken.items()} == {Status.UNCHECKED}
    with pytest.raises(LockedError, match="network-history-lab"):
        taken["sw1"].given()


def test_a_full_disk_changes_nothing_and_says_so(fleet: Fleet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file size limit stands in for the disk: git meets it in the middle of writing."""
    fleet.take()
    before = git("rev-parse", "main")
    real = process.run

    def limited(argv: list[str | Path], **options: object) -> object:
        words = ["prlimit", "--fsize=200", *argv] if "fast-import" in argv else argv
        return real(words, **options)

    monkeypatch.setattr(git_module, "run", limited)
    fleet.says("sw1", ios("".join(f"vlan {os.urandom(40).hex()}\n" for _ in range(200))))
    taken = fleet.take()
    outcome = kept("sw1", taken["sw1"])
    assert outcome.status is Status.ERROR
    assert "the history could not be written" in outcome.summary
    assert kept("sw2", taken["sw2"]).status is Status.OK
    assert git("rev-parse", "main") == before
    assert taken["sw1"].configs is not None
    monkeypatch.setattr(git_module, "run", real)
    assert kept("sw1", fleet.take()["sw1"]).status is Status.OK
    git("fsck", "--strict")
    assert commits() == 2
    assert not list(repository().path.glob("fast_import_crash*"))


def test_what_a_killed_git_left_behind_is_cleared_away(fleet: Fleet) -> None:
    fleet.take()
    path = repository().path
    left = [path / "index.lock", path / "refs/heads/main.lock", path / "HEAD.lock", path / "objects/pack/tmp_pack_x"]
    for file in left:
        file.parent.mkdir(exist_ok=True)
        file.touch()
        os.utime(file, (time.time() - 60, time.time() - 60))
    fleet.says("sw1", ios("vlan 7\n"))
    assert kept("sw1", fleet.take()["sw1"]).status is Status.OK
    assert not [file for file in left if file.exists()]
    assert commits() == 2


def _take_and_be_killed(fleet: Fleet, home_folder: str) -> None:
    os.environ["MUHTAR_HOME"] = home_folder
    fleet.take()


@pytest.mark.parametrize("after", [0.0, 0.01, 0.02, 0.03, 0.05, 0.08])
def test_a_kill_at_any_moment_leaves_a_sound_history(fleet: Fleet, state: Path, after: float) -> None:
    fleet.take()
    fleet.says("sw1", ios("vlan 7\n"))
    run = multiprocessing.get_context("fork").Process(target=_take_and_be_killed, args=(fleet, str(state)))
    run.start()
    time.sleep(after)
    if run.pid:
        os.kill(run.pid, signal.SIGKILL)
    run.join()
    time.sleep(0.1)
    git("fsck", "--strict")
    assert commits() in {1, 2}
    assert kept("sw1", fleet.take()["sw1"]).status is Status.OK
    assert "vlan 7" in show(SITE, "sw1")
    assert commits() == 2


def test_the_log_says_when_who_and_what(fleet: Fleet) -> None:
    fleet.take()
    fleet.says("sw1", ios("vlan 7\n").replace(b"ahmet", b"mehmet"))
    fleet.take()
    newest, first = log(SITE, "sw1")
    assert (newest.who, newest.what) == ("mehmet", "+1 -0 lines")
    assert first.what == "new, 43 lines"
    assert abs(newest.time - datetime.now(UTC)) < timedelta(minutes=1)
    assert table(SITE, [newest, first]).row_count == 2


def test_a_device_that_does_not_say_who_changed_it_names_who_saw_it(fleet: Fleet) -> None:
    fleet.says("sw1", ios().split(b"\n", 1)[1])
    fleet.take()
    assert log(SITE, "sw1")[0].who == "seen by Ayşe"


def test_a_version_of_a_day(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        now_is = datetime(2027, 1, 30, 12, tzinfo=UTC)

        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return cls.now_is

    monkeypatch.setattr(git_module, "datetime", Clock)
    fleet.take()
    Clock.now_is = datetime(2027, 2, 1, 12, tzinfo=UTC)
    fleet.says("sw1", ios("vlan 7\n"))
    fleet.take()
    assert "vlan 7" not in show(SITE, "sw1", at=datetime(2027, 1, 31, tzinfo=UTC))
    assert "vlan 7" in show(SITE, "sw1", at=datetime(2027, 2, 2, tzinfo=UTC))
    with pytest.raises(UsageError, match=r"nothing of sw1 was kept by 2027-01-01") as caught:
        show(SITE, "sw1", at=datetime(2027, 1, 1, tzinfo=UTC))
    assert "2027-01-30T15:00:00+03:00" in str(caught.value.mend)


def test_a_device_that_was_never_kept_is_an_error_with_the_mend(fleet: Fleet) -> None:
    for look in (log, show):
        with pytest.raises(UsageError, match="ever kept") as caught:
            look(SITE, "sw9")
        assert "network.backup --limit sw9" in str(caught.value.mend)
    fleet.take()
    with pytest.raises(UsageError, match="no startup configuration of sw1"):
        show(SITE, "sw1", startup=True)


def test_a_history_that_lost_an_object_is_an_error_not_an_empty_one(fleet: Fleet) -> None:
    fleet.take()
    blob = git("rev-parse", "main:lab/sw1.conf").strip()
    (repository().path / "objects" / blob[:2] / blob[2:]).unlink()
    fleet.says("sw1", ios("vlan 7\n"))
    outcome = kept("sw1", fleet.take()["sw1"])
    assert outcome.status is Status.ERROR
    assert path_of("lab", "sw1") == "lab/sw1.conf"
