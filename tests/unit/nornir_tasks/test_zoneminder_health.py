"""What ZoneMinder tells of itself: recordings page by page, its disk, its clock, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from muhtar.secrets import Secret
from nornir_tasks.clock import Clock
from nornir_tasks.connections.zoneminder import ZoneMinder, ZoneMinderError
from nornir_tasks.recorder import Disk, Health, Recordings, Untold
from nornir_tasks.zoneminder_health import health_of
from tests.unit.nornir_tasks.test_zoneminder import PASSWORD, Recorder, monitor

# The clock of the recorded answers: Sunday, noon.
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVENTS = "events/index/MonitorId:1.json"
PAGE = 3


class Paged(Recorder):
    """Serves events by sort, limit and page, as CakePHP does; `events` are (begin, end or None, length), the oldest first."""

    def __init__(self, events: list[tuple[datetime, datetime | None, float]], **answers: Any) -> None:
        plain = {
            "host/getTimeZone.json": {"tz": "Europe/Istanbul"},
            "monitors.json": {"monitors": [monitor()]},
            "host/getVersion.json": {"version": "1.36.33"},
            "host/getDiskPercent.json": {"usage": {"Total": {"space": "32.5"}}},
            EVENTS: {},
        }
        super().__init__({**plain, **answers})
        self.events = events
        self.pages: list[int] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        if request.url.path.endswith(EVENTS) and isinstance(self.answers[EVENTS], dict):
            found = list(reversed(self.events)) if query["direction"] == "desc" else self.events
            limit, page = int(query["limit"]), int(query.get("page", 1))
            if limit > 1:
                self.pages.append(page)
            chosen = found[(page - 1) * limit : page * limit]
            self.answers[EVENTS] = {
                "events": [{"Event": self._event(*event)} for event in chosen],
                "pagination": {"nextPage": page * limit < len(found)},
            }
            answer = super().__call__(request)
            self.answers[EVENTS] = {}
            return answer
        return super().__call__(request)

    @staticmethod
    def _event(begin: datetime, end: datetime | None, length: float) -> dict[str, Any]:
        local = timedelta(hours=3)
        return {
            "StartDateTime": f"{begin + local:%Y-%m-%d %H:%M:%S}",
            "EndDateTime": f"{end + local:%Y-%m-%d %H:%M:%S}" if end else None,
            "Length": str(length),
        }


def health(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> Health:
    monkeypatch.setattr("nornir_tasks.zoneminder_health.PAGE", PAGE)
    client = httpx.Client(base_url="https://192.0.2.34/zm/api/", transport=httpx.MockTransport(recorder))
    api = ZoneMinder(client, "nvr1.lab.example")
    api.login("admin", Secret(PASSWORD))
    return health_of(api, window=timedelta(hours=24))


def hours(begin: float, end: float | None, length: float = 0) -> tuple[datetime, datetime | None, float]:
    return NOON - timedelta(hours=begin), None if end is None else NOON - timedelta(hours=end), length


def test_pages_are_read_until_the_window_is_left_and_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    old = [hours(60 + n, 59 + n) for n in range(20, 0, -1)]
    recorder = Paged([*old, hours(30, 20), hours(20, 15), hours(15, 10), hours(10, 1), hours(1, None, 3595)])
    kept = health(recorder, monkeypatch).recordings["cam1"]
    assert isinstance(kept, Recordings)
    assert recorder.pages == [1, 2]
    assert kept.oldest == NOON - timedelta(hours=80)
    assert kept.spans[0] == (NOON - timedelta(hours=30), NOON - timedelta(hours=20))
    # The last pictures of an open recording that goes on are counted as there.
    assert kept.spans[-1] == (NOON - timedelta(hours=1), NOON)


def test_an_open_recording_that_does_not_grow_ends_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = health(Paged([hours(2, None, 3600)]), monkeypatch).recordings["cam1"]
    assert isinstance(kept, Recordings)
    assert kept.spans == ((NOON - timedelta(hours=2), NOON - timedelta(hours=1)),)


def test_nothing_recorded_has_no_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    assert health(Paged([]), monkeypatch).recordings["cam1"] == Recordings((), None)


def test_disk_version_and_smart_are_told_or_said_not_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    found = health(Paged([]), monkeypatch)
    assert found.firmware == "1.36.33"
    assert isinstance(found.disks, tuple)
    (disk,) = found.disks
    assert isinstance(disk, Disk)
    assert disk.free == pytest.approx(0.675)
    assert isinstance(disk.smart, Untold)
    assert found.channels is None


@pytest.mark.parametrize(
    ("path", "untold"),
    [("host/getVersion.json", "firmware"), ("host/getDiskPercent.json", "disks")],
)
def test_a_refused_part_is_untold_and_the_rest_is_there(path: str, untold: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = health(Paged([], **{path: httpx.Response(403, content=b"{}")}), monkeypatch)
    assert isinstance(getattr(found, untold), Untold)
    assert [monitor.name for monitor in found.monitors] == ["cam1"]
    with pytest.raises(ZoneMinderError):
        health(Paged([], **{path: httpx.Response(500, content=b"{}")}), monkeypatch)


def test_the_clock_is_compared_with_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    offset = health(Paged([]), monkeypatch).offset
    assert isinstance(offset, float)
    assert offset == pytest.approx((NOON - datetime.now(UTC)).total_seconds(), abs=5)


def test_of_several_readings_the_quickest_counts() -> None:
    clock = Clock()
    assert clock.offset is None
    now = datetime.now(UTC)
    clock.saw(now - timedelta(seconds=8), now + timedelta(seconds=20), step=1.0)
    clock.saw(datetime.now(UTC), datetime.now(UTC) + timedelta(seconds=60), step=1.0)
    clock.saw(now - timedelta(seconds=5), now, step=1.0)
    assert clock.offset == pytest.approx(60.5, abs=0.2)
