"""Whose turn it is to be read."""

from __future__ import annotations

import random
from datetime import timedelta

from muhtar.backup.rota import Rota
from tests.support.real_town import utc

DAY = timedelta(days=1)
START = utc(2027, 1, 1, 3)


def follow(days: int, moments) -> Rota:
    rota = Rota(days, START)
    for moment in moments:
        for part in rota.due(moment):
            rota.was_read(part, moment, whole=True)
        rota = Rota.of(rota.text(), days, moment)
    return rota


def test_a_part_each_night_reads_all_in_time_even_where_nights_jitter_and_one_is_missed() -> None:
    dice = random.Random(7)
    for days in (1, 2, 3, 7, 28):
        nights = [START + number * DAY + timedelta(minutes=dice.randint(-50, 50)) for number in range(3 * days + 3)]
        del nights[days]
        rota = Rota(days, START)
        for night in nights:
            for part in rota.due(night):
                rota.was_read(part, night, whole=True)
            assert not rota.overdue(night), (days, night)
        assert rota.share == 1


def test_the_first_check_reads_one_part_and_each_next_one_the_next() -> None:
    rota = Rota(7, START)
    order = []
    for number in range(12):
        (part,) = rota.due(START + number * DAY)
        rota.was_read(part, START + number * DAY, whole=True)
        order.append(part)
    assert order == [1, 2, 3, 4, 5, 6] * 2


def test_who_comes_once_a_week_reads_a_weeks_worth() -> None:
    rota = follow(7, [START])
    assert rota.due(START + 7 * DAY) == [2, 3, 4, 5, 6, 1]


def test_other_days_do_not_set_the_clock_back_nor_forget_damage() -> None:
    rota = follow(7, [START])
    rota.was_read(1, START, whole=False)
    later = Rota.of(rota.text(), 3, START + DAY)
    assert (later.begun, later.parts, later.damaged) == (START, 2, {1, 2})
    assert later.overdue(START + 4 * DAY) == [1, 2]
    whole = follow(3, [START, START + DAY, START + 2 * DAY])
    assert Rota.of(whole.text(), 7, START + 3 * DAY).begun == START + DAY


def test_what_a_clock_a_year_ahead_read_does_not_count() -> None:
    rota = follow(7, [START + 365 * DAY])
    now = Rota.of(rota.text(), 7, START)
    assert (now.read, now.begun, now.due(START)) == ({}, START, [1])


def test_restic_divides_no_finer() -> None:
    assert Rota(3650, START).parts == 256
