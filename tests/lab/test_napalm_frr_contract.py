"""NAPALM's own tests for drivers, against a real router; what the driver does not offer is listed, and really is not there."""

from __future__ import annotations

import shutil
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any, ClassVar

import pytest
from napalm.base import models
from napalm.base.test.base import TestConfigNetworkDriver as ConfigContract
from napalm.base.test.base import TestGettersNetworkDriver as GettersContract

from lab.inside import inside
from napalm_frr import FRRDriver
from tests.support.napalm_frr_contract import ARGUMENTS, NOT_OFFERED
from tests.support.routers import intended, lab_context, router

pytestmark = pytest.mark.lab

NAME, ANNOUNCER = "r3", "r2"

ANNOUNCEMENT = """\
ip route 1.0.4.0/24 Null0
router bgp 65002
 address-family ipv4 unicast
  network 1.0.4.0/24
 exit-address-family
exit
"""

# NAPALM's test → why it cannot hold here, although the driver offers the method.
NOT_HERE = {
    "test_get_arp_table_with_vrf": "it asks for a VRF named TEST; the lab has none",
    **dict.fromkeys(
        ("test_get_ntp_peers", "test_get_ntp_servers", "test_get_ntp_stats"),
        "a container's clock is the machine's, so the lab's routers have no chrony; tests/unit replays a real one's answers",
    ),
    "test_traceroute": "it looks for the way to 8.8.8.8; the lab has no way out (tests/lab/test_napalm_frr.py traces a router)",
    "test_ping": "it pings 8.8.8.8; the lab has no way out (tests/lab/test_napalm_frr.py pings a neighbour)",
}


class _Opened(unittest.TestCase):
    """What both classes need: one open session, closed once."""

    device: ClassVar[FRRDriver]

    # The contracts bring pytest's names for these too, and pytest would call both.
    @classmethod
    def setup_class(cls) -> None:
        """Done by setUpClass."""

    @classmethod
    def teardown_class(cls) -> None:
        """Done by tearDownClass."""


class TestConfig(_Opened, ConfigContract):
    """Load, compare, commit, discard, roll back."""

    vendor: ClassVar[str]

    @classmethod
    def setUpClass(cls) -> None:
        cls.vendor = tempfile.mkdtemp(prefix="napalm-frr-")
        initial = intended(NAME)
        good = initial.replace("description link to r1", "description new and good")
        merge = "interface to-r1\n ip ospf cost 77\nexit\n"
        files = {
            "initial.conf": initial,
            "new_good.conf": good,
            "new_good.diff": " interface to-r1\n- description link to r1\n+ description new and good",
            "new_typo.conf": initial + "interface lo\n descripton typo\nexit\n",
            "merge_good.conf": merge,
            "merge_good.diff": " interface to-r1\n- ip ospf cost 77",
            "merge_typo.conf": "interface to-r1\n ip ospff cost 77\nexit\n",
        }
        for name, text in files.items():
            Path(cls.vendor, name).write_text(text, encoding="utf-8")
        cls.device = router(NAME)
        cls.device.open()
        cls.device.load_replace_candidate(config=initial)
        cls.device.commit_config()

    @classmethod
    def tearDownClass(cls) -> None:
        ConfigContract.tearDownClass.__func__(cls)
        shutil.rmtree(cls.vendor)

    @staticmethod
    def read_file(filename: str) -> str:
        """The contract strips a diff at both ends, and with it the blank that marks a context."""
        return Path(filename).read_text(encoding="utf-8").rstrip()


class TestGetters(_Opened, GettersContract):
    """Every getter gives what NAPALM's models say."""

    @staticmethod
    def _test_model(model: Any, data: dict[str, Any]) -> bool:
        """NAPALM 5.2 tests one neighbour's details against the model of all: a mistake of its test."""
        one = models.LLDPNeighborDetailDict if model is models.LLDPNeighborsDetailDict else model
        return bool(GettersContract._test_model(one, data))

    announcer: ClassVar[FRRDriver]

    @classmethod
    def setUpClass(cls) -> None:
        # NAPALM asks for this very route by BGP.
        cls.announcer = router(ANNOUNCER)
        cls.announcer.open()
        cls.announcer.load_merge_candidate(config=ANNOUNCEMENT)
        cls.announcer.commit_config(revert_in=600)
        cls.device = router(NAME)
        try:
            cls.device.open()
        except Exception:
            # Without this the router waits ten minutes for a word, and every later test with it.
            cls.announcer.rollback()
            raise
        deadline = time.monotonic() + 30
        while not cls.device.get_route_to("1.0.4.0/24", "bgp") and time.monotonic() < deadline:
            time.sleep(0.5)

    def test_get_ipv6_neighbors_table(self) -> None:
        """A router forgets neighbours that it has not spoken with: let it call to all on a link first."""
        context = lab_context()
        inside(context, context.topology.host(NAME), "ping", "-6", "-c", "2", "ff02::1%to-r1")
        super().test_get_ipv6_neighbors_table()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.device.close()
        cls.announcer.rollback()
        cls.announcer.close()


for _name, (_, _why) in NOT_OFFERED.items():
    setattr(TestGetters, _name, unittest.skip(f"not offered: {_why}")(getattr(GettersContract, _name)))
for _name, _why in NOT_HERE.items():
    setattr(TestGetters, _name, unittest.skip(f"not here: {_why}")(getattr(GettersContract, _name)))


@pytest.mark.parametrize("method", sorted(method for method, _ in NOT_OFFERED.values()))
def test_what_is_skipped_is_really_not_offered(method: str) -> None:
    with pytest.raises(NotImplementedError):
        getattr(router(NAME), method)(*ARGUMENTS.get(method, ()))
