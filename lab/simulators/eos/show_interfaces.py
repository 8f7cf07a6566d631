"""Interfaces, their addresses, VLANs and LLDP neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lab.simulators.eos.commands import Answer, command
from lab.simulators.eos.device import CommandError, Device
from lab.simulators.eos.ports import Port, interfaces

# No frame ever passes, so every counter stands at zero.
_COUNTERS = ("Octets", "UcastPkts", "MulticastPkts", "BroadcastPkts", "Discards")
BANDWIDTH = 1_000_000_000


@command("show interfaces")
def show_interfaces(device: Device, _words: Sequence[str]) -> Answer:
    """All of them, with state, description, MTU, MAC address and counters."""
    ports = interfaces(device)
    text = "".join(
        f"{port.name} is {'up' if port.up else 'administratively down' if not port.enabled else 'down'}, "
        f"line protocol is {'up' if port.up else 'down'} ({port.status})\n"
        + (f"  Description: {port.config.value('description')}\n" if port.config.value("description") else "")
        + "".join(f"  Internet address is {address}\n" for address in port.addresses()[:1])
        + f"  IP MTU {port.mtu} bytes\n"
        for port in ports
    )
    return Answer({"interfaces": {port.name: _interface(device, port) for port in ports}}, text)


@command("show interfaces status")
def show_interfaces_status(device: Device, _words: Sequence[str]) -> Answer:
    """One line a switch port."""
    statuses = {
        port.name: {
            "description": port.config.value("description") or "",
            "linkStatus": port.status,
            "vlanInformation": {"interfaceMode": "routed" if port.routed else port.config.value("switchport mode") or "access"},
            "bandwidth": BANDWIDTH,
        }
        for port in interfaces(device)
        if port.is_physical
    }
    rows = [f"{name:<14}{status['description']!s:<25}{status['linkStatus']}" for name, status in statuses.items()]
    return Answer({"interfaceStatuses": statuses}, "\n".join(["Port          Name                     Status", *rows]) + "\n")


@command("show ip interface")
def show_ip_interface(device: Device, _words: Sequence[str]) -> Answer:
    """Interfaces that have an IPv4 address."""
    ports = [port for port in interfaces(device) if port.addresses()]
    model = {
        port.name: {
            "name": port.name,
            "interfaceStatus": port.status,
            "lineProtocolStatus": "up" if port.up else "down",
            "enabled": port.enabled,
            "mtu": port.mtu,
            "vrf": port.vrf,
            "description": port.config.value("description") or "",
            "interfaceAddress": _addresses(port),
        }
        for port in ports
    }
    return Answer(
        {"interfaces": model},
        "".join(f"{port.name} is {port.status}\n  Internet address is {port.addresses()[0]}\n" for port in ports),
    )


@command("show ipv6 interface")
def show_ipv6_interface(device: Device, _words: Sequence[str]) -> Answer:
    """Interfaces that have an IPv6 address; EOS calls it an error when there are none."""
    ports = [port for port in interfaces(device) if port.addresses(6)]
    if not ports:
        raise CommandError("No IPv6 configured interfaces")
    model = {
        port.name: {
            "name": port.name,
            "interfaceStatus": port.status,
            "lineProtocolStatus": "up" if port.up else "down",
            "vrf": port.vrf,
            "addresses": [{"address": a.split("/")[0], "subnet": a, "active": port.up} for a in port.addresses(6)],
        }
        for port in ports
    }
    return Answer(
        {"interfaces": model}, "".join(f"{port.name} is {port.status}\n  {', '.join(port.addresses(6))}\n" for port in ports)
    )


@command("show vlan")
def show_vlan(device: Device, _words: Sequence[str]) -> Answer:
    """VLAN 1 and the configured ones, with the ports that carry them and are up."""
    names = {1: "default"}
    for line, config in device.running.items():
        if line.startswith("vlan ") and config is not None:
            number = int(line.removeprefix("vlan "))
            names[number] = config.value("name") or names.get(number, f"VLAN{number:04d}")
    members: dict[int, list[str]] = {number: [] for number in sorted(names)}
    for port in interfaces(device):
        for number in port.vlans(sorted(names)):
            if port.up and number in members:
                members[number].append(port.name)
    model = {
        str(number): {
            "name": names[number],
            "dynamic": False,
            "status": device.running.section(f"vlan {number}").value("state") or "active",
            "interfaces": {name: {"privatePromoted": False} for name in found},
        }
        for number, found in members.items()
    }
    rows = [f"{number:<6}{names[number]:<33}active    {', '.join(found)}" for number, found in members.items()]
    return Answer(
        {"vlans": model, "sourceDetail": ""}, "\n".join(["VLAN  Name                             Status    Ports", *rows]) + "\n"
    )


@command("show lldp neighbors")
def show_lldp(device: Device, _words: Sequence[str]) -> Answer:
    """What the settings put at the other end of ports that are up."""
    found = _neighbors(device)
    entries = [{"port": n.port, "neighborDevice": n.device, "neighborPort": n.device_port, "ttl": 120} for n in found]
    rows = [f"{n.port:<14}{n.device:<32}{n.device_port:<21}120" for n in found]
    head = "Port          Neighbor Device ID              Neighbor Port ID     TTL"
    return Answer({"lldpNeighbors": entries}, "\n".join([head, *rows]) + "\n")


@command("show lldp neighbors [ IFACE ] detail")
def show_lldp_detail(device: Device, words: Sequence[str]) -> Answer:
    """The same, port by port."""
    only = words[3] if len(words) == 5 else None
    ports = [port.name for port in interfaces(device) if port.is_physical and only in (None, port.name)]
    model: dict[str, Any] = {name: {"lldpNeighborInfo": []} for name in ports}
    for n in _neighbors(device):
        if n.port in model:
            model[n.port]["lldpNeighborInfo"].append(
                {
                    "chassisId": n.chassis,
                    "chassisIdType": "macAddress",
                    "systemName": n.device,
                    "systemDescription": n.description,
                    "systemCapabilities": {"bridge": True},
                    "neighborInterfaceInfo": {"interfaceId": n.device_port, "interfaceIdType": "interfaceName"},
                    "ttl": 120,
                }
            )
    text = "".join(
        f"Interface {name} detected {len(entry['lldpNeighborInfo'])} LLDP neighbors\n" for name, entry in model.items()
    )
    return Answer({"lldpNeighbors": model}, text)


def _neighbors(device: Device) -> list[Any]:
    if "no lldp run" in device.running:
        return []
    hearing = {port.name for port in interfaces(device) if port.up and "no lldp receive" not in port.config}
    return [neighbor for neighbor in device.settings.neighbors if neighbor.port in hearing]


def _interface(device: Device, port: Port) -> dict[str, Any]:
    model: dict[str, Any] = {
        "name": port.name,
        "description": port.config.value("description") or "",
        "interfaceStatus": port.status,
        "lineProtocolStatus": "up" if port.up else "down",
        "mtu": port.mtu,
        "bandwidth": BANDWIDTH if port.is_physical else 0,
        "hardware": "ethernet" if port.is_physical else port.name.rstrip("0123456789").lower(),
        "forwardingModel": "routed" if port.routed else "bridged",
        "lastStatusChangeTimestamp": device.booted,
        "interfaceAddress": [_addresses(port)] if port.addresses() else [],
    }
    if port.is_physical:
        number = port.number if port.name.startswith("Ethernet") else 255
        counters = {f"{way}{name}": 0 for way in ("in", "out") for name in _COUNTERS}
        model["physicalAddress"] = model["burnedInAddress"] = device.mac(number)
        model["interfaceCounters"] = {**counters, "totalInErrors": 0, "totalOutErrors": 0, "linkStatusChanges": 1}
    return model


def _addresses(port: Port) -> dict[str, Any]:
    rows = [
        {"address": address.split("/")[0], "maskLen": int(address.split("/")[1])} for address in port.addresses() or ["0.0.0.0/0"]
    ]
    return {"primaryIp": rows[0], "secondaryIpsOrderedList": rows[1:], "broadcastAddress": "255.255.255.255"}
