"""Changing, cancelling and reopening sessions."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import booking, journal, sessions
from appointments.models import Appointment, Call, Clash
from appointments.refusals import NeedsReason, NotFound, NotYours, Overlaps, SlotBlocked
from tests.world import assert_rebuilds, build


def book(world, clock="10:00", patient=None, **details):
    wanted = world.asks(patient or world.ann, **details)
    return booking.book(world.slot(clock).pk, wanted, world.by)


def change(world, **other):
    said = {"name": "Dr Lane AM", "holders": [world.lane.pk], **other}
    return sessions.change_session(world.by, world.morning.pk, **said)


def test_a_session_gets_another_name_and_other_holders(world):
    with pytest.raises(Overlaps):
        change(world, holders=[world.webb.pk])
    change(world, name="Minor surgery", holders=[world.webb.pk], although_overlapping=True)
    world.morning.refresh_from_db()
    assert world.morning.name == "Minor surgery"
    assert list(world.morning.holders.all()) == [world.webb]
    number = journal.newest(world.practice)
    change(world, name="Minor surgery", holders=[world.webb.pk])
    assert journal.newest(world.practice) == number
    assert_rebuilds(world.practice)


def test_cancelling_puts_its_patients_on_the_call_list(world):
    made = book(world, "10:00", double=True)
    world.slot("10:30")
    cancelled = book(world, "10:30", world.bob)
    booking.cancel(cancelled.pk, world.by)
    sessions.cancel_session(world.by, world.morning.pk, "Dr Lane is ill")
    made.refresh_from_db()
    assert (made.status, made.cancelled_for) == ("cancelled", "practice")
    call = Call.objects.get()
    assert (call.patient, call.appointment, call.tries) == (world.ann, made, 0)
    assert call.why == "Session cancelled: Dr Lane is ill"
    assert not Appointment.objects.exclude(status="cancelled").exists()
    entry = world.practice.journal.last()
    assert (world.site.pk, world.day) in entry.touches.values_list("site", "day")
    assert_rebuilds(world.practice)


def test_cancelling_twice_changes_nothing(world):
    book(world)
    sessions.cancel_session(world.by, world.morning.pk, "Dr Lane is ill")
    number = journal.newest(world.practice)
    sessions.cancel_session(world.by2, world.morning.pk, "Other reason")
    assert journal.newest(world.practice) == number
    assert Call.objects.count() == 1


def test_who_has_come_is_left_as_they_are(world):
    marks = {"10:00": booking.arrive, "10:10": booking.send_in, "10:20": booking.leave}
    for clock, mark in marks.items():
        mark(book(world, clock).pk, world.by)
    waiting = book(world, "10:30", world.bob)
    foreseen = sessions.cancelling(world.morning)
    assert foreseen.cancelled == [waiting]
    assert [row.status for row in foreseen.left_alone] == ["arrived", "sent_in", "left"]
    sessions.cancel_session(world.by, world.morning.pk, "Fire alarm")
    assert list(Call.objects.values_list("patient", flat=True)) == [world.bob.pk]
    assert Appointment.objects.filter(status="arrived").exists()


def test_nobody_books_in_a_cancelled_session(world):
    sessions.cancel_session(world.by, world.morning.pk, "Dr Lane is ill")
    with pytest.raises(SlotBlocked):
        book(world)


def test_slots_held_for_outages_are_foreseen(world):
    booking.keep([world.slot("11:50").pk], world.desk2, "paper", world.by)
    assert [slot.kept_by for slot in sessions.cancelling(world.morning).kept] == [world.desk2]


def test_both_people_of_a_clash_are_rung_and_the_clash_ends(world):
    first = book(world)
    with journal.writing(world.by, "load") as entry:
        second = entry.add(
            Appointment(
                practice=world.practice, slot=first.slot, patient=world.bob, in_clash=True,
                reference=uuid.uuid4(),
            )
        )  # fmt: skip
        entry.add(
            Clash(
                practice=world.practice, first=first, second=second, source="clinical system",
                came_at=entry.at,
            )
        )  # fmt: skip
    sessions.cancel_session(world.by, world.morning.pk, "Dr Lane is ill")
    assert Clash.objects.get().settled_at
    assert Call.objects.count() == 2
    assert_rebuilds(world.practice)


def test_a_reopened_session_can_be_booked_but_its_patients_stay_on_the_call_list(world):
    made = book(world)
    sessions.cancel_session(world.by, world.morning.pk, "Dr Lane is ill")
    sessions.reopen_session(world.by, world.morning.pk)
    sessions.reopen_session(world.by, world.morning.pk)
    world.morning.refresh_from_db()
    assert (world.morning.cancelled_at, world.morning.cancel_reason) == (None, "")
    made.refresh_from_db()
    assert made.status == "cancelled"
    assert Call.objects.filter(done_at=None).count() == 1
    assert book(world, "10:00", world.bob).status == "booked"
    assert_rebuilds(world.practice)


def test_reopening_across_another_session_asks_for_the_tick(world):
    sessions.cancel_session(world.by, world.morning.pk, "Wrong day")
    sessions.copy_session(world.by, world.morning.pk, [world.day], uuid.uuid4())
    with pytest.raises(Overlaps):
        sessions.reopen_session(world.by, world.morning.pk)
    sessions.reopen_session(world.by, world.morning.pk, although_overlapping=True)


def test_cancelling_needs_a_reason(world):
    with pytest.raises(NeedsReason):
        sessions.cancel_session(world.by, world.morning.pk, "")


def test_doctors_change_no_sessions(world):
    by = world.by_doctor
    for command in (
        lambda: sessions.change_session(by, world.morning.pk, name="Mine"),
        lambda: sessions.cancel_session(by, world.morning.pk, "Golf"),
        lambda: sessions.reopen_session(by, world.morning.pk),
    ):
        with pytest.raises(NotYours):
            command()


def test_another_practices_sessions_are_not_there(world):
    theirs = build("G82002", home=False).morning.pk
    for command in (
        lambda: sessions.change_session(world.by, theirs, name="Ours"),
        lambda: sessions.cancel_session(world.by, theirs, "Ours"),
        lambda: sessions.reopen_session(world.by, theirs),
    ):
        with pytest.raises(NotFound):
            command()


def test_nobody_is_cancelled_when_the_entry_fails(world, monkeypatch):
    made = book(world)

    def fails(*_):
        raise RuntimeError("the journal is broken")

    monkeypatch.setattr(journal, "_append", fails)
    with pytest.raises(RuntimeError):
        sessions.cancel_session(world.by, world.morning.pk, "Dr Lane is ill")
    made.refresh_from_db()
    assert made.status == "booked"
    assert not Call.objects.exists()


def test_an_appointment_in_the_past_is_cancelled_with_its_session_too(world):
    """Nobody was seen: the session did not happen, and the patient is rung all the same."""
    made = book(world)
    earlier = timezone.now() - timedelta(days=1)
    with journal.writing(world.by, "test") as entry:
        entry.change(made.slot, starts_at=earlier)
    sessions.cancel_session(world.by, world.morning.pk, "Dr Lane was ill")
    assert Call.objects.get().patient == world.ann
