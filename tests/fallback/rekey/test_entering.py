"""One row, one entry: what was written is in the book, or waits for a person, and is counted."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import booking, finding, journal, sessions
from appointments.finding import Wish
from appointments.models import Appointment, Clash
from appointments.refusals import (
    BadDetail,
    BookingRefused,
    ChangedMeanwhile,
    NeedsReason,
    NotFound,
    NotYours,
    ReferenceReused,
    SlotKept,
    SlotTaken,
    StillNeeded,
    WrongStatus,
)
from fallback import rekey, sheets
from fallback.models import Entry, Sheet
from tests.fallback.rekey.conftest import line
from tests.world import assert_rebuilds, build

pytestmark = pytest.mark.django_db


def test_a_plain_row_is_booked_as_it_was_written(world, sheet, rows, key):
    row = rows("slot")[0]
    at = timezone.now() - timedelta(hours=2)
    made = key(row, patient=world.ann.pk, written_at=at, taken_by="PS", said="cough")
    booked = Appointment.objects.get()
    assert (booked.slot, booked.patient, booked.reason) == (row.slot, world.ann, "cough")
    assert booked.booked_at == at
    assert (made.end, made.appointment, made.taken_by) == ("in_book", booked, "PS")
    assert (made.keyed_by, made.written_at) == (world.priya, at)
    row.refresh_from_db()
    assert not row.is_live
    row.slot.refresh_from_db()
    assert row.slot.kept_by is None
    assert_rebuilds(world.practice)


def test_a_row_sent_three_times_is_one(world, sheet, rows, key):
    row, reference = rows("slot")[0], uuid.uuid4()
    made = [key(row, patient=world.ann.pk, reference=reference) for _ in range(3)]
    assert {each.pk for each in made} == {made[0].pk}
    assert (Entry.objects.count(), Appointment.objects.count()) == (1, 1)


def test_two_clerks_never_enter_a_row_twice(world, sheet, rows, key):
    row = rows("slot")[0]
    key(row, patient=world.ann.pk)
    with pytest.raises(ChangedMeanwhile) as refused:
        key(row, patient=world.bob.pk, by=world.by2)
    assert "was keyed by Priya Shah" in refused.value.sentence
    assert Appointment.objects.count() == 1


def test_a_reference_belongs_to_its_row(world, sheet, rows, key):
    one, two, *_ = rows("slot")
    reference = uuid.uuid4()
    key(one, patient=world.ann.pk, reference=reference)
    with pytest.raises(ReferenceReused):
        key(two, patient=world.ann.pk, reference=reference)


def test_somebody_there_already_is_a_clash_and_the_next_row_goes_on(world, sheet, rows, key):
    one, two, *_ = rows("slot")
    with journal.writing(world.by, "load") as entry:  # the clinical system's own booking
        there = Appointment(
            practice=world.practice, slot=one.slot, patient=world.bob, reference=uuid.uuid4()
        )
        entry.add(there)
    made = key(one, patient=world.ann.pk)
    assert (made.end, made.clash) == ("clash", Clash.objects.get())
    assert made.clash.source == f"sheet {sheets.shown(sheet)}"
    assert key(two, patient=world.cat.pk).end == "in_book"
    assert rekey.sums(sheet).clashes == 1
    booking.settle_clash(made.clash.pk, "first", world.by_lead, "Dr Lane said so")
    assert (rekey.sums(sheet).clashes, rekey.sums(sheet).settled) == (0, 1)


def test_the_session_was_cancelled_meanwhile(world, sheet, rows, key):
    row = next(r for r in rows("slot") if r.slot.session_id == world.morning.pk)
    sessions.cancel_session(world.by, world.morning.pk, "Dr Lane is ill")
    made = key(row, patient=world.ann.pk)
    assert made.end == "in_book"
    assert world.practice.call_set.get(appointment=made.appointment).done_at is None


def test_a_patient_who_was_merged_meanwhile(world, sheet, rows, key):
    with journal.writing(world.by, "merge") as entry:
        entry.change(world.bob, merged_into=world.ann)
    assert key(rows("slot")[0], patient=world.bob.pk).patient == world.ann


def test_an_extra_stands_beside_a_slot(world, sheet, rows, key):
    slot = world.slot("10:00")
    made = key(rows("extra")[0], "extra", patient=world.ann.pk, slot=slot.pk, said="Dr Lane agreed")
    assert made.appointment.is_extra
    with pytest.raises(BadDetail):
        key(rows("extra")[1], "extra", patient=world.ann.pk)


@pytest.mark.parametrize(
    "what, status", [("cancelled", "cancelled"), ("arrived", "arrived"),
                     ("did_not_attend", "did_not_attend")]
)  # fmt: skip
def test_marks_as_written(world, sheet, rows, key, what, status):
    slot = rows("slot")[0].slot
    key(rows("slot")[0], patient=world.ann.pk)
    there = Appointment.objects.get(slot=slot)
    made = key(rows("cancellation")[0], what, appointment=there.pk)
    there.refresh_from_db()
    assert (there.status, made.end) == (status, "in_book")
    assert_rebuilds(world.practice)


def test_a_move_as_written(world, sheet, rows, key):
    one, two, *_ = rows("slot")
    key(one, patient=world.ann.pk)
    there = Appointment.objects.get()
    made = key(rows("cancellation")[0], "moved", appointment=there.pk, slot=two.slot_id)
    there.refresh_from_db()
    assert there.status == "cancelled"
    assert (made.appointment.slot_id, made.appointment.patient) == (two.slot_id, world.ann)


def test_a_request_waits_until_it_is_filled(world, sheet, rows, key):
    row = rows("request")[0]
    made = key(row, "request", patient=world.ann.pk, said="chest pain", urgency="urgent",
               told_at=timezone.now(), told_by="Dr Lane")  # fmt: skip
    assert (made.end, made.closed_at, made.owner) == ("set_aside", None, world.priya)
    assert made.due_at == made.written_at
    assert rekey.sums(sheet).open == 1
    free, later = finding.next_free(world.practice, Wish(), world.desk1.pk, limit=2)
    filled = rekey.fill(made.pk, free.id, world.by)
    assert (filled.end, filled.appointment.patient) == ("in_book", world.ann)
    assert rekey.sums(sheet).open == 0
    assert rekey.fill(made.pk, later.id, world.by).appointment == filled.appointment


def test_a_request_is_not_filled_where_somebody_is(world, sheet, rows, key):
    made = key(rows("request")[0], "request", patient=world.ann.pk, said="cough")
    free = finding.next_free(world.practice, Wish(), world.desk1.pk, limit=1)[0]
    booking.book(free.id, world.asks(world.bob), world.by)
    with pytest.raises(SlotTaken):
        rekey.fill(made.pk, free.id, world.by)
    with pytest.raises(SlotKept):
        rekey.fill(made.pk, rows("slot")[0].slot_id, world.by)
    made.refresh_from_db()
    assert made.closed_at is None


def test_what_is_set_aside_is_handed_on(world, sheet, rows, key):
    made, due = key(rows("message")[0], "message", said="Sick note"), timezone.now()
    handed = rekey.hand_on(made.pk, world.by, owner=world.tom, due_at=due)
    assert (handed.owner, handed.due_at) == (world.tom, due)
    stranger = build("G82002", home=False).tom
    with pytest.raises(NotFound):
        rekey.hand_on(made.pk, world.by, owner=stranger, due_at=due)
    rekey.close(made.pk, "Done", world.by)
    with pytest.raises(WrongStatus):
        rekey.hand_on(made.pk, world.by, owner=world.priya, due_at=due)
    assert_rebuilds(world.practice)


def test_the_duty_clinician_was_told(world, sheet, rows, key):
    made = key(rows("request")[0], "request", typed="baker", said="chest pain", urgency="urgent")
    at = timezone.now() - timedelta(minutes=5)
    told = rekey.tell_duty(made.pk, world.by, told_by="Priya", at=at)
    assert (told.told_at, told.told_by) == (at, "Priya")
    for said in ({"told_by": "", "at": at}, {"told_by": "x", "at": at + timedelta(hours=1)}):
        with pytest.raises(BadDetail):
            rekey.tell_duty(made.pk, world.by, **said)


def test_it_is_said_later_who_asked(world, sheet, rows, key):
    made = key(rows("request")[0], "request", typed="bker an", said="cough")
    assert rekey.say_who(made.pk, world.ann.pk, world.by).patient == world.ann
    assert made.typed == "bker an"


def test_what_was_closed_by_mistake_is_opened_again(world, sheet, rows, key):
    made = key(rows("message")[0], "message", said="Sick note")
    rekey.close(made.pk, "Done", world.by)
    again = rekey.reopen(made.pk, world.by)
    assert (again.closed_at, again.closed_how) == (None, "")
    assert rekey.sums(sheet).open == 1
    booked = key(rows("slot")[0], patient=world.ann.pk)
    with pytest.raises(WrongStatus):
        rekey.reopen(booked.pk, world.by)


def test_what_is_set_aside_is_receptions(world, sheet, rows, key):
    made, now = key(rows("message")[0], "message", said="Sick note"), timezone.now()
    for deed in (
        lambda: rekey.hand_on(made.pk, world.by_doctor, owner=world.tom, due_at=now),
        lambda: rekey.tell_duty(made.pk, world.by_doctor, told_by="x", at=now),
        lambda: rekey.say_who(made.pk, world.ann.pk, world.by_doctor),
        lambda: rekey.reopen(made.pk, world.by_doctor),
    ):
        with pytest.raises(NotYours):
            deed()


def test_a_message_is_ticked_off(world, sheet, rows, key):
    made = key(rows("message")[0], "message", typed="baker ann", said="repeat prescription")
    with pytest.raises(NeedsReason):
        rekey.close(made.pk, "", world.by)
    assert rekey.close(made.pk, "Sent to Dr Lane", world.by).closed_by == world.priya
    assert rekey.sums(sheet).open == 0


def test_nothing_written_gives_the_slot_back(world, sheet, rows, key):
    row = rows("slot")[0]
    assert key(row, "nothing").end == "nothing"
    row.slot.refresh_from_db()
    assert row.slot.kept_by is None


def test_the_rest_of_a_sheet_with_one_key(world, sheet, rows, key):
    key(rows("slot")[0], patient=world.ann.pk)
    count = sheet.rows.count()
    assert rekey.leave_rest(sheet.reference, world.by) == count - 1
    assert rekey.leave_rest(sheet.reference, world.by) == 0
    left = rekey.sums(sheet)
    assert (left.rows, left.in_book, left.nothing, left.to_do) == (count, 1, count - 1, 0)
    assert_rebuilds(world.practice)


def test_keyed_wrongly(world, sheet, rows, key):
    row = rows("slot")[0]
    wrong = key(row, patient=world.bob.pk)
    rekey.take_back(wrong.pk, world.by)
    rekey.take_back(wrong.pk, world.by)
    assert Appointment.objects.get(patient=world.bob).status == "cancelled"
    assert rekey.sums(sheet).in_book == 0
    assert key(row, patient=world.ann.pk).end == "in_book"
    assert_rebuilds(world.practice)


def test_who_is_with_the_doctor_by_now_is_not_taken_back(world, sheet, rows, key):
    made = key(rows("slot")[0], patient=world.bob.pk)
    booking.arrive(made.appointment.pk, world.by)
    with pytest.raises(WrongStatus):
        rekey.take_back(made.pk, world.by)


def test_set_aside_with_owner_and_time(world, sheet, rows):
    due, row = timezone.now() + timedelta(hours=2), rows("slot")[0]
    aside = {"owner": world.tom, "due_at": due}
    with pytest.raises(NeedsReason):
        rekey.set_aside(sheet.reference, row.code, line(typed="?"), world.by, why="", **aside)
    made = rekey.set_aside(
        sheet.reference, row.code, line(typed="smth jn"), world.by, why="Can't be read", **aside
    )
    assert (made.end, made.owner, made.due_at) == ("set_aside", world.tom, due)
    row.slot.refresh_from_db()
    assert row.slot.kept_by == world.desk1  # it may be a promise
    rekey.close(made.pk, "Was Jon Smith: booked", world.by2)
    row.slot.refresh_from_db()
    assert row.slot.kept_by is None


def test_signing_off_needs_an_end_for_every_row(world, sheet, rows, key):
    with pytest.raises(StillNeeded, match="still_needed"):
        rekey.sign_off(sheet.reference, world.by)
    key(rows("slot")[0], patient=world.ann.pk)
    rekey.leave_rest(sheet.reference, world.by)
    done = rekey.sign_off(sheet.reference, world.by)
    assert (done.ended_as, done.ended_by) == (Sheet.End.DONE, world.priya)
    assert rekey.sign_off(sheet.reference, world.by).ended_at == done.ended_at
    with pytest.raises(WrongStatus) as refused:
        key(rows("slot")[0], patient=world.ann.pk)
    assert "keyed and signed off" in refused.value.sentence


def test_a_sheet_that_was_replaced_can_still_be_keyed(world, rows, sheet, key):
    """Somebody printed the file by hand and wrote on it: nothing is lost."""
    with journal.writing(world.by, "test") as entry:
        entry.change(sheet, ended_at=entry.at, ended_as=Sheet.End.REPLACED)
    assert key(rows("slot")[0], patient=world.ann.pk).end == "in_book"


@pytest.mark.parametrize("code", ["ZZ", "A1", "", "Y99"])
def test_a_code_that_is_none(world, sheet, code):
    with pytest.raises(BookingRefused):
        rekey.enter(sheet.reference, code, line(patient=world.ann.pk), world.by)


def test_without_a_patient(world, sheet, rows, key):
    with pytest.raises(BadDetail) as refused:
        key(rows("slot")[0])
    assert refused.value.field == "patient"
    with pytest.raises(NotFound):
        key(rows("slot")[0], patient=uuid.uuid4())
    assert Entry.objects.count() == 0


def test_a_mark_needs_to_say_of_whom(world, sheet, rows, key):
    for row in (rows("cancellation")[0], rows("slot")[0]):  # no slot; a slot with nobody in it
        with pytest.raises(BadDetail) as refused:
            key(row, "cancelled")
        assert refused.value.field == "appointment"


def test_keying_is_receptions(world, sheet, rows, key):
    with pytest.raises(NotYours):
        key(rows("slot")[0], patient=world.ann.pk, by=world.by_doctor)


def test_the_sums_of_the_practice(world, sheet, rows, key):
    key(rows("slot")[0], patient=world.ann.pk)
    left = rekey.to_do(world.practice)
    assert (left.rows, left.in_book, left.to_do) == (sheet.rows.count(), 1, sheet.rows.count() - 1)
