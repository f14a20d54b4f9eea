"""Opening sessions, from a plan and from one another."""

import uuid
from datetime import date, time, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appointments import booking, journal, sessions
from appointments.availability import LONDON
from appointments.models import Closure, Session, Slot
from appointments.refusals import (
    BookingRefused,
    DayClosed,
    NotFound,
    NotYours,
    Overlaps,
    ReferenceReused,
)
from appointments.sessions import Plan, Stretch, weekly
from tests.world import assert_rebuilds, build

WEEK = timedelta(weeks=1)


def plan(world, **other):
    said = {
        "site": world.site.pk,
        "days": (world.day,),
        "stretches": (Stretch(time(14), time(16), 10, world.routine.pk),),
        "holders": (world.lane.pk,),
    }
    return Plan(**{**said, **other})


def open_it(world, reference=None, **other):
    ticks = {name: other.pop(name) for name in list(other) if name.startswith("although")}
    return sessions.open_session(world.by, plan(world, **other), reference or uuid.uuid4(), **ticks)


def copy(world, *days, reference=None, **other):
    return sessions.copy_session(
        world.by, world.morning.pk, days, reference or uuid.uuid4(), **other
    )


def close(world, day, **other):
    with journal.writing(world.by, "close") as entry:
        entry.add(Closure(practice=world.practice, day=day, reason="Christmas Day", **other))


def local(at):
    return timezone.localtime(at, LONDON)


def clocks(session):
    return [local(slot.starts_at).strftime("%H:%M") for slot in session.slots.all()]


def test_a_session_is_opened_with_its_slots_and_holders(world):
    (session,) = open_it(world).sessions
    session.refresh_from_db()
    assert (session.name, session.day, session.site) == ("Dr Lane PM", world.day, world.site)
    assert list(session.holders.all()) == [world.lane]
    assert clocks(session)[:2] == ["14:00", "14:10"]
    assert session.slots.count() == 12
    entry = world.practice.journal.last()
    assert [(t.site, t.day) for t in entry.touches.all()] == [(world.site, world.day)]
    assert_rebuilds(world.practice)


def test_a_break_lies_between_stretches_of_different_types(world):
    stretches = (
        Stretch(time(15), time(16), 20, world.routine.pk, "telephone"),
        Stretch(time(13), time(14, 5), 15, world.routine.pk),
    )
    (session,) = open_it(world, stretches=stretches).sessions
    assert clocks(session) == ["13:00", "13:15", "13:30", "13:45", "15:00", "15:20", "15:40"]
    assert (local(session.starts_at).hour, local(session.ends_at).hour) == (13, 16)
    assert session.slots.last().mode == "telephone"


def test_a_session_without_holder_needs_a_name(world):
    with pytest.raises(BookingRefused, match="refused") as refused:
        open_it(world, holders=())
    assert "give it a name" in refused.value.sentence
    (session,) = open_it(world, holders=(), name="Flu clinic").sessions
    assert session.name == "Flu clinic"


@pytest.mark.parametrize(
    "stretches, words",
    [
        ([("13:00", "14:00"), ("13:50", "15:00")], "Two stretches overlap"),
        ([("13:00", "13:05")], "too short"),
        ([("14:00", "13:00")], "too short"),
    ],
)
def test_a_plan_that_can_not_be_is_refused(world, stretches, words):
    rows = tuple(
        Stretch(time.fromisoformat(a), time.fromisoformat(b), 10, world.routine.pk)
        for a, b in stretches
    )
    with pytest.raises(BookingRefused) as refused:
        open_it(world, stretches=rows)
    assert words in refused.value.sentence
    assert Session.objects.count() == 2


def test_the_same_reference_opens_once(world):
    reference = uuid.uuid4()
    first = open_it(world, reference)
    assert open_it(world, reference) == first
    assert Session.objects.count() == 3
    with pytest.raises(ReferenceReused):
        open_it(world, reference, name="Another")


def test_the_reference_of_a_booking_opens_nothing(world):
    made = booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    with pytest.raises(ReferenceReused):
        open_it(world, made.reference)


def test_another_session_of_the_clinician_is_said_and_opened_when_ticked(world):
    across = (Stretch(time(11, 30), time(13), 10, world.routine.pk),)
    with pytest.raises(Overlaps) as refused:
        open_it(world, stretches=across)
    assert "Dr Lane has another session at Harbour Surgery" in refused.value.sentence
    assert open_it(world, stretches=across, holders=(world.webb.pk,), although_overlapping=True)
    assert open_it(world, stretches=across, although_overlapping=True).sessions


def test_sessions_that_only_meet_do_not_overlap(world):
    after = (Stretch(time(12), time(13), 10, world.routine.pk),)
    assert open_it(world, stretches=after).sessions


def test_a_cancelled_session_is_in_nobodys_way(world):
    sessions.cancel_session(world.by, world.morning.pk, "Dr Lane is ill")
    assert copy(world, world.day).sessions


