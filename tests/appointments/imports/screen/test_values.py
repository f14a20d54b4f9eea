"""Single cells as British practices write them."""

from datetime import date, datetime, time

import pytest

from appointments.imports.screen import values


@pytest.mark.parametrize(
    "cell",
    "23/11/2026|23-11-2026|23.11.2026|23/11/26|23-Nov-26|23 Nov 2026|Mon 23 November 2026|"
    "2026-11-23|Monday, 23rd November 2026|20261123|23/11/2026 10:40|"
    "2026-11-23T10:40:00|23 11 2026".split("|"),
)
def test_days(cell):
    assert values.day(cell) == date(2026, 11, 23)


@pytest.mark.parametrize(
    "cell", ["", "31/02/2026", "11/23/2026", "23 Nov", "soon", "2026", "10:40", "23/11/1926"]
)
def test_what_is_no_day(cell):
    assert values.day(cell) is None


def test_a_year_of_two_digits_may_be_either_for_a_birth():
    assert values.days("3/4/71") == (date(2071, 4, 3), date(1971, 4, 3))
    assert values.days("3/4/1971") == (date(1971, 4, 3),)


@pytest.mark.parametrize(
    "cell",
    ["14:15", "14.15", "1415", "14:15:00", "2:15pm", "2.15 PM", "2:15 p.m.", "23/11/2026 14:15",
     "2026-11-23T14:15:00", "14:15 - 14:25", "Mon 23 Nov 2026 14:15"],
)  # fmt: skip
def test_clocks(cell):
    assert values.clocks(cell)[0] == time(14, 15)


@pytest.mark.parametrize("cell", ["", "24:00", "13:00pm", "14", "14:60", "23/11/2026", "later"])
def test_what_is_no_time(cell):
    assert values.clocks(cell) == ()


@pytest.mark.parametrize(
    "cell,length", [("10", 10), ("10 min", 10), ("00:15", 15), ("1:00", 60), ("0", None),
                    ("ten", None), ("-5", None), ("99999", None)],
)  # fmt: skip
def test_lengths(cell, length):
    assert values.minutes(cell) == length


@pytest.mark.parametrize(
    "cell",
    ["SMITH, John (Mr)", "Smith, John", "SMITH John", "John SMITH (Mr)", "Mr John Smith",
     "Smith, Mr John"],
)  # fmt: skip
def test_names(cell):
    assert ("john", "smith") in values.name(cell)


def test_a_name_of_two_words_may_be_either_way_round():
    assert set(values.name("Smith John")) == {("smith", "john"), ("john", "smith")}
    assert values.name("", surname="O’Brien-Lee", forename="Seán").one == ("seán", "obrien", "lee")


@pytest.mark.parametrize(
    "text",
    ["Printed on 23/11/2026 07:45", "Appointments as at 07:45 on 23 Nov 2026 by x",
     "Generated: Monday 23 November 2026, 07:45", "Report run 2026-11-23 07:45:10"],
)  # fmt: skip
def test_when_a_list_was_made(text):
    assert values.as_of(text) == datetime(2026, 11, 23, 7, 45)


@pytest.mark.parametrize("text", ["Appointments for 23/11/2026", "Printed on 23/11/2026", "Page 1"])
def test_what_does_not_say_when(text):
    assert values.as_of(text) is None
