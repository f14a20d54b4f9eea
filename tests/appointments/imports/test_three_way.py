"""What we did since the last load beside what they did: neither side is trampled."""

import uuid

import pytest

from appointments import booking, journal, patients
from appointments.booking import NewAppointment
from appointments.models import Appointment, Call, Clash
from tests.appointments.imports.book import is_sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(reception, slot, patient):
    """Book a patient of the extract into one of its slots, as reception does."""

    def booked(slot_number, patient_number, **details):
        new = NewAppointment(patient(patient_number).pk, uuid.uuid4(), **details)
        return booking.book(slot(slot_number).pk, new, reception)

    return booked


@pytest.fixture
def theirs(small, load):
    """Load what the clinical system says now; the slots alone."""
    return lambda: load(small, tables=("slot",))


def appointment_of(number, patient):
    return Appointment.objects.get(patient=patient(number))


def test_what_we_booked_stays_when_theirs_is_as_it_was(small, load, book, in_slot):
    book(1, 1)
    load(small)
    assert in_slot(1) == [("Baker", "booked", "")]


def test_what_we_booked_stays_when_only_the_slot_changed_over_there(small, theirs, book, in_slot):
    book(1, 1)
    small.slot(1)["IsBookableOnline"] = "true"
    small.slot(1)["SlotType"] = "Other"
    theirs()
    assert in_slot(1) == [("Baker", "booked", "")]


def test_both_filled_a_slot(small, theirs, book, in_slot, practice):
    book(1, 1)
    small.book(1, 2)
    report = theirs()
    assert in_slot(1) == [("Baker", "booked", ""), ("Carter", "booked", "clash")]
    clash = Clash.objects.get()
    assert (clash.first.patient.family_name, clash.second.patient.family_name) == (
        "Baker", "Carter",
    )  # fmt: skip
    assert (clash.source, clash.settled_at) == ("clinical system", None)
    assert report.counts["clash"]["created"] == 1
    assert is_sound(practice)
    report = theirs()
    assert report.counts["clash"]["created"] == 0
    assert Clash.objects.count() == 1


def test_a_clash_ends_when_they_cancel(small, theirs, book, in_slot, practice):
    book(1, 1)
    small.book(1, 2)
    theirs()
    small.free(1)
    theirs()
    assert in_slot(1) == [("Baker", "booked", "")]
    clash = Clash.objects.get()
    assert (clash.outcome, clash.settled_at is None) == ("first", False)
    assert is_sound(practice)


def test_a_clash_ends_when_they_cancel_the_first(small, theirs, book, in_slot, practice, reception):
    """Theirs was there first; ours came in from elsewhere (a sheet that was typed up)."""
    small.book(1, 1)
    theirs()
    first = Appointment.objects.get()
    with journal.writing(reception, "key") as entry:
        second = entry.add(
            Appointment(
                practice=practice, slot=first.slot, reference=uuid.uuid4(), in_clash=True,
                patient=practice.patient_set.get(family_name="Carter"), booked_by=reception.staff,
            )
        )  # fmt: skip
        entry.add(
            Clash(practice=practice, first=first, second=second, source="sheet", came_at=entry.at)
        )
    small.book(1, 3)
    theirs()
    assert in_slot(1) == [("Carter", "booked", ""), ("Hughes", "booked", "clash")]
    assert [c.outcome for c in Clash.objects.order_by("came_at")] == ["second", ""]
    assert is_sound(practice)


def test_the_same_patient_on_both_sides_is_one_appointment(small, theirs, book, in_slot, practice):
    ours = book(1, 1, booked_via="desk", reason="Cough")
    small.book(1, 1)
    report = theirs()
    assert in_slot(1) == [("Baker", "booked", "")]
    ours.refresh_from_db()
    assert (ours.reason, ours.booked_via, ours.booked_by.name) == ("Cough", "desk", "Priya Shah")
    assert report.counts["appointment"]["created"] == 0
    small.book(1, 1, SendInTime="10:05:00", SlotStatus="Sent In")
    theirs()
    assert in_slot(1) == [("Baker", "sent_in", "")]
    small.free(1)  # matched means theirs as well: now they cancel it
    theirs()
    assert in_slot(1) == []
    assert is_sound(practice)


def test_what_we_moved_stays_moved(small, theirs, load, in_slot, slot, patient, reception):
    small.book(1, 1)
    theirs()
    booking.move(appointment_of(1, patient).pk, slot(4).pk, reception)
    load(small)
    assert (in_slot(1), in_slot(4)) == ([], [("Baker", "booked", "")])
    small.slot(1)["SlotType"] = "Other"  # the row changed, its patient did not
    theirs()
    assert (in_slot(1), in_slot(4)) == ([], [("Baker", "booked", "")])
    small.book(1, 2)
    theirs()
    assert (in_slot(1), in_slot(4)) == ([("Carter", "booked", "")], [("Baker", "booked", "")])


def test_what_we_cancelled_stays_cancelled(small, theirs, in_slot, patient, reception):
    small.book(1, 1)
    theirs()
    booking.cancel(appointment_of(1, patient).pk, reception)
    small.slot(1)["SlotType"] = "Other"
    theirs()
    assert in_slot(1) == []


def test_what_they_book_after_we_cancelled_is_a_new_appointment(
    small, theirs, in_slot, patient, reception
):
    small.book(1, 1)
    theirs()
    booking.cancel(appointment_of(1, patient).pk, reception)
    small.book(1, 1, BookedDate="2099-01-01")
    theirs()
    assert in_slot(1) == [("Baker", "booked", "")]


