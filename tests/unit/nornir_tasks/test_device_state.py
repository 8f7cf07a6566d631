"""What was up must be up again, unless the change itself took it away; and what a driver cannot read stops nobody."""

from __future__ import annotations

from typing import Any

import pytest
from napalm.base.exceptions import ConnectionClosedException

from nornir_tasks.device_state import DeviceState, read_state

ROUTING = "router bgp 65001\nrouter ospf\n"
OSPF_FRR = (
    '{"default": {"vrfName": "default", "vrfId": 0, "neighbors": {"192.168.255.2": [{"nbrState": "Full/-", '
    '"ifaceName": "to-r2:10.0.12.1"}], "192.168.255.3": [{"nbrState": "Init/-", "ifaceName": "to-r3:10.0.13.1"}]}}}'
)
OSPF_IOS = """
Neighbor ID     Pri   State           Dead Time   Address         Interface
10.0.0.2          1   FULL/DR         00:00:37    10.1.1.2        GigabitEthernet0/1
10.0.0.3          0   2WAY/DROTHER    00:00:33    10.1.1.3        GigabitEthernet0/1
"""


class Device:
    """`asked` are the questions, in order."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        def answer(*_: Any) -> Any:
            self.asked.append(name)
            found = self.answers.get(name, NotImplementedError(name))
            if isinstance(found, Exception):
                raise found
            return found

        return answer


def interfaces(**up: bool) -> dict[str, Any]:
    return {name: {"is_enabled": True, "is_up": value} for name, value in up.items()}


def peers(**up: bool) -> dict[str, Any]:
    return {"global": {"peers": {name: {"is_enabled": True, "is_up": value} for name, value in up.items()}}}


def state(
    up: str = "", down: str = "", kinds: str = "interface,BGP neighbour,OSPF neighbour,LLDP neighbour", **behind: str
) -> DeviceState:
    items = {name.replace("_", " "): port for name, port in behind.items()}
    return DeviceState(frozenset(up.split(",")) - {""}, frozenset(down.split(",")) - {""}, frozenset(kinds.split(",")), items)


def test_everything_that_is_up_is_read() -> None:
    device = Device(
        get_interfaces={**interfaces(e1=True, e2=False), "e3": {"is_enabled": False, "is_up": False}},
        get_bgp_neighbors={
            **peers(p1=True, p2=False),
            "red": {"peers": {"p3": {"is_enabled": True, "is_up": True}, "p4": {"is_enabled": False, "is_up": False}}},
        },
        get_lldp_neighbors={"e1": [{"hostname": "sw9", "port": "7"}]},
        cli={"show ip ospf vrf all neighbor json": OSPF_FRR},
    )
    found = read_state(device, "frr", ROUTING)
    assert found.up == {
        "interface e1", "BGP neighbour p1", "BGP neighbour p3 in red", "OSPF neighbour 192.168.255.2 on to-r2",
        "LLDP neighbour sw9 on e1",
    }  # fmt: skip
    assert found.down == {"interface e2", "BGP neighbour p2"}
    assert found.behind["OSPF neighbour 192.168.255.2 on to-r2"] == "to-r2"


def test_ospf_as_ios_prints_it() -> None:
    found = read_state(Device(cli={"show ip ospf neighbor": OSPF_IOS}), "ios", "router ospf 1\n")
    assert found.up == {"OSPF neighbour 10.0.0.2 on GigabitEthernet0/1"}


def test_a_protocol_that_is_not_configured_is_not_asked_for() -> None:
    device = Device(get_interfaces={}, get_lldp_neighbors={})
    found = read_state(device, "eos", "hostname sw1\n")
    assert device.asked == ["get_interfaces", "get_lldp_neighbors"]
    assert found.kinds == {"interface", "BGP neighbour", "OSPF neighbour", "LLDP neighbour"}


def test_what_a_driver_cannot_read_is_left_out_and_a_lost_session_is_not() -> None:
    device = Device(get_interfaces=KeyError("speed"), get_lldp_neighbors={})
    assert read_state(device, "junos", "").kinds == {"LLDP neighbour"}
    with pytest.raises(ConnectionClosedException):
        read_state(Device(get_interfaces=ConnectionClosedException("gone")), "frr", ROUTING)


@pytest.mark.parametrize(
    ("after", "lost"),
    [
        (state("interface e1,BGP neighbour p,OSPF neighbour o,LLDP neighbour l"), []),
        (state("interface e1,OSPF neighbour o,LLDP neighbour l", "BGP neighbour p"), ["BGP neighbour p"]),
        # No longer configured: the change did that.
        (state("interface e1,OSPF neighbour o,LLDP neighbour l"), []),
        # Gone without a reason.
        (state("interface e1,BGP neighbour p"), ["LLDP neighbour l", "OSPF neighbour o"]),
        # The interface was shut down by the change, and who is behind it went with it.
        (state("BGP neighbour p"), []),
        # It is meant to be up, and is not.
        (state("BGP neighbour p", "interface e1"), ["LLDP neighbour l", "OSPF neighbour o", "interface e1"]),
        # It could be read before, and cannot now.
        (
            state("interface e1,OSPF neighbour o,LLDP neighbour l", kinds="interface,OSPF neighbour,LLDP neighbour"),
            ["BGP neighbour p"],
        ),
    ],
)  # fmt: skip
def test_losses(after: DeviceState, lost: list[str]) -> None:
    before = state("interface e1,BGP neighbour p,OSPF neighbour o,LLDP neighbour l", OSPF_neighbour_o="e1", LLDP_neighbour_l="e1")
    assert before.lost(after) == lost
    assert before.lost(after, ["*"]) == []
    assert before.lost(after, ["BGP*"]) == [item for item in lost if not item.startswith("BGP")]
