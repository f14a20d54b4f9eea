"""What was written on paper comes into the book: never refused, and never over somebody else."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import booking, journal, sessions
from appointments.booking import Written
from appointments.models import Appointment, Call, Clash
from tests.world import assert_rebuilds

pytestmark = pytest.mark.django_db


@pytest.fixture
def write(world):
    """Bring a written line in, as the re-keying does."""

    def write(clock, patient, **more):
        more.setdefault("reference", uuid.uuid4())
        more.setdefault("at", timezone.now() - timedelta(hours=1))
        with journal.writing(world.by, "enter") as entry:
            written = Written(patient=patient.pk, **more)
            return booking.bring_in(entry, world.slot(clock).pk, written, "sheet K7QHM-4")

    return write


def test_a_free_slot_is_booked_as_it_was_written(world, write):
    at = timezone.now() - timedelta(hours=3)
    made = write("10:40", world.ann, at=at, by=world.tom, reason="cough")
    row = Appointment.objects.get()
    assert made == (row, None, True)
    assert (row.slot, row.patient, row.reason) == (world.slot("10:40"), world.ann, "cough")
    assert (row.booked_at, row.booked_by) == (at, world.tom)
    assert_rebuilds(world.practice)


def test_a_slot_held_on_paper_is_sold_by_it(world, write):
    booking.keep([world.slot("10:40").pk], world.desk1, "paper", world.by)
    write("10:40", world.ann)
    assert world.slot("10:40").kept_by is None


def test_the_same_line_again_changes_nothing(world, write):
    reference = uuid.uuid4()
    first = write("10:40", world.ann, reference=reference)
    number = journal.newest(world.practice)
    again = write("10:40", world.ann, reference=reference)
    assert (again.appointment, again.is_new) == (first.appointment, False)
    assert journal.newest(world.practice) == number


def test_who_is_there_already_is_not_booked_twice(world, write):
    there = booking.book(world.slot("10:40").pk, world.asks(world.ann), world.by)
    made = write("10:40", world.ann)
    assert (made.appointment, made.is_new) == (there, False)
    assert Appointment.objects.count() == 1


def test_somebody_else_there_is_a_clash_and_both_stay(world, write):
    there = booking.book(world.slot("10:40").pk, world.asks(world.bob), world.by)
    made = write("10:40", world.ann)
    clash = Clash.objects.get()
    assert (clash.first, clash.second, clash.source) == (there, made.appointment, "sheet K7QHM-4")
    assert made.clash == clash
    assert Appointment.objects.exclude(status="cancelled").count() == 2
    assert made.appointment.in_clash
    assert_rebuilds(world.practice)


def test_an_extra_takes_the_slot_from_nobody(world, write):
    booking.book(world.slot("10:40").pk, world.asks(world.bob), world.by)
    made = write("10:40", world.ann, extra="Dr Lane agreed")
    assert (made.clash, made.appointment.is_extra) == (None, True)


def test_a_cancelled_session_puts_the_patient_on_the_call_list(world, write):
    sessions.cancel_session(world.by, world.morning.pk, "Dr Lane is ill")
    made = write("10:40", world.ann)
    call = Call.objects.get(appointment=made.appointment)
    assert call.why == "Written on sheet K7QHM-4, but the session was cancelled"


def test_a_merged_record_is_the_one_that_is_used(world, write):
    with journal.writing(world.by, "merge") as entry:
        entry.change(world.bob, merged_into=world.ann)
    assert write("10:40", world.bob).appointment.patient == world.ann


@pytest.mark.parametrize(
    "note, status",
    [
        (lambda e, a: booking.note_cancelled(e, a, "as written"), "cancelled"),
        (lambda e, a: booking.note_arrived(e, a, e.at), "arrived"),
        (lambda e, a: booking.note_did_not_attend(e, a, e.at), "did_not_attend"),
    ],
)
def test_marks_as_written_twice_change_once(world, note, status):
    there = booking.book(world.slot("10:40").pk, world.asks(world.ann), world.by)
    for is_new in (True, False):
        with journal.writing(world.by, "enter") as entry:
            assert note(entry, there) is is_new
    there.refresh_from_db()
    assert there.status == status
    assert_rebuilds(world.practice)
