"""The platforms of network devices: one table, and everything that must know a platform reads it.

A line answers: which NAPALM driver speaks with it and where that comes from, how the driver is made to verify whom it speaks
with, whether the device keeps a startup configuration of its own, and by which grammar hier_config reads its configuration.
Facts about drivers are those of NAPALM 5.2 and of the community packages' releases named in docs/network.md.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from muhtar.errors import InventoryError
from muhtar.inventory import Target

__all__ = ["PLATFORMS", "TEMPLATES", "Platform", "platform_of", "require_driver"]

TEMPLATES = Path(__file__).resolve().parent / "templates"

Verifies = Literal["openssh", "netmiko", "pyez", "eapi", "requests", "librouteros"]


@dataclass(frozen=True)
class Platform:
    """One platform.

    `driver` is the name by which NAPALM finds its driver, `module` what must be importable for that, `package` what brings it
    (None: it comes along with Muhtar). `verifies` is how the driver is told to verify the device's identity, see
    `nornir_tasks/connections/napalm.py`. `reverts`: does the driver commit with a timer after which the device takes the change
    back by itself? Without one, Muhtar only looks. `startup`: does the device boot from a configuration that must be saved?
    `hier` is hier_config's name of the grammar; None where it has none that fits. `arguments` are the driver's, whatever the
    inventory says beyond them. `reader` is a kind of session that reads
    whole configurations faster than the driver does.
    """

    name: str
    title: str
    driver: str
    module: str
    verifies: Verifies
    startup: bool
    hier: str | None
    package: str | None = None
    reverts: bool = False
    arguments: Mapping[str, Any] = field(default_factory=dict)
    reader: str | None = None

    @property
    def templates(self) -> Path:
        """The folder of templates that come along; a site may have its own."""
        return TEMPLATES / self.name


_ALL = (
    Platform("frr", "FRRouting", "frr", "napalm_frr", "openssh", startup=True, hier="GENERIC", reverts=True),
    Platform(
        "ios", "Cisco IOS and IOS XE", "ios", "napalm.ios", "netmiko", startup=True, hier="CISCO_IOS",
        reverts=True,
        # Left to itself the driver types `file prompt quiet` into the configuration of a device that it only reads.
        arguments={"auto_file_prompt": False},
        reader="ios_terminal",
    ),
    Platform("eos", "Arista EOS", "eos", "napalm.eos", "eapi", startup=True, hier="ARISTA_EOS", reverts=True),
    Platform(
        "junos", "Juniper Junos", "junos", "napalm.junos", "pyez", startup=False, hier="JUNIPER_JUNOS",
        reverts=True,
    ),
    Platform("nxos", "Cisco NX-OS", "nxos", "napalm.nxos", "requests", startup=True, hier="CISCO_NXOS"),
    Platform(
        "routeros", "MikroTik RouterOS", "ros", "napalm_ros", "librouteros",
        startup=False, hier=None, package="napalm-ros",
    ),
    Platform(
        "fortios", "Fortinet FortiOS", "fortigate", "napalm_fortigate", "requests",
        startup=False, hier="FORTINET_FORTIOS", package="napalm-fortigate",
    ),
    Platform(
        "vrp", "Huawei VRP", "huawei_vrp", "napalm_huawei_vrp", "netmiko",
        startup=True, hier="HUAWEI_VRP", package="napalm-huawei-vrp",
    ),
    Platform(
        "procurve", "HPE ArubaOS-Switch and ProCurve", "procurve", "napalm_procurve", "netmiko",
        startup=True, hier="HP_PROCURVE", package="napalm-hpe-aruba-procurve",
        # Left to itself the driver falls back to Telnet, and sends the password in the clear.
        arguments={"transport": "ssh"},
    ),
    Platform(
        "panos", "Palo Alto PAN-OS", "panos", "napalm_panos", "requests",
        startup=False, hier=None, package="napalm-panos>=0.7",
    ),
)  # fmt: skip

PLATFORMS: Mapping[str, Platform] = {platform.name: platform for platform in _ALL}


def platform_of(target: Target) -> Platform:
    """The platform of a device. Raises InventoryError, naming the host, the file and the line, for none or an unknown one."""
    name = target.platform
    if name is not None and name in PLATFORMS:
        return PLATFORMS[name]
    origin = target.origin("muhtar_platform")
    said = f"{target.name} has no muhtar_platform" if name is None else f"the platform of {target.name}, {name!r}, is not known"
    raise InventoryError(
        said,
        path=origin.relative if origin else None,
        line=origin.line if origin else None,
        key="muhtar_platform",
        mend=f"set it, in a group_vars file of its group, to one of {', '.join(PLATFORMS)}",
    )


def require_driver(target: Target) -> Platform:
    """The platform of a device that is to be spoken with. Raises InventoryError also where its driver is not installed."""
    platform = platform_of(target)
    if _installed(platform.module):
        return platform
    origin = target.origin("muhtar_platform")
    raise InventoryError(
        f"the driver for {platform.title}, which {target.name} needs, is not installed",
        path=origin.relative if origin else None,
        line=origin.line if origin else None,
        key="muhtar_platform",
        mend=f".muhtar/venv/bin/pip install '{platform.package}'" if platform.package else "./inv installs it again",
    )


def _installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False
