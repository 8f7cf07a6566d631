"""What a Hikvision recorder keeps of a camera, by ISAPI's search.

Its times end in Z and are the recorder's local time nevertheless; they are read by the offset of its own clock.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element, SubElement

from nornir_tasks.connections.isapi import Isapi, IsapiError
from nornir_tasks.recorder import Recordings

__all__ = ["local_clock", "recordings_of"]

# More than this a firmware may refuse.
PAGE = 40
# A recorder that always says MORE must not be asked for ever: a span a minute makes 36 pages a day.
PAGES = 100
_LONG_AGO = datetime(2000, 1, 1)  # noqa: DTZ001 - the recorder's own local time
_NAMESPACE = "http://www.hikvision.com/ver20/XMLSchema"


def local_clock(api: Isapi) -> datetime:
    """The recorder's clock, with its offset. Raises IsapiError where it is no time, and what `Isapi.read` raises."""
    said = api.read("System/time").findtext("{*}localTime", "").strip()
    try:
        found = datetime.fromisoformat(said)
    except ValueError as error:
        raise IsapiError(f"System/time: {said!r} is no time") from error
    if found.tzinfo is None:
        raise IsapiError(f"System/time: {said!r} has no offset from UTC", mend="set the recorder's time zone")
    return found


def recordings_of(api: Isapi, channel: int, *, now: datetime, window: timedelta) -> Recordings:
    """The recordings of a channel's main stream; `now` is the recorder's clock. Raises what `Isapi.read` raises."""
    spans: list[tuple[datetime, datetime]] = []
    for _ in range(PAGES):
        found, more = _page(api, channel, now - window, now, position=len(spans), at_most=PAGE)
        spans += found
        if not more or not found:
            break
    else:
        raise IsapiError(f"the search for recordings of channel {channel} has no end")
    oldest, _ = _page(api, channel, _LONG_AGO.replace(tzinfo=now.tzinfo), now, position=0, at_most=1)
    return Recordings(tuple(sorted(spans)), oldest[0][0] if oldest else None)


def _page(
    api: Isapi, channel: int, begin: datetime, end: datetime, *, position: int, at_most: int
) -> tuple[list[tuple[datetime, datetime]], bool]:
    """One page, the oldest recording first, and whether there is more."""
    asked = Element("CMSearchDescription", version="2.0", xmlns=_NAMESPACE)
    SubElement(asked, "searchID").text = str(uuid.uuid4()).upper()
    SubElement(SubElement(asked, "trackList"), "trackID").text = f"{channel}01"
    span = SubElement(SubElement(asked, "timeSpanList"), "timeSpan")
    SubElement(span, "startTime").text = f"{begin:%Y-%m-%dT%H:%M:%SZ}"
    SubElement(span, "endTime").text = f"{end:%Y-%m-%dT%H:%M:%SZ}"
    SubElement(asked, "maxResults").text = str(at_most)
    SubElement(asked, "searchResultPostion").text = str(position)
    metadata = SubElement(SubElement(asked, "metadataList"), "metadataDescriptor")
    metadata.text = "//recordType.meta.std-cgi.com"
    answer = api.search("ContentMgmt/search", asked)
    items = answer.findall(".//{*}searchMatchItem/{*}timeSpan")
    spans = [(_time(item, "startTime", end), _time(item, "endTime", end)) for item in items]
    return spans, answer.findtext("{*}responseStatusStrg", "").strip().upper() == "MORE"


def _time(span: Element, name: str, now: datetime) -> datetime:
    said = span.findtext(f"{{*}}{name}", "").strip()
    try:
        return datetime.fromisoformat(said.removesuffix("Z")).replace(tzinfo=now.tzinfo)
    except ValueError as error:
        raise IsapiError(f"ContentMgmt/search: {said!r} is no time") from error
