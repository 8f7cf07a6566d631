"""The search for recordings. Its times end in Z and are the recorder's local time, as real firmwares have it."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.etree.ElementTree import Element, SubElement

from lab.simulators.isapi.documents import ago, document
from lab.simulators.isapi.settings import Settings

__all__ = ["BadSearchError", "search"]

# However many are asked for.
PAGE = 40
# A recorder writes its recordings in files; the newest of them is found a little late.
LATE = 20.0
FILE = timedelta(hours=1)


class BadSearchError(Exception):
    """The question lacks something, or has it in a way that the recorder cannot read."""


def search(settings: Settings, asked: Element, now: datetime) -> Element:
    """The recordings of a track within a span, the oldest first, a page of them. Raises BadSearchError."""
    number = _text(asked, ".//{*}trackID")
    camera = settings.cameras[int(number) // 100 - 1] if number.endswith("01") and _known(settings, number) else None
    begin, end = _time(asked, "startTime"), _time(asked, "endTime")
    position = int(asked.findtext("{*}searchResultPostion", "0"))
    at_most = min(int(asked.findtext("{*}maxResults", str(PAGE))), PAGE)
    spans = [(ago(now, span.begin), ago(now, span.end or LATE)) for span in camera.recordings] if camera else []
    # The whole of a file is told, even where only a part of it was asked for.
    matching = sorted(piece for span in spans for piece in _files(*span, begin, end))
    page = matching[position : position + at_most]
    answer = document(
        "CMSearchResult",
        searchID=_text(asked, "{*}searchID"),
        responseStatus=True,
        responseStatusStrg=_status(len(matching), position + len(page)),
        numOfMatches=len(page),
    )
    matches = SubElement(answer, "matchList")
    for start, stop in page:
        item = SubElement(matches, "searchMatchItem")
        SubElement(item, "trackID").text = number
        span = SubElement(item, "timeSpan")
        SubElement(span, "startTime").text = f"{start:%Y-%m-%dT%H:%M:%SZ}"
        SubElement(span, "endTime").text = f"{stop:%Y-%m-%dT%H:%M:%SZ}"
        SubElement(SubElement(item, "mediaSegmentDescriptor"), "contentType").text = "video"
    return answer


def _status(found: int, told: int) -> str:
    if not found:
        return "NO MATCHES"
    return "MORE" if told < found else "OK"


def _files(start: datetime, stop: datetime, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Those files of one long recording that touch the span from `begin` to `end`."""
    skipped = max(0, (begin - start) // FILE)
    found, at = [], start + skipped * FILE
    while at < min(stop, end):
        found.append((at, min(at + FILE, stop)))
        at += FILE
    return [(a, b) for a, b in found if b > begin]


def _known(settings: Settings, number: str) -> bool:
    return number.isdecimal() and 0 < int(number) // 100 <= len(settings.cameras)


def _time(asked: Element, name: str) -> datetime:
    text = _text(asked, f".//{{*}}timeSpan/{{*}}{name}")
    try:
        # Naive on purpose: what the Z says is not true.
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")  # noqa: DTZ007
    except ValueError as error:
        raise BadSearchError(name) from error


def _text(asked: Element, path: str) -> str:
    text = asked.findtext(path)
    if not text:
        raise BadSearchError(path.rpartition("}")[2])
    return text.strip()