def test_days_on_which_we_are_closed_are_left_out_and_said(world):
    close(world, world.day + WEEK)
    close(world, world.day + 2 * WEEK, site=world.branch)
    reference = uuid.uuid4()
    opened = copy(world, *weekly(world.day + WEEK, 2), reference=reference)
    assert [session.day for session in opened.sessions] == [world.day + 2 * WEEK]
    assert opened.left_out == {world.day + WEEK: "Christmas Day"}
    assert copy(world, *weekly(world.day + WEEK, 2), reference=reference) == opened
    assert copy(world, world.day + WEEK, although_closed=True).sessions


def test_a_single_closed_day_asks_for_the_tick(world):
    close(world, world.day)
    with pytest.raises(DayClosed) as refused:
        open_it(world)
    assert "Christmas Day" in refused.value.sentence
    assert open_it(world, although_closed=True).sessions


def test_half_a_closed_day_closes_only_what_runs_into_it(world):
    close(world, world.day, closes=time(16))
    assert open_it(world).sessions
    late = (Stretch(time(16), time(17), 10, world.routine.pk),)
    with pytest.raises(DayClosed):
        open_it(world, stretches=late)


def test_a_copy_has_the_same_slots_types_holders_and_blocks(world):
    sessions.block(world.by, [world.slot("10:30").pk], "Coffee")
    sessions.remove_slots(world.by, [world.slot("10:50").pk])
    sessions.change_type(world.by, [world.slot("11:00").pk], world.routine.pk, "video")
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    (made,) = copy(world, world.day + WEEK).sessions
    assert clocks(made) == [c for c in clocks(world.morning) if c != "10:50"]
    assert list(made.holders.all()) == [world.lane]
    by_clock = {local(s.starts_at).strftime("%H:%M"): s for s in made.slots.all()}
    assert by_clock["10:30"].block_reason == "Coffee"
    assert by_clock["11:00"].mode == "video"
    assert not by_clock["10:00"].appointments.exists()
    (open_ones,) = copy(world, world.day + 2 * WEEK, with_blocks=False).sessions
    assert not open_ones.slots.exclude(blocked_at=None).exists()
    assert_rebuilds(world.practice)


def test_doctors_do_not_open_sessions(world):
    with pytest.raises(NotYours):
        sessions.open_session(world.by_doctor, plan(world), uuid.uuid4())
    with pytest.raises(NotYours):
        sessions.copy_session(world.by_doctor, world.morning.pk, [world.day], uuid.uuid4())


def test_another_practices_rows_are_not_there(world):
    other = build("G82002", home=False)
    for theirs in ({"site": other.site.pk}, {"holders": (other.lane.pk,)}):
        with pytest.raises(NotFound):
            open_it(world, **theirs)
    with pytest.raises(NotFound):
        open_it(world, stretches=(Stretch(time(14), time(15), 10, other.routine.pk),))
    with pytest.raises(NotFound):
        sessions.copy_session(world.by, other.morning.pk, [world.day], uuid.uuid4())


def test_nothing_is_opened_when_the_entry_fails(world, monkeypatch):
    def fails(*_):
        raise RuntimeError("the journal is broken")

    monkeypatch.setattr(journal, "_append", fails)
    with pytest.raises(RuntimeError):
        open_it(world)
    assert (Session.objects.count(), Slot.objects.count()) == (2, 20)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    first=st.dates(date(2026, 9, 1), date(2027, 11, 30)),
    times=st.integers(1, 13),
    starts=st.times(time(6), time(20)).map(lambda t: t.replace(second=0, microsecond=0)),
    minutes=st.integers(5, 60),
    closed=st.sets(st.integers(0, 12), max_size=4),
)
def test_copies_keep_their_local_times_all_year(world, first, times, starts, minutes, closed):
    """Whatever the clocks do, a copy begins at the same time of day, on all but closed days."""
    days = weekly(first, times)
    world.practice.closure_set.all().delete()
    Session.objects.filter(practice=world.practice).update(cancelled_at=timezone.now())
    shut = {days[week] for week in closed if week < times}
    for day in shut:
        world.practice.closure_set.create(day=day, reason="Closed")
    stretch = Stretch(starts, time(23, 59), minutes, world.routine.pk)
    source = open_it(world, days=(first,), stretches=(stretch,), although_closed=True).sessions[0]
    try:
        opened = sessions.copy_session(
            world.by, source.pk, days, uuid.uuid4(), although_overlapping=True
        )
    except DayClosed:
        assert shut == set(days)
        return
    assert {session.day for session in opened.sessions} == set(days) - shut
    assert set(opened.left_out) == shut
    for session in opened.sessions:
        assert local(session.starts_at).date() == session.day
        assert clocks(session) == clocks(source)
        assert session.ends_at - session.starts_at == source.ends_at - source.starts_at
