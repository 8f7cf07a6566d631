"""`show version`, `show hostname`, users and SNMP."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from lab.simulators.eos.commands import Answer, command
from lab.simulators.eos.device import MODEL, Device
from lab.simulators.hardware import dotted

_USER = re.compile(r"username (\S+)(?: privilege (\d+))?(?: role (\S+))? (?:secret \S+ (\S+)|nopassword)")


@command("show version")
def show_version(device: Device, _words: Sequence[str]) -> Answer:
    """Says in its model name that it is a simulator."""
    release = device.settings.eos_version
    build = f"{release}-simulated"
    model = {
        "mfgName": "Arista",
        "modelName": MODEL,
        "hardwareRevision": "",
        "serialNumber": device.serial,
        "systemMacAddress": device.mac(0),
        "hwMacAddress": "00:00:00:00:00:00",
        "configMacAddress": "00:00:00:00:00:00",
        "version": release,
        "architecture": "x86_64",
        "internalVersion": build,
        "internalBuildId": "00000000-0000-0000-0000-000000000000",
        "imageFormatVersion": "1.0",
        "imageOptimization": "None",
        "bootupTimestamp": device.booted,
        "uptime": device.uptime,
        "memTotal": 0,
        "memFree": 0,
        "isIntlVersion": False,
    }
    text = (
        f"Arista {MODEL}\nHardware version: \nSerial number: {device.serial}\n"
        f"Hardware MAC address: {dotted(device.mac(0))}\nSystem MAC address: {dotted(device.mac(0))}\n\n"
        f"Software image version: {release}\nArchitecture: x86_64\nInternal build version: {build}\n\n"
        f"Uptime: {timedelta(seconds=int(device.uptime))}\n"
    )
    return Answer(model, text)


@command("show hostname")
def show_hostname(device: Device, _words: Sequence[str]) -> Answer:
    """Host name and fully qualified name, from the configuration."""
    domain = device.running.value("dns domain")
    fqdn = f"{device.hostname}.{domain}" if domain else device.hostname
    return Answer({"hostname": device.hostname, "fqdn": fqdn}, f"Hostname: {device.hostname}\nFQDN:     {fqdn}\n")


@command("show users accounts")
def show_users(device: Device, _words: Sequence[str]) -> Answer:
    """The configured local users."""
    users: dict[str, Any] = {}
    for line in device.running:
        if found := _USER.fullmatch(line):
            users[found[1]] = {
                "username": found[1],
                "privLevel": int(found[2] or 1),
                "secret": found[4] or "",
                "sshAuthorizedKey": "",
            }
    text = "".join(f"user: {name}\n      privilege level: {user['privLevel']}\n" for name, user in users.items())
    return Answer({"users": users}, text)


@command("show snmp v2-mib chassis")
def show_snmp_chassis(device: Device, _words: Sequence[str]) -> Answer:
    """The serial number."""
    return Answer({"chassisId": device.serial}, f"Chassis: {device.serial}\n")


@command("show snmp v2-mib location", "show snmp v2-mib contact")
def show_snmp_text(device: Device, words: Sequence[str]) -> Answer:
    """The configured location or contact; nothing in the model where none is configured."""
    value = device.running.value(f"snmp-server {words[-1]}")
    return Answer({} if value is None else {words[-1]: value}, "" if value is None else f"{words[-1].title()}: {value}\n")