def test_we_cancelled_and_gave_the_slot_away(small, theirs, book, in_slot, patient, reception):
    small.book(1, 1)
    theirs()
    booking.cancel(appointment_of(1, patient).pk, reception)
    book(1, 2)
    small.slot(1)["SlotType"] = "Other"
    theirs()
    assert in_slot(1) == [("Carter", "booked", "")]
    small.free(1)
    theirs()
    assert in_slot(1) == [("Carter", "booked", "")]


def test_we_cancelled_and_booked_the_same_patient_again(
    small, theirs, book, in_slot, patient, reception
):
    small.book(1, 1)
    theirs()
    booking.cancel(appointment_of(1, patient).pk, reception)
    book(1, 1)
    small.free(1)
    theirs()
    assert in_slot(1) == [("Baker", "booked", "")]


def test_what_we_marked_stays_marked_and_theirs_goes_on_from_there(
    small, theirs, in_slot, patient, reception
):
    small.book(1, 1)
    theirs()
    booking.arrive(appointment_of(1, patient).pk, reception)
    small.slot(1)["SlotType"] = "Other"
    theirs()
    assert in_slot(1) == [("Baker", "arrived", "")]
    small.slot(1).update(DidNotAttend="true", SlotStatus="DNA")  # but the patient was at our desk
    theirs()
    assert in_slot(1) == [("Baker", "arrived", "")]
    small.slot(1).update(DidNotAttend="false", SlotStatus="Left", LeftTime="10:20:00")
    theirs()
    assert in_slot(1) == [("Baker", "left", "")]
    left = appointment_of(1, patient)
    assert left.arrived_by == reception.staff
    assert left.left_at is not None


def test_somebody_at_our_desk_is_not_cancelled_by_them(small, theirs, in_slot, patient, reception):
    small.book(1, 1)
    theirs()
    booking.arrive(appointment_of(1, patient).pk, reception)
    small.book(1, 2)
    theirs()
    assert in_slot(1) == [("Baker", "arrived", ""), ("Carter", "booked", "clash")]


def test_a_double_appointment_is_cancelled_and_marked_as_a_whole(
    small, theirs, book, in_slot, practice
):
    book(1, 1, double=True)
    small.book(1, 1)
    theirs()
    assert (in_slot(1), in_slot(2)) == ([("Baker", "booked", "")],) * 2
    small.book(1, 1, SendInTime="10:01:00", SlotStatus="Sent In")
    theirs()
    assert (in_slot(1), in_slot(2)) == ([("Baker", "sent_in", "")],) * 2
    small.free(1)
    theirs()
    assert (in_slot(1), in_slot(2)) == ([], [])
    assert is_sound(practice)


def test_the_second_half_of_our_double_clashes_too(small, theirs, book, in_slot, by_lead):
    book(1, 1, double=True)
    small.book(2, 2)
    theirs()
    assert in_slot(2) == [("Baker", "booked", ""), ("Carter", "booked", "clash")]
    clash = Clash.objects.get()
    booking.settle_clash(clash.pk, "second", by_lead, "Dr Lane says so")
    assert (in_slot(1), in_slot(2)) == ([], [("Carter", "booked", "")])


def test_an_extra_of_ours_leaves_the_slot_theirs(small, theirs, book, in_slot):
    book(1, 1, extra=True, because="fit in")
    small.book(1, 2)
    theirs()
    assert in_slot(1) == [("Carter", "booked", ""), ("Baker", "booked", "extra")]
    assert not Clash.objects.exists()


def test_a_slot_they_take_out_stays_for_whom_we_booked(
    small, theirs, book, in_slot, slot, practice
):
    appointment = book(1, 1)
    small.slot(1)["Deleted"] = "true"
    theirs()
    assert in_slot(1) == [("Baker", "booked", "")]
    assert (slot(1).removed_at, slot(1).block_reason) == (None, "Taken out in the clinical system")
    call = Call.objects.get()
    assert (call.appointment, call.why) == (appointment, "The clinical system took this slot out")
    assert is_sound(practice)


def test_whom_we_booked_is_rung_when_they_move_the_slot_or_the_session(
    small, load, theirs, book, practice
):
    book(1, 1)
    book(2, 2)
    small.slot(1)["AppointmentStartTime"] = "10:05:00"
    theirs()
    call = Call.objects.get()
    assert "moved this slot; it was" in call.why
    small.session(1)["LocationGuid"] = small.rows["location"][1]["LocationGuid"]
    load(small, tables=("session",))
    assert Call.objects.filter(why="The clinical system moved this session's site").count() == 2


def test_what_our_staff_blocked_stays_blocked(small, theirs, slot, reception, practice):
    with journal.writing(reception, "block") as entry:
        entry.change(slot(1), blocked_at=entry.at, blocked_by=reception.staff)
    small.slot(1)["SlotType"] = "Other"
    theirs()
    assert slot(1).blocked_by == reception.staff


def test_merged_patients_are_one(small, load, theirs, in_slot, patient, practice, reception):
    small.book(1, 1)
    theirs()
    patients.merge(patient(4).pk, patient(1).pk, reception, reason="twice", despite_numbers=True)
    load(small)
    assert in_slot(1) == [("Evans", "booked", "")]
    small.book(1, 1, SendInTime="10:01:00", SlotStatus="Sent In").book(2, 1)
    theirs()
    assert (in_slot(1), in_slot(2)) == (
        [("Evans", "sent_in", "")], [("Evans", "booked", "")],
    )  # fmt: skip
    assert is_sound(practice)
