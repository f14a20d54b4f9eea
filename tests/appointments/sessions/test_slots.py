"""Adding, removing, retyping, blocking and unblocking slots."""

from datetime import time

import pytest

from appointments import booking, journal, sessions
from appointments.models import SlotType
from appointments.refusals import (
    NeedsReason,
    NotFound,
    NotYours,
    Overlaps,
    SlotHeld,
    SlotKept,
    SlotTaken,
    WrongStatus,
)
from appointments.sessions import Stretch
from tests.world import assert_rebuilds, at, build


def ids(world, *clocks):
    return [world.slot(clock).pk for clock in clocks]


def stretch(world, starts, ends, **other):
    starts, ends = time.fromisoformat(starts), time.fromisoformat(ends)
    return Stretch(starts, ends, 10, world.routine.pk, **other)


def book(world, clock, **details):
    return booking.book(world.slot(clock).pk, world.asks(world.ann, **details), world.by)


def test_slots_are_added_at_the_end_and_the_session_grows(world):
    assert sessions.add_slots(world.by, world.morning.pk, stretch(world, "12:00", "12:30")) == 3
    world.morning.refresh_from_db()
    assert world.morning.ends_at == at(world.day, "12:30")
    assert world.slot("12:20").minutes == 10
    assert_rebuilds(world.practice)


def test_adding_the_same_slots_twice_adds_them_once(world):
    sessions.add_slots(world.by, world.morning.pk, stretch(world, "12:00", "12:30"))
    number = journal.newest(world.practice)
    assert sessions.add_slots(world.by, world.morning.pk, stretch(world, "12:00", "12:30")) == 0
    assert journal.newest(world.practice) == number


def test_a_slot_before_the_session_makes_it_begin_earlier(world):
    sessions.add_slots(world.by, world.morning.pk, stretch(world, "09:50", "10:00"))
    world.morning.refresh_from_db()
    assert world.morning.starts_at == at(world.day, "09:50")


def test_a_slot_across_another_is_refused_but_a_removed_one_is_not_in_the_way(world):
    across = stretch(world, "10:05", "10:15")
    with pytest.raises(SlotTaken) as refused:
        sessions.add_slots(world.by, world.morning.pk, across)
    assert "from 10:00 to 10:10" in refused.value.sentence
    sessions.remove_slots(world.by, ids(world, "10:00", "10:10"))
    assert sessions.add_slots(world.by, world.morning.pk, across) == 1


def test_growing_into_the_clinicians_next_session_asks_for_the_tick(world):
    sessions.add_slots(world.by, world.clinic.pk, stretch(world, "12:00", "12:10"))
    sessions.change_session(
        world.by, world.clinic.pk, name="Both", holders=[world.lane.pk], although_overlapping=True
    )
    more = stretch(world, "12:00", "12:10")
    with pytest.raises(Overlaps):
        sessions.add_slots(world.by, world.morning.pk, more)
    assert sessions.add_slots(world.by, world.morning.pk, more, although_overlapping=True) == 1


def test_nothing_is_added_to_a_cancelled_session(world):
    sessions.cancel_session(world.by, world.morning.pk, "Dr Lane is ill")
    with pytest.raises(WrongStatus):
        sessions.add_slots(world.by, world.morning.pk, stretch(world, "12:00", "12:30"))


def test_blocking_and_unblocking(world):
    assert sessions.block(world.by, ids(world, "10:00", "10:10"), "Fire drill") == 2
    slot = world.slot("10:00")
    assert (slot.block_reason, slot.blocked_by) == ("Fire drill", world.priya)
    number = journal.newest(world.practice)
    assert sessions.block(world.by2, ids(world, "10:00", "10:10"), "Something else") == 0
    assert journal.newest(world.practice) == number
    assert sessions.unblock(world.by, ids(world, "10:00", "10:20")) == 1
    slot.refresh_from_db()
    assert (slot.blocked_at, slot.block_reason) == (None, "")
    touched = world.practice.journal.last().touches.get()
    assert (touched.site, touched.day) == (world.site, world.day)
    assert_rebuilds(world.practice)


def test_blocking_needs_a_reason(world):
    with pytest.raises(NeedsReason):
        sessions.block(world.by, ids(world, "10:00"), "")


