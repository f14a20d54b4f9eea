"""Two desks want one slot at once: first proof that it goes wrong, then that it can't.

Check-then-write without lock and constraint books the slot twice, on either database. With the
constraint alone the second writer gets an error; with the lock alone nobody is booked twice; the
command has both and answers the losers with a sentence.
"""

import threading
import uuid
from collections import Counter
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, connections

from appointments import booking, journal
from appointments.models import Appointment, Slot
from appointments.refusals import BookingRefused, SlotHeld, SlotTaken
from tests.world import World, build

pytestmark = pytest.mark.django_db(transaction=True)
DESKS = 16


@pytest.fixture
def world() -> World:
    return build()


def all_at_once(*deeds):
    """Run each deed in a thread of its own; gives their results or refusals, in order."""
    results = [None] * len(deeds)
    start = threading.Barrier(len(deeds))

    def run(index, deed):
        try:
            start.wait(timeout=30)
            results[index] = deed()
        except Exception as error:  # judged by the test
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def naively(slot: Slot, patient, both_have_looked: threading.Barrier):
    """Book as a program does that checks and then writes, in autocommit."""

    def deed():
        free = not Appointment.objects.filter(slot=slot).exclude(status="cancelled").exists()
        both_have_looked.wait(timeout=30)
        if free:
            Appointment.objects.create(
                practice_id=slot.practice_id, slot=slot, patient=patient, reference=uuid.uuid4()
            )
        return free

    return deed


@contextmanager
def without_constraint():
    constraint = next(
        c for c in Appointment._meta.constraints if c.name == "one_live_appointment_per_slot"
    )
    with connection.schema_editor() as editor:
        editor.remove_constraint(Appointment, constraint)
    try:
        yield
    finally:
        Appointment.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Appointment, constraint)


def booked(slot: Slot) -> int:
    return slot.appointments.exclude(status="cancelled").count()


def test_without_lock_and_constraint_a_slot_is_booked_twice(world):
    slot, looked = world.slot("10:00"), threading.Barrier(2)
    with without_constraint():
        all_at_once(naively(slot, world.ann, looked), naively(slot, world.bob, looked))
        assert booked(slot) == 2


def test_the_constraint_alone_stops_the_second_with_an_error(world):
    slot, looked = world.slot("10:00"), threading.Barrier(2)
    results = all_at_once(naively(slot, world.ann, looked), naively(slot, world.bob, looked))
    assert sum(isinstance(r, IntegrityError) for r in results) == 1
    assert booked(slot) == 1


def tries(world, slot, patient, by, **details):
    return lambda: booking.book(slot.pk, world.asks(patient, **details), by)


def test_the_lock_alone_lets_one_of_sixteen_in(world):
    slot = world.slot("10:00")
    with without_constraint():
        deeds = [tries(world, slot, world.ann, (world.by, world.by2)[n % 2]) for n in range(DESKS)]
        kinds = Counter(type(result) for result in all_at_once(*deeds))
        assert booked(slot) == 1
    assert kinds == {Appointment: 1, SlotTaken: DESKS - 1}


def test_the_command_lets_one_of_sixteen_in_and_tells_the_others(world):
    slot = world.slot("10:00")
    deeds = [tries(world, slot, world.ann, (world.by, world.by2)[n % 2]) for n in range(DESKS)]
    results = all_at_once(*deeds)
    assert Counter(type(result) for result in results) == {Appointment: 1, SlotTaken: DESKS - 1}
    assert all(r.sentence for r in results if isinstance(r, BookingRefused))
    assert booked(slot) == 1
    assert journal.first_fault(world.practice) is None


def test_the_same_reference_sent_sixteen_times_at_once_books_once(world):
    slot, reference = world.slot("10:00"), uuid.uuid4()
    deeds = [tries(world, slot, world.ann, world.by, reference=reference)] * DESKS
    results = all_at_once(*deeds)
    assert {getattr(result, "pk", result) for result in results} == {Appointment.objects.get().pk}


def test_two_doubles_that_overlap_do_not_share_a_slot(world):
    results = all_at_once(
        tries(world, world.slot("10:00"), world.ann, world.by, double=True),
        tries(world, world.slot("10:10"), world.bob, world.by2, double=True),
    )
    assert Counter(type(r) for r in results) == {Appointment: 1, SlotTaken: 1}
    assert Appointment.objects.count() == 2


def test_moves_into_one_slot_at_once_leave_the_loser_where_it_was(world):
    one = booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    two = booking.book(world.slot("10:10").pk, world.asks(world.bob), world.by)
    target = world.slot("11:00")
    all_at_once(
        lambda: booking.move(one.pk, target.pk, world.by),
        lambda: booking.move(two.pk, target.pk, world.by2),
    )
    places = sorted(Appointment.objects.values_list("slot__starts_at", flat=True))
    assert len(set(places)) == 2
    assert target.starts_at in places


def test_two_desks_take_a_slot_in_hand_at_once_and_one_has_it(world):
    slot = world.slot("10:00")
    results = all_at_once(
        lambda: booking.hold(slot.pk, world.by), lambda: booking.hold(slot.pk, world.by2)
    )
    assert sum(isinstance(result, SlotHeld) for result in results) == 1


def test_booking_and_keeping_at_once_never_both(world):
    slot = world.slot("10:00")
    all_at_once(
        tries(world, slot, world.ann, world.by),
        lambda: booking.keep([slot.pk], world.desk2, "screen", world.by2),
    )
    slot.refresh_from_db()
    assert (slot.kept_by is None) == bool(booked(slot))


def test_numbers_have_no_gaps_when_many_write_at_once(world):
    slots = list(world.morning.slots.all())
    before = journal.newest(world.practice)
    deeds = [tries(world, slot, world.ann, world.by) for slot in slots]
    all_at_once(*deeds)
    numbers = list(world.practice.journal.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, before + len(slots) + 1))
    assert journal.first_fault(world.practice) is None
