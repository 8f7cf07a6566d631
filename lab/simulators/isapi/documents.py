"""The documents that the recorder gives, by path. Shapes and odd spellings are those of Hikvision's firmwares.

After the ISAPI developer guides (System, Content Management, Security) and what clients of real recorders expect.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element, SubElement

from lab.simulators.isapi.schedule import track
from lab.simulators.isapi.settings import Camera, Disk, Settings

__all__ = ["DOCUMENTS", "NAMESPACE", "document", "smart"]

NAMESPACE = "http://www.hikvision.com/ver20/XMLSchema"


def document(name: str, **fields: object) -> Element:
    """A document of that name with these children."""
    root = Element(name, version="2.0", xmlns=NAMESPACE)
    fill(root, fields)
    return root


def fill(parent: Element, fields: dict[str, object]) -> Element:
    """Give an element children; booleans are written `true` and `false`, dictionaries become elements with children."""
    for name, value in fields.items():
        child = SubElement(parent, name)
        if isinstance(value, dict):
            fill(child, value)
        else:
            child.text = str(value).lower() if isinstance(value, bool) else str(value)
    return parent


def _device(settings: Settings, _now: datetime) -> Element:
    return document(
        "DeviceInfo",
        deviceName=settings.name,
        deviceID="48443030-3030-3030-3030-686578616465",
        model="DS-7616NI-I2 (Muhtar simulator)",
        serialNumber=f"{settings.name}0000000000",
        macAddress="02:00:00:00:00:61",
        firmwareVersion=settings.firmware,
        firmwareReleasedDate=settings.released,
        deviceType="NVR",
    )


def _time(settings: Settings, now: datetime) -> Element:
    hours, minutes = divmod(abs(settings.offset), 60)
    # POSIX' sign: west of Greenwich is positive.
    zone = f"CST{'-' if settings.offset >= 0 else '+'}{hours}:{minutes:02}:00"
    return document("Time", timeMode="NTP", localTime=now.isoformat(timespec="seconds"), timeZone=zone)


def _capabilities(settings: Settings, _now: datetime) -> Element:
    return document("DeviceCap", RacmCap={"isSupportCMSearch": True, "inputProxyNums": settings.channels})


def _source(camera: Camera) -> dict[str, object]:
    return {
        "proxyProtocol": "HIKVISION",
        "addressingFormatType": "ipaddress",
        "ipAddress": camera.address,
        "managePortNo": 8000,
        "srcInputPort": 1,
        "userName": "admin",
        "streamType": "auto",
        "model": "DS-2CD2143G2",
        "firmwareVersion": camera.firmware,
    }


def _channels(settings: Settings, _now: datetime) -> Element:
    root = document("InputProxyChannelList")
    for number, camera in enumerate(settings.cameras, 1):
        own = {"id": number, "name": camera.name, "sourceInputPortDescriptor": _source(camera)}
        fill(SubElement(root, "InputProxyChannel", version="2.0"), own)
    return root


def _status(settings: Settings, _now: datetime) -> Element:
    root = document("InputProxyChannelStatusList")
    for number, camera in enumerate(settings.cameras, 1):
        own: dict[str, object] = {
            "id": number,
            "sourceInputPortDescriptor": _source(camera),
            "online": camera.online,
            "streamingProxyChannelIdList": {"streamingProxyChannelId": f"{number}01"},
            "chanDetectResult": camera.result if camera.online else "netUnreachable",
        }
        fill(SubElement(root, "InputProxyChannelStatus", version="2.0"), own)
    return root


def _streams(settings: Settings, _now: datetime) -> Element:
    root = document("StreamingChannelList")
    for number, camera in enumerate(settings.cameras, 1):
        video = {"enabled": True, "videoCodecType": "H.264", "videoResolutionWidth": 1920, "videoResolutionHeight": 1080}
        own = {"id": f"{number}01", "channelName": camera.name, "enabled": True, "Video": video}
        fill(SubElement(root, "StreamingChannel", version="2.0"), own)
    return root


def _tracks(settings: Settings, _now: datetime) -> Element:
    root = document("TrackList")
    for number, camera in enumerate(settings.cameras, 1):
        root.append(track(number, camera.mode, scheduled=camera.scheduled))
    return root


def _disks(settings: Settings, _now: datetime) -> Element:
    root = document("hddList")
    for number, disk in enumerate(settings.disks, 1):
        own: dict[str, object] = {
            "id": number,
            "hddName": disk.name,
            "hddType": "SATA",
            "status": disk.status,
            "capacity": disk.capacity,
            "freeSpace": disk.free,
            "property": "RW",
        }
        fill(SubElement(root, "hdd", version="2.0"), own)
    return root


def smart(disk: Disk, number: int) -> Element:
    """What SMART says of a disk."""
    return document(
        "SmartTestStatus",
        id=number,
        temprature=41,
        powerOnDay=812,
        selfEvaluaingStatus=disk.smart,
        allEvaluaingStatus="functional" if disk.smart == "ok" else "badsectors",
        selfTestPercent=0,
        selfTestStatus="ok",
    )


def _users(settings: Settings, _now: datetime) -> Element:
    root = document("UserList")
    own = {"id": 1, "userName": settings.user, "priority": "high", "userLevel": "Administrator"}
    fill(SubElement(root, "User", version="2.0"), own)
    return root


def _accesses(settings: Settings, _now: datetime) -> Element:
    root = document("AdminAccessProtocolList")
    rows = (("HTTP", settings.http, 80), ("RTSP", True, 554), ("HTTPS", True, 443), ("DEV_MANAGE", True, 8000))
    for number, (protocol, enabled, port) in enumerate(rows, 1):
        own: dict[str, object] = {"id": number, "enabled": enabled, "protocol": protocol, "portNo": port}
        fill(SubElement(root, "AdminAccessProtocol", version="2.0"), own)
    return root


def _interfaces(settings: Settings, _now: datetime) -> Element:
    root = document("NetworkInterfaceList")
    address = {"ipVersion": "v4", "addressingType": "static", "ipAddress": settings.address, "subnetMask": "255.255.255.0"}
    fill(SubElement(root, "NetworkInterface", version="2.0"), {"id": 1, "IPAddress": address})
    return root


def _ntp(_settings: Settings, _now: datetime) -> Element:
    root = document("NTPServerList")
    server = {"id": 1, "addressingFormatType": "hostname", "hostName": "time.example", "portNo": 123, "synchronizeInterval": 60}
    fill(SubElement(root, "NTPServer", version="2.0"), server)
    return root


DOCUMENTS: dict[str, Callable[[Settings, datetime], Element]] = {
    "System/deviceInfo": _device,
    "System/time": _time,
    "System/time/ntpServers": _ntp,
    "System/capabilities": _capabilities,
    "System/Network/interfaces": _interfaces,
    "ContentMgmt/InputProxy/channels": _channels,
    "ContentMgmt/InputProxy/channels/status": _status,
    "Streaming/channels": _streams,
    "ContentMgmt/record/tracks": _tracks,
    "ContentMgmt/Storage/hdd": _disks,
    "Security/users": _users,
    "Security/adminAccesses": _accesses,
}


def ago(now: datetime, seconds: float) -> datetime:
    """A moment of the past, in whole seconds."""
    return (now - timedelta(seconds=seconds)).replace(microsecond=0)
