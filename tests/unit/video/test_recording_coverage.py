"""Holes between recordings, and the share of a day that is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from muhtar.video.coverage import cover

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(minutes: float) -> datetime:
    return NOON + minutes * MINUTE


@pytest.mark.parametrize(
    ("spans", "gaps", "share"),
    [
        ([(0, 60)], [], 1.0),
        ([], [(0, 60)], 0.0),
        ([(0, 20), (30, 60)], [(20, 30)], 50 / 60),
        ([(0, 29.5), (30, 60)], [], 59.5 / 60),
        ([(10, 60)], [(0, 10)], 50 / 60),
        ([(0, 50)], [(50, 60)], 50 / 60),
        ([(30, 60), (0, 40)], [], 1.0),
        ([(0, 50), (10, 20), (50, 60)], [], 1.0),
        ([(-30, 20), (30, 90)], [(20, 30)], 50 / 60),
        ([(-30, -10), (70, 90)], [(0, 60)], 0.0),
    ],
)
def test_what_is_there_and_what_lacks(spans: list[tuple[float, float]], gaps: list[tuple[float, float]], share: float) -> None:
    found = cover([(at(a), at(b)) for a, b in spans], NOON, at(60), longest=MINUTE)
    assert found.gaps == tuple((at(a), at(b)) for a, b in gaps)
    assert found.share == pytest.approx(share)


def test_no_time_at_all_is_covered() -> None:
    assert cover([], NOON, NOON, longest=MINUTE).share == 1.0
