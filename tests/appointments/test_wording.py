"""What is read out to patients: days, times, ages and numbers, always in English and in London."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments import wording

TODAY = date(2026, 11, 23)


def test_days_are_written_in_full_and_short():
    assert wording.day_words(TODAY) == "Monday 23 November 2026"
    assert wording.day_short(TODAY) == "Mon 23 Nov"
    assert wording.day_words(date(2027, 1, 3)) == "Sunday 3 January 2027"
    assert wording.born(date(1971, 4, 3)) == "3 Apr 1971"


@pytest.mark.parametrize(
    "at, clock, moment",
    [
        (datetime(2026, 11, 23, 9, 40, tzinfo=UTC), "09:40", "Mon 23 Nov 2026, 09:40"),
        (datetime(2026, 7, 1, 8, 40, tzinfo=UTC), "09:40", "Wed 1 Jul 2026, 09:40"),
        # The clocks go forward at 01:00 on 29 March 2026 and back at 02:00 on 25 October.
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "00:59", "Sun 29 Mar 2026, 00:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "02:00", "Sun 29 Mar 2026, 02:00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "01:30", "Sun 25 Oct 2026, 01:30"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "01:30", "Sun 25 Oct 2026, 01:30"),
        # Past midnight in London while it is still the day before in UTC.
        (datetime(2026, 6, 30, 23, 15, tzinfo=UTC), "00:15", "Wed 1 Jul 2026, 00:15"),
        (
            datetime(2026, 7, 1, 10, 40, tzinfo=timezone(timedelta(hours=2))),
            "09:40",
            "Wed 1 Jul 2026, 09:40",
        ),
    ],
)
def test_times_are_london_times(at, clock, moment):
    assert wording.clock(at) == clock
    assert wording.moment(at) == moment


def test_the_day_of_a_moment_is_the_day_in_london():
    late = datetime(2026, 6, 30, 23, 15, tzinfo=UTC)
    assert wording.day_words(late) == "Wednesday 1 July 2026"
    assert wording.day_short(late) == "Wed 1 Jul"


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="naive"):
        wording.clock(datetime(2026, 11, 23, 9, 40))


def test_the_settings_time_zone_changes_nothing(settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    assert wording.moment(datetime(2026, 7, 1, 8, 40, tzinfo=UTC)) == "Wed 1 Jul 2026, 09:40"


@pytest.mark.parametrize(
    "born_on, today, age",
    [
        (date(1971, 4, 3), TODAY, "55"),
        (date(1971, 11, 23), TODAY, "55"),
        (date(1971, 11, 24), TODAY, "54"),
        (date(2024, 11, 23), TODAY, "2"),
        (date(2024, 11, 24), TODAY, "23 months"),
        (date(2026, 4, 23), TODAY, "7 months"),
        (date(2026, 4, 24), TODAY, "6 months"),
        (date(2026, 8, 23), TODAY, "3 months"),
        (date(2026, 8, 24), TODAY, "13 weeks"),
        (date(2026, 10, 26), TODAY, "4 weeks"),
        (date(2026, 10, 27), TODAY, "27 days"),
        (date(2026, 11, 22), TODAY, "1 day"),
        (TODAY, TODAY, "0 days"),
        (date(2026, 11, 24), TODAY, ""),
        # Born on a leap day: a year older on 1 March, on 29 February where there is one.
        (date(2008, 2, 29), date(2026, 2, 28), "17"),
        (date(2008, 2, 29), date(2026, 3, 1), "18"),
        (date(2008, 2, 29), date(2028, 2, 28), "19"),
        (date(2008, 2, 29), date(2028, 2, 29), "20"),
        (date(2024, 2, 29), date(2026, 2, 28), "23 months"),
        (date(2024, 2, 29), date(2026, 3, 1), "2"),
    ],
)
def test_ages(born_on, today, age):
    assert wording.age(born_on, today) == age


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(2 * 366, 120 * 366))
def test_from_two_years_on_a_birthday_comes_once_a_year(born_on, days):
    ages = [int(wording.age(born_on, born_on + timedelta(days + n))) for n in range(367)]
    assert ages == sorted(ages)
    assert ages[-1] - ages[0] in (1, 2)


@pytest.mark.parametrize(
    "number, words",
    [
        ("9991234567", "999 123 4567"),
        ("999 1234567", "999 123 4567"),
        ("99912345", "99912345"),
        ("999123456X", "999123456X"),
        ("", ""),
    ],
)
def test_nhs_numbers(number, words):
    assert wording.nhs_spaced(number) == words


@pytest.mark.parametrize(
    "number, words",
    [
        ("07700900123", "07700 900123"),
        ("+447700900123", "07700 900123"),
        ("01632 960 123", "01632 960123"),
        ("02079460123", "020 7946 0123"),
        ("+33199001234", "+33 1 99 00 12 34"),
        ("ask at number 4", "ask at number 4"),
        ("", ""),
    ],
)
def test_telephone_numbers(number, words):
    assert wording.phone_spaced(number) == words


@pytest.mark.parametrize(
    "words",
    [
        wording.day_words,
        wording.day_short,
        wording.clock,
        wording.moment,
        wording.born,
        wording.nhs_spaced,
        wording.phone_spaced,
        lambda nothing: wording.age(nothing, TODAY),
    ],
)
def test_nothing_in_nothing_out(words):
    assert words(None) == ""
