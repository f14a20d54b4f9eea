from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments import practices
from fallback.telling import hours
from tests.world import at, build

MONDAY = date(2026, 12, 21)
CHRISTMAS = date(2026, 12, 25)
WEEK = [(weekday, time(8), time(18, 30)) for weekday in range(5)]


@pytest.fixture
def world(db):
    world = build()
    practices.set_opening_times(world.site.pk, world.by_manager, WEEK)
    return world


def days(world, first=MONDAY, **more):
    return {day.day: day for day in hours.of(world.practice, first, **more).days}


def test_two_weeks_of_days_are_known_with_weekends_closed(world):
    found = days(world)
    assert len(found) == hours.AHEAD
    assert found[MONDAY].words == "8am to 6:30pm"
    assert found[MONDAY + timedelta(days=5)].words == "closed"
    assert not found[MONDAY + timedelta(days=5)].is_unusual


def test_bank_holidays_are_named_and_other_closures_keep_their_reason(world):
    practices.add_bank_holidays(world.by_manager, {2026})
    practices.add_closure(world.by_manager, MONDAY, "Dr Lane's leaving do")
    found = days(world)
    assert found[CHRISTMAS].words == "closed (Christmas Day)"
    assert found[MONDAY].words == "closed"
    assert found[CHRISTMAS].is_unusual
    assert found[MONDAY].is_unusual


def test_a_bank_holiday_on_a_closed_day_is_nothing_new(world):
    saturday = MONDAY + timedelta(days=5)
    practices.add_bank_holidays(world.by_manager, {2026})
    assert days(world)[saturday].words == "closed"


def test_a_half_day_closes_early(world):
    practices.add_closure(world.by_manager, MONDAY, "Training", closes=time(13))
    day = days(world)[MONDAY]
    assert day.words == "8am to 1pm"
    assert day.is_unusual
    assert day.is_open(at(MONDAY, "12:59"))
    assert not day.is_open(at(MONDAY, "13:00"))


def test_a_lunch_break_is_two_stretches_and_a_half_day_may_take_the_second(world):
    lunch = [(0, time(8), time(12, 30)), (0, time(13, 30), time(18))]
    practices.set_opening_times(world.site.pk, world.by_manager, lunch)
    assert days(world)[MONDAY].words == "8am to 12:30pm and 1:30pm to 6pm"
    practices.add_closure(world.by_manager, MONDAY, "Training", closes=time(13))
    assert days(world)[MONDAY].words == "8am to 12:30pm"


def test_the_practice_is_open_while_any_site_is(world):
    branch = [(0, time(7), time(9)), (0, time(18), time(20)), (5, time(9), time(12))]
    practices.set_opening_times(world.branch.pk, world.by_manager, branch)
    found = days(world)
    assert found[MONDAY].words == "7am to 8pm"
    assert found[MONDAY + timedelta(days=5)].words == "9am to midday"


def test_one_sites_closure_is_not_the_others(world):
    practices.set_opening_times(world.branch.pk, world.by_manager, [(0, time(8), time(13))])
    practices.add_closure(world.by_manager, MONDAY, "Flood", site_id=world.site.pk)
    found = hours.of(world.practice, MONDAY)
    assert found.days[0].words == "8am to 1pm"
    assert [(site.name, each[0].words) for site, each in found.sites] == [
        ("Harbour Surgery", "closed"),
        ("Hill Branch", "8am to 1pm"),
    ]


def test_the_main_site_comes_first(world):
    practices.amend_practice(world.by_manager, main_site=world.branch)
    world.practice.refresh_from_db()
    assert [site.name for site, _ in hours.of(world.practice, MONDAY).sites] == [
        "Hill Branch",
        "Harbour Surgery",
    ]


def test_where_no_hours_were_ever_set_nobody_says_that_it_is_closed(db):
    world = build()
    found = hours.of(world.practice, MONDAY)
    assert found.days == ()
    assert found.is_open(at(MONDAY, "03:00"))
    assert found.opens_next(at(MONDAY, "03:00")) is None


def test_it_opens_next_after_the_weekend(world):
    friday = MONDAY + timedelta(days=4)
    found = hours.of(world.practice, friday)
    assert found.opens_next(at(friday, "19:00")) == at(MONDAY + timedelta(days=7), "08:00")
    assert not found.is_open(at(friday, "18:30"))


def test_doors_open_at_eight_by_the_clock_on_the_wall_whatever_the_season(world):
    sunday = date(2027, 3, 28)  # clocks go forward in the night
    practices.set_opening_times(world.site.pk, world.by_manager, [(6, time(8), time(9))])
    stretch = days(world, sunday)[sunday].stretches[0]
    assert stretch.opens_at == datetime(2027, 3, 28, 7, tzinfo=UTC)
    assert stretch.words == "8am to 9am"


def test_a_closed_site_has_no_hours(world):
    practices.set_opening_times(world.branch.pk, world.by_manager, [(6, time(8), time(9))])
    practices.close_site(world.branch.pk, world.by_manager)
    assert [site for site, _ in hours.of(world.practice, MONDAY).sites] == [world.site]


MINUTES = range(0, 24 * 60, 30)  # of a day: enough for every way in which stretches can lie
PAIRS = st.tuples(st.sampled_from(MINUTES), st.sampled_from(MINUTES)).filter(lambda p: p[0] < p[1])


@given(st.lists(st.lists(PAIRS, max_size=3), min_size=1, max_size=4))
def test_together_they_are_open_exactly_when_any_is(sites):
    midnight = at(MONDAY, "00:00")

    def moment(minutes):
        return midnight + timedelta(minutes=minutes)

    days = tuple(
        hours.Day(MONDAY, tuple(hours.Stretch(moment(a), moment(b)) for a, b in pairs))
        for pairs in sites
    )
    whole = hours._together(days)
    for minutes in MINUTES:
        now = moment(minutes)
        assert whole.is_open(now) == any(day.is_open(now) for day in days)
    for one, next_one in zip(whole.stretches, whole.stretches[1:], strict=False):
        assert one.closes_at < next_one.opens_at