@pytest.mark.parametrize("command", ["block", "remove"])
def test_slots_in_use_are_refused_all_or_none(world, command):
    def do(*clocks):
        if command == "block":
            return sessions.block(world.by, ids(world, *clocks), "Fire drill")
        return sessions.remove_slots(world.by, ids(world, *clocks))

    book(world, "10:00", double=True)
    with pytest.raises(SlotTaken) as refused:
        do("10:00", "10:10", "10:20")
    assert refused.value.sentence.startswith("10:00 and 10:10 are booked.")
    booking.keep(ids(world, "11:00"), world.desk2, "paper", world.by)
    with pytest.raises(SlotKept) as refused:
        do("11:00")
    assert "11:00 is held for outages by Desk 2 on paper" in refused.value.sentence
    booking.hold(world.slot("11:10").pk, world.by2)
    with pytest.raises(SlotHeld) as refused:
        do("11:10")
    assert "Desk 2 (Tom Reid) is booking 11:10" in refused.value.sentence
    assert not world.morning.slots.exclude(blocked_at=None, removed_at=None).exists()
    booking.hold(world.slot("11:20").pk, world.by)
    assert do("11:20") == 1


def test_an_extra_keeps_its_slot_from_being_blocked(world):
    first = book(world, "10:00")
    book(world, "10:00", extra=True, because="Crying baby")
    booking.cancel(first.pk, world.by)
    with pytest.raises(SlotTaken):
        sessions.block(world.by, ids(world, "10:00"), "Fire drill")


def test_removed_slots_are_gone_but_on_record(world):
    slot_id = world.slot("10:00").pk
    assert sessions.remove_slots(world.by, [slot_id]) == 1
    assert sessions.remove_slots(world.by, [slot_id]) == 0
    assert world.practice.slot_set.get(pk=slot_id).removed_at
    assert_rebuilds(world.practice)


def test_slots_change_their_type_even_when_booked(world):
    with journal.writing(world.by, "add_slot_type") as entry:
        urgent = entry.add(SlotType(practice=world.practice, name="Urgent"))
    book(world, "10:00")
    wanted = ids(world, "10:00", "10:10")
    assert sessions.change_type(world.by, wanted, urgent.pk, "telephone") == 2
    assert sessions.change_type(world.by, wanted, urgent.pk, "telephone") == 0
    assert (world.slot("10:00").slot_type, world.slot("10:10").mode) == (urgent, "telephone")
    assert_rebuilds(world.practice)


def test_doctors_leave_slots_alone(world):
    by, slot_ids = world.by_doctor, ids(world, "10:00")
    for command in (
        lambda: sessions.block(by, slot_ids, "Tea"),
        lambda: sessions.unblock(by, slot_ids),
        lambda: sessions.remove_slots(by, slot_ids),
        lambda: sessions.change_type(by, slot_ids, world.routine.pk, "video"),
        lambda: sessions.add_slots(by, world.morning.pk, stretch(world, "12:00", "12:30")),
    ):
        with pytest.raises(NotYours):
            command()


def test_another_practices_slots_are_not_there(world):
    other = build("G82002", home=False)
    theirs = [other.slot("10:00").pk]
    for command in (
        lambda: sessions.block(world.by, theirs, "Tea"),
        lambda: sessions.unblock(world.by, theirs),
        lambda: sessions.remove_slots(world.by, theirs),
        lambda: sessions.change_type(world.by, theirs, world.routine.pk, "video"),
        lambda: sessions.change_type(world.by, ids(world, "10:00"), other.routine.pk, "video"),
        lambda: sessions.add_slots(world.by, world.morning.pk, stretch(other, "12:00", "12:30")),
    ):
        with pytest.raises(NotFound):
            command()


def test_blocking_a_whole_session_takes_no_more_queries(world, django_assert_num_queries):
    few, many = ids(world, "10:00"), ids(world, "10:10", "10:20", "10:30", "10:40")
    with django_assert_num_queries(10) as counted:
        sessions.block(world.by, few, "Fire drill")
    with django_assert_num_queries(len(counted)):
        sessions.block(world.by, many, "Fire drill")
