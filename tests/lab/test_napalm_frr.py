"""The driver against a real router: the whole life of a configuration, and what stays behind of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from napalm.base.exceptions import (
    CommitError,
    ConnectAuthError,
    ConnectionException,
    MergeConfigException,
    ReplaceConfigException,
)

from lab.context import Context
from lab.inside import inside
from muhtar.settings import Site
from napalm_frr import FRRDriver
from tests.support.routers import intended, lab_context, router, session, startup_contains

pytestmark = pytest.mark.lab

NAME = "r3"
SECRET = "Gizli-Anahtar-4711"
FILES = "/home/muhtar/.napalm_frr"
OTHER = "description seen by the test"


@pytest.fixture(scope="module")
def context() -> Context:
    return lab_context()


@pytest.fixture(scope="module")
def wanted() -> str:
    return intended(NAME)


@pytest.fixture(scope="module")
def changed(wanted: str) -> str:
    text = wanted.replace("description link to r1", OTHER)
    assert text != wanted
    return text


@pytest.fixture(scope="module")
def as_intended(wanted: str) -> None:
    """Whatever ran before: the router runs what it should."""
    with session(NAME) as driver:
        restore(driver, wanted)


@pytest.fixture
def device(wanted: str, as_intended: None) -> Iterator[FRRDriver]:
    """An open session with a router that runs what it should, and does so again afterwards."""
    with session(NAME) as driver:
        yield driver
    with session(NAME) as driver:
        restore(driver, wanted)


def restore(driver: FRRDriver, wanted: str) -> None:
    if driver.has_pending_commit():
        driver.rollback()
    driver.load_replace_candidate(config=wanted)
    if driver.compare_config():
        driver.commit_config()
    driver.discard_config()


def differs(driver: FRRDriver, config: str) -> str:
    driver.load_replace_candidate(config=config)
    diff = driver.compare_config()
    driver.discard_config()
    return diff


def wait_until(true: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.5)


def test_replace_compare_discard(device: FRRDriver, wanted: str, changed: str) -> None:
    device.load_replace_candidate(config=changed)
    assert device.compare_config() == f" interface to-r1\n- description link to r1\n+ {OTHER}"
    device.discard_config()
    assert device.compare_config() == ""
    assert differs(device, wanted) == ""


def test_commit_converges_and_is_kept(device: FRRDriver, changed: str) -> None:
    device.load_replace_candidate(config=changed)
    device.commit_config()
    assert device.compare_config() == ""
    assert differs(device, changed) == ""
    assert startup_contains(device, OTHER)


def test_successive_replacements_converge_each_time(device: FRRDriver, wanted: str) -> None:
    for cost in (11, 12, 13):
        config = wanted.replace(" ip ospf network point-to-point", f" ip ospf cost {cost}\n ip ospf network point-to-point")
        config = config.replace("neighbor 10.0.13.1 timers 3 9", f"neighbor 10.0.13.1 timers 3 {cost}")
        device.load_replace_candidate(config=config)
        device.commit_config()
        assert differs(device, config) == ""


def test_sessions_that_a_change_does_not_touch_do_not_flap(device: FRRDriver, changed: str) -> None:
    def peers() -> dict[str, Any]:
        return dict(device.get_bgp_neighbors()["global"]["peers"])

    wait_until(lambda: all(peer["is_up"] for peer in peers().values()))
    time.sleep(2)
    before = peers()
    device.load_replace_candidate(config=changed)
    device.commit_config()
    after = peers()
    assert len(after) == 2
    assert all(after[name]["uptime"] > before[name]["uptime"] for name in before)


def test_merge_adds_and_takes_away(device: FRRDriver, wanted: str) -> None:
    device.load_merge_candidate(config="interface to-r1\n ip ospf cost 55\n no description\nexit\n")
    assert device.compare_config() == " interface to-r1\n- description link to r1\n+ ip ospf cost 55"
    device.commit_config()
    assert differs(device, wanted) == " interface to-r1\n- ip ospf cost 55\n+ description link to r1"


def test_the_timer_takes_an_unconfirmed_commit_back(device: FRRDriver, wanted: str, changed: str) -> None:
    device.load_replace_candidate(config=changed)
    device.commit_config(revert_in=10)
    assert device.has_pending_commit()
    assert OTHER in device.get_config("running")["running"]
    assert not startup_contains(device, OTHER), "a reboot must take it back too"
    # Nobody is logged in when the time is over.
    device.close()
    time.sleep(10)
    with session(NAME) as later:
        wait_until(lambda: not later.has_pending_commit())
        wait_until(lambda: differs(later, wanted) == "")
        assert "pending" not in later._transport.run("ls -A ~/.napalm_frr 2>/dev/null", check=False).out


def test_a_confirmed_commit_stays(device: FRRDriver, changed: str) -> None:
    device.load_replace_candidate(config=changed)
    device.commit_config(revert_in=20)
    committed = time.monotonic()
    device.confirm_commit()
    assert not device.has_pending_commit()
    assert startup_contains(device, OTHER)
    time.sleep(max(0.0, 22 - (time.monotonic() - committed)))
    assert differs(device, changed) == ""


def test_another_session_sees_confirms_or_reverts_the_waiting_commit(device: FRRDriver, wanted: str, changed: str) -> None:
    device.load_replace_candidate(config=changed)
    device.commit_config(revert_in=120)
    with session(NAME) as other:
        assert other.has_pending_commit()
        other.load_replace_candidate(config=wanted)
        with pytest.raises(CommitError, match="waiting to be confirmed"):
            other.commit_config()
        other.rollback()
        assert not other.has_pending_commit()
        assert differs(other, wanted) == ""
    with pytest.raises(CommitError):
        device.confirm_commit()


def test_rollback_after_a_commit_for_good(device: FRRDriver, wanted: str, changed: str) -> None:
    device.load_replace_candidate(config=changed)
    device.commit_config()
    device.rollback()
    assert differs(device, wanted) == ""
    assert not startup_contains(device, OTHER)
    with pytest.raises(CommitError):
        device.rollback()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("interface lo\n descripton x\nexit\n", "Unknown command"),
        ("router rip\n network 10.0.0.0/8\nexit\n", "did not take"),  # ripd does not run here
        ("hostname somebody-else\n", "did not take"),  # FRR's name is the machine's
    ],
)
def test_what_frr_does_not_take_is_refused_and_nothing_stays(lines: str, said: str, device: FRRDriver, wanted: str) -> None:
    def replace() -> None:
        device.load_replace_candidate(config=wanted + lines)
        device.commit_config(revert_in=60)

    def merge() -> None:
        device.load_merge_candidate(config=lines)
        device.commit_config()

    for act, error in ((replace, ReplaceConfigException), (merge, MergeConfigException)):
        with pytest.raises(error, match=said):
            act()
        assert not device.has_pending_commit()
        assert differs(device, wanted) == ""


def test_nothing_secret_stays_behind(device: FRRDriver, wanted: str, context: Context) -> None:
    host = context.topology.hosts[NAME]
    inside(context, host, "rm", "-rf", FILES)
    secret = f"router bgp 65003\n neighbor 10.0.13.1 password {SECRET}\nexit\n"
    device.load_merge_candidate(config=secret)
    mode = device._transport.run("stat -c %a ~/.napalm_frr ~/.napalm_frr/*/frr.conf").out.split()
    assert mode == ["700", "600"]
    device.commit_config(revert_in=60)
    assert SECRET in device.get_config("running")["running"]
    assert SECRET not in device.get_config("running", sanitized=True)["running"]
    device.rollback()
    device.close()
    found = inside(context, host, "grep", "-rlsaF", SECRET, "/home", "/root", "/tmp", "/var", "/run", "/etc", check=False)
    assert found.stdout == ""
    assert inside(context, host, "sh", "-c", f"ls -A {FILES} 2>/dev/null", check=False).stdout == ""


def test_what_broken_sessions_left_is_removed_when_it_is_old(device: FRRDriver, wanted: str, context: Context) -> None:
    host = context.topology.hosts[NAME]
    script = f"cd {FILES} && mkdir candidate-old candidate-new && touch -d '2 days ago' candidate-old && chown -R muhtar ."
    inside(context, host, "mkdir", "-p", FILES)
    inside(context, host, "sh", "-c", script)
    device.load_replace_candidate(config=wanted)
    device.discard_config()
    assert inside(context, host, "ls", "-A", FILES).stdout.split() == ["candidate-new"]
    inside(context, host, "rm", "-rf", FILES)


def test_a_wrong_key_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    key.chmod(0o600)
    with pytest.raises(ConnectAuthError):
        router(NAME, key_file=str(key)).open()


def test_a_changed_host_key_is_refused(tmp_path: Path, context: Context) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    known = tmp_path / "known_hosts"
    known.write_text(f"{context.address(context.topology.hosts[NAME])} {other}")
    with pytest.raises(ConnectionException, match="not the pinned one"):
        router(NAME, known_hosts=str(known)).open()


def test_a_router_without_a_pinned_key_is_refused(tmp_path: Path) -> None:
    known = tmp_path / "known_hosts"
    known.touch()
    with pytest.raises(ConnectionException, match="not in known_hosts"):
        router(
            NAME, known_hosts=str(known), ssh_config_file=None, key_file=str(Site.open("lab").overlay / "ssh" / "id_ed25519")
        ).open()


def test_the_way_to_a_neighbour_and_who_may_configure(device: FRRDriver) -> None:
    (hop,) = device.traceroute("10.0.13.1", ttl=4)["success"].values()
    assert hop["probes"][1]["ip_address"] == "10.0.13.1"
    assert device.get_users()["muhtar"]["level"] == 15


def test_ping_a_neighbour(device: FRRDriver) -> None:
    assert device.ping("10.0.13.1", count=2)["success"]["packet_loss"] == 0
