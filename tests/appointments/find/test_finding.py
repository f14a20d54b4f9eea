"""The search for free slots."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appointments import availability, booking, finding, journal, sessions
from appointments.availability import LONDON
from appointments.finding import Wish
from appointments.models import SlotType
from tests.world import World, at, build


@pytest.fixture
def world(db) -> World:
    return build()


def find(world, desk=None, **wish):
    now = wish.pop("now", at(world.day, "07:00"))
    limit = wish.pop("limit", 20)
    desk = desk or world.desk1
    return finding.next_free(world.practice, Wish(**wish), desk.pk, now=now, limit=limit)


def times(found):
    return [slot.starts_at.astimezone(LONDON).strftime("%H:%M") for slot in found]


def book(world, clock, patient=None, **details):
    wanted = world.asks(patient or world.ann, **details)
    return booking.book(world.slot(clock).pk, wanted, world.by)


def add_type(world, **columns):
    with journal.writing(world.by, "add_slot_type") as entry:
        return entry.add(SlotType(practice=world.practice, name="Other", **columns))


def test_the_first_twenty_come_in_order_with_what_to_tell_the_caller(world):
    found = find(world)
    assert len(found) == 20
    assert times(found)[:3] == ["10:00", "10:00", "10:10"]
    (lane,) = [s for s in found if times([s]) == ["10:10"]]
    assert (lane.with_whom, lane.slot_type) == ("Dr Lane", "Routine")
    assert (lane.site, lane.mode, lane.minutes) == ("Harbour Surgery", "face_to_face", 10)


def test_each_wish_narrows(world):
    sessions.change_type(world.by, [world.slot("10:20").pk], world.routine.pk, "telephone")
    assert len(find(world, clinician=world.lane.pk)) == 12
    assert len(find(world, role="nurse")) == 8
    assert find(world, clinician=world.lane.pk, role="nurse") == []
    assert times(find(world, mode="telephone")) == ["10:20"]
    assert find(world, slot_type=add_type(world).pk) == []
    assert find(world, site=world.branch.pk) == []
    assert len(find(world, half="am")) == 20
    assert find(world, half="pm") == []
    assert find(world, starting=world.day + timedelta(days=1)) == []
    assert len(find(world, starting=world.day)) == 20


def test_a_session_with_two_holders_is_found_once_by_either(world):
    sessions.change_session(
        world.by, world.morning.pk, name="Both", holders=[world.lane.pk, world.webb.pk],
        although_overlapping=True,
    )  # fmt: skip
    found = find(world, clinician=world.lane.pk)
    assert len(found) == 12
    assert found[0].with_whom == "Dr Lane and Sister Webb"
    assert len(find(world, role="nurse")) == 20


def test_what_can_not_be_booked_is_not_found(world):
    book(world, "10:00")
    sessions.block(world.by, [world.slot("10:10").pk], "Coffee")
    sessions.remove_slots(world.by, [world.slot("10:20").pk])
    booking.keep([world.slot("10:30").pk], world.desk2, "screen", world.by)
    booking.hold(world.slot("10:40").pk, world.by2)
    now = at(world.day, "07:00")
    world.slot("10:40").hold.__class__.objects.update(until=now + timedelta(minutes=2))
    assert times(find(world, clinician=world.lane.pk))[0] == "10:50"
    own = times(find(world, desk=world.desk2, clinician=world.lane.pk))
    assert own[:3] == ["10:30", "10:40", "10:50"]
    sessions.cancel_session(world.by, world.morning.pk, "Dr Lane is ill")
    assert find(world, clinician=world.lane.pk) == []


def test_an_extra_does_not_take_a_slot(world):
    first = book(world, "10:00")
    book(world, "10:00", world.bob, extra=True, because="Fit in")
    booking.cancel(first.pk, world.by)
    assert times(find(world, clinician=world.lane.pk))[0] == "10:00"


def test_a_slot_that_has_begun_is_found_until_it_is_over(world):
    first = times(find(world, clinician=world.lane.pk, now=at(world.day, "10:05")))[0]
    assert first == "10:00"
    first = times(find(world, clinician=world.lane.pk, now=at(world.day, "10:10")))[0]
    assert first == "10:10"


def test_the_next_ones_follow_the_last_that_was_shown(world):
    everything = find(world, limit=100)
    first = find(world, limit=7)
    rest = find(world, limit=100, after=first[-1].id)
    assert first + rest == everything
    assert find(world, after=everything[-1].id) == []


def test_embargoed_slots_are_found_from_their_release_on(world):
    other = add_type(world, release="at_time", release_time=time(8), release_days=2)
    sessions.change_type(world.by, [world.slot("10:00").pk], other.pk, "face_to_face")
    released = at(world.day - timedelta(days=2), "08:00")
    early = {"slot_type": other.pk, "now": released - timedelta(minutes=1)}
    assert find(world, **early) == []
    assert len(find(world, slot_type=other.pk, now=released)) == 1


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    release=st.sampled_from(["at_time", "hours_before"]),
    release_time=st.times().map(lambda t: t.replace(microsecond=0)),
    release_days=st.integers(0, 30),
    release_hours=st.integers(0, 400),
    starts=st.datetimes(datetime(2026, 3, 20), datetime(2026, 4, 10)),  # summer time begins
    seconds=st.integers(-100_000, 100_000),
)
def test_the_short_cut_past_embargoes_never_hides_a_released_slot(
    release, release_time, release_days, release_hours, starts, seconds
):
    slot_type = SlotType(
        release=release, release_time=release_time, release_days=release_days,
        release_hours=release_hours,
    )  # fmt: skip
    starts = starts.replace(tzinfo=LONDON)
    facts = availability.Facts(
        *([None] * 2), starts, 10, *([None] * 6), starts.date(), release, release_time,
        release_days, release_hours,
    )  # fmt: skip
    released = availability.released_at(facts)
    now = released + timedelta(seconds=abs(seconds))
    assert starts.timestamp() <= now.timestamp() + finding._reach(slot_type).total_seconds()


def test_another_practices_slots_are_not_found(world):
    other = build("G82002", home=False)
    assert {slot.site_id for slot in find(world, limit=100)} == {world.site.pk}
    assert find(world, clinician=other.lane.pk) == []


def test_near_ones_are_of_the_same_kind_and_the_same_session_first(world):
    slot = world.slot("10:20")
    assert times(finding.near(world.practice, slot, world.desk1.pk)) == ["10:10", "10:20", "10:30"]
    sessions.block(world.by, [s.pk for s in world.morning.slots.all()], "Fire drill")
    assert finding.near(world.practice, slot, world.desk1.pk) == []


def test_the_search_takes_the_same_queries_however_full_the_book(world, django_assert_num_queries):
    with django_assert_num_queries(5):
        assert len(find(world)) == 20
    days = sessions.weekly(date(2027, 1, 4), 13)
    for session in (world.morning, world.clinic):
        sessions.copy_session(world.by, session.pk, days, session.pk)
    for clock in ("10:00", "10:10", "10:20", "10:30"):
        book(world, clock)
    with django_assert_num_queries(5):
        assert len(find(world, starting=date(2027, 1, 4), half="am", role="gp")) == 20
