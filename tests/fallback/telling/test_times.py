from datetime import UTC, date, datetime, time

import pytest

from fallback.telling import times


@pytest.mark.parametrize(
    "at, words",
    [
        (time(8), "8am"),
        (time(18, 30), "6:30pm"),
        (time(0), "midnight"),
        (time(0, 5), "12:05am"),
        (time(12), "midday"),
        (time(12, 5), "12:05pm"),
        (time(11, 59), "11:59am"),
    ],
)
def test_times_are_said_as_the_nhs_writes_them(at, words):
    assert times.clock(at) == words


def test_a_moment_is_said_in_londons_time_and_day():
    assert times.moment(datetime(2026, 6, 30, 23, 15, tzinfo=UTC)) == "12:15am on Wednesday 1 July"
    assert times.day(date(2026, 12, 25)) == "Friday 25 December"
