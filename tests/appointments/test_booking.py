"""The booking commands, one at a time (races: tests/races, rules: test_availability)."""

import json
import uuid

import pytest

from appointments import booking, journal
from appointments.models import Appointment, Call, Clash, Hold, JournalEntry
from appointments.refusals import (
    BookingRefused,
    NeedsReason,
    NotFound,
    NotYours,
    ReferenceReused,
    SlotBlocked,
    SlotHeld,
    SlotKept,
    SlotTaken,
    WrongStatus,
)
from tests.world import World, assert_rebuilds, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build()


def book(world, clock="10:00", patient=None, by=None, **details):
    wanted = world.asks(patient or world.ann, **details)
    return booking.book(world.slot(clock).pk, wanted, by or world.by)


def last_entry(world) -> JournalEntry:
    return world.practice.journal.order_by("-number").first()


def test_a_booking_stands_in_the_book_and_in_the_journal(world):
    made = book(world, reason="Cough", booked_via="desk")
    made.refresh_from_db()
    assert (made.patient, made.status, made.booked_by) == (world.ann, "booked", world.priya)
    entry = last_entry(world)
    assert (entry.command, entry.by, entry.desk) == ("book", world.priya, world.desk1)
    assert entry.reference == made.reference
    assert [(t.site, t.day) for t in entry.touches.all()] == [(world.site, world.day)]
    assert [s.patient for s in entry.subjects.all()] == [world.ann]


def test_the_journal_says_no_names_and_no_reasons(world):
    book(world, reason="Itching elbow", notes="wants Dr Lane")
    said = last_entry(world).changes + last_entry(world).details
    for word in ("Baker", "Ann", "elbow", "wants"):
        assert word not in said


def test_a_taken_slot_is_refused_with_who_has_it_and_what_is_free(world):
    book(world, "10:00")
    with pytest.raises(SlotTaken) as refused:
        book(world, "10:00", world.bob, by=world.by2)
    assert "10:00 with Dr Lane is already booked by Priya Shah" in refused.value.sentence
    assert "Free nearby: 10:10 Dr Lane" in refused.value.sentence
    assert "Baker" not in str(refused.value)


def test_the_same_reference_again_gives_the_first_answer(world):
    reference = uuid.uuid4()
    first = book(world, reference=reference)
    number = journal.newest(world.practice)
    assert book(world, reference=reference) == first
    assert journal.newest(world.practice) == number


def test_the_same_reference_with_other_content_is_refused(world):
    reference = uuid.uuid4()
    book(world, "10:00", reference=reference)
    with pytest.raises(ReferenceReused):
        book(world, "10:10", reference=reference)
    with pytest.raises(ReferenceReused):
        book(world, "10:00", world.bob, reference=reference)


def test_the_same_reference_is_first_answered_even_after_a_move(world):
    reference = uuid.uuid4()
    first = book(world, "10:00", reference=reference)
    booking.move(first.pk, world.slot("11:00").pk, world.by)
    assert book(world, "10:00", reference=reference) == first


def test_a_double_takes_the_adjoining_slot(world):
    made = book(world, "10:00", double=True)
    with pytest.raises(SlotTaken):
        book(world, "10:10", world.bob)
    booking.cancel(made.pk, world.by)
    assert book(world, "10:10", world.bob).status == "booked"


def test_a_double_needs_the_next_slot_free(world):
    book(world, "10:10")
    with pytest.raises(SlotTaken):
        book(world, "10:00", world.bob, double=True)
    assert not world.slot("10:00").appointments.exists()


def test_a_double_at_the_end_of_a_session_is_refused(world):
    with pytest.raises(SlotTaken, match="taken") as refused:
        book(world, "11:50", double=True)
    assert "no slot straight after" in refused.value.sentence


def test_a_double_may_move_onto_its_own_second_slot(world):
    made = book(world, "10:00", double=True)
    booking.move(made.pk, world.slot("10:10").pk, world.by)
    rows = Appointment.objects.order_by("slot__starts_at").values_list("slot", flat=True)
    assert list(rows) == [world.slot("10:10").pk, world.slot("10:20").pk]
    booking.move(made.pk, world.slot("10:00").pk, world.by)
    rows = Appointment.objects.order_by("slot__starts_at").values_list("slot", flat=True)
    assert list(rows) == [world.slot("10:00").pk, world.slot("10:10").pk]


def test_an_extra_needs_a_reason_and_stands_beside_the_other(world):
    book(world, "10:00")
    with pytest.raises(NeedsReason):
        book(world, "10:00", world.bob, extra=True)
    book(world, "10:00", world.bob, extra=True, because="Dr Lane asked")
    assert world.slot("10:00").appointments.count() == 2


def test_moving_frees_the_old_slot(world):
    made = book(world, "10:00")
    booking.move(made.pk, world.slot("11:00").pk, world.by)
    assert book(world, "10:00", world.bob).status == "booked"
    with pytest.raises(SlotTaken):
        booking.move(made.pk, world.slot("10:00").pk, world.by)


def test_moving_to_where_it_is_changes_nothing(world):
    made = book(world, "10:00")
    number = journal.newest(world.practice)
    booking.move(made.pk, made.slot_id, world.by)
    assert journal.newest(world.practice) == number


def test_cancelling_twice_changes_nothing(world):
    made = book(world)
    booking.cancel(made.pk, world.by, reason="feels better")
    number = journal.newest(world.practice)
    booking.cancel(made.pk, world.by)
    assert journal.newest(world.practice) == number
    made.refresh_from_db()
    assert (made.status, made.cancelled_for, made.cancelled_by) == (
        "cancelled",
        "patient",
        world.priya,
    )


def test_the_practice_gives_a_reason_when_it_cancels(world):
    made = book(world)
    with pytest.raises(NeedsReason):
        booking.cancel(made.pk, world.by, cancelled_for="practice")


def test_a_cancellation_can_be_taken_back_while_the_slot_is_free(world):
    made = book(world)
    booking.cancel(made.pk, world.by)
    booking.reinstate(made.pk, world.by)
    made.refresh_from_db()
    assert (made.status, made.cancelled_at) == ("booked", None)
    booking.cancel(made.pk, world.by)
    book(world, patient=world.bob)
    with pytest.raises(SlotTaken):
        booking.reinstate(made.pk, world.by)


@pytest.mark.parametrize(
    "marks",
    [("arrive",), ("arrive", "send_in"), ("arrive", "send_in", "leave"), ("send_in", "leave")],
)
def test_marks_follow_each_other_and_are_undone_one_by_one(world, marks):
    made = book(world, double=True)
    seen = ["booked"]
    for mark in marks:
        getattr(booking, mark)(made.pk, world.by)
        made.refresh_from_db()
        seen.append(made.status)
        assert {row.status for row in Appointment.objects.all()} == {made.status}
    for status in reversed(seen[:-1]):
        booking.undo_mark(made.pk, world.by)
        made.refresh_from_db()
        assert made.status == status
        assert {row.status for row in Appointment.objects.all()} == {status}


def test_nobody_is_marked_absent_before_the_time(world):
    made = book(world)
    with pytest.raises(WrongStatus):
        booking.did_not_attend(made.pk, world.by)


def test_an_arrived_patient_is_not_marked_absent_after_being_seen(world):
    made = book(world)
    booking.leave(made.pk, world.by)
    with pytest.raises(WrongStatus):
        booking.arrive(made.pk, world.by)
    with pytest.raises(WrongStatus):
        booking.cancel(made.pk, world.by)


def test_the_clinician_marks_own_patients_only_and_does_not_book(world):
    own = book(world, "10:00")
    booking.arrive(own.pk, world.by_doctor)
    others = booking.book(world.slot("10:00", world.clinic).pk, world.asks(world.bob), world.by)
    with pytest.raises(NotYours):
        booking.arrive(others.pk, world.by_doctor)
    with pytest.raises(NotYours):
        book(world, "10:20", by=world.by_doctor)


def test_a_slot_in_another_desks_hand_is_refused(world):
    slot = world.slot("10:00")
    booking.hold(slot.pk, world.by)
    with pytest.raises(SlotHeld) as refused:
        book(world, "10:00", by=world.by2)
    assert "Desk 1 (Priya Shah) has 10:00 with Dr Lane open until" in refused.value.sentence
    booking.hold(slot.pk, world.by)  # refreshing is fine
    book(world, "10:00")
    assert not Hold.objects.exists()


def test_a_hold_ends_by_itself_and_is_not_journalled(world):
    number = journal.newest(world.practice)
    booking.hold(world.slot("10:00").pk, world.by)
    assert journal.newest(world.practice) == number
    Hold.objects.update(until=world.practice.journal.first().at)
    assert book(world, "10:00", by=world.by2).status == "booked"


def test_releasing_gives_the_slot_back_but_only_ones_own(world):
    booking.hold(world.slot("10:00").pk, world.by)
    booking.release(world.slot("10:00").pk, world.by2)
    assert Hold.objects.exists()
    booking.release(world.slot("10:00").pk, world.by)
    assert not Hold.objects.exists()


def test_a_kept_slot_is_booked_only_by_its_own_desk_on_screen(world):
    slot = world.slot("10:00")
    assert booking.keep([slot.pk], world.desk2, "screen", world.by) == 1
    assert booking.keep([slot.pk], world.desk2, "screen", world.by) == 0
    with pytest.raises(SlotKept) as refused:
        book(world, "10:00")
    assert "Desk 2 on screen" in refused.value.sentence
    assert book(world, "10:00", by=world.by2).status == "booked"


def test_a_slot_on_paper_is_booked_by_nobody_until_let_go(world):
    slot = world.slot("10:00")
    booking.keep([slot.pk], world.desk1, "paper", world.by)
    with pytest.raises(SlotKept):
        book(world, "10:00")
    with pytest.raises(NotYours):
        booking.let_go([slot.pk], world.by)
    with pytest.raises(NeedsReason):
        booking.let_go([slot.pk], world.by_lead)
    assert booking.let_go([slot.pk], world.by_lead, "sheet shredded") == 1
    assert book(world, "10:00").status == "booked"


def test_asking_for_a_kept_slot_is_seen_by_its_desk_which_lets_go(world):
    slot = world.slot("10:00")
    booking.keep([slot.pk], world.desk2, "screen", world.by)
    assert booking.ask_for(slot.pk, world.by).asked_for_by == world.desk1
    booking.let_go([slot.pk], world.by2)
    assert book(world, "10:00").status == "booked"


def test_a_slot_kept_by_one_desk_is_not_given_to_another(world):
    slot = world.slot("10:00")
    booking.keep([slot.pk], world.desk2, "screen", world.by)
    with pytest.raises(SlotKept):
        booking.keep([slot.pk], world.desk1, "screen", world.by)
    book(world, "10:10")
    with pytest.raises(SlotTaken):
        booking.keep([world.slot("10:10").pk], world.desk1, "screen", world.by)


def test_who_died_or_left_is_booked_only_with_a_reason(world):
    with journal.writing(world.by, "amend") as entry:
        entry.change(world.ann, died_on=world.day)
    with pytest.raises(NeedsReason):
        book(world)
    assert book(world, because="Wrong date on file").status == "booked"


def test_another_practices_rows_are_not_there(world):
    other = build("G82002", home=False)
    with pytest.raises(NotFound):
        booking.book(other.slot("10:00").pk, world.asks(world.ann), world.by)
    with pytest.raises(NotFound):
        book(world, patient=other.ann)
    made = booking.book(other.slot("10:00").pk, other.asks(other.ann), other.by)
    for command in (booking.cancel, booking.arrive, booking.undo_mark):
        with pytest.raises(NotFound):
            command(made.pk, world.by)


def test_a_change_rolls_back_when_its_entry_fails(world, monkeypatch):
    def fails(*_):
        raise RuntimeError("the journal is broken")

    monkeypatch.setattr(journal, "_append", fails)
    with pytest.raises(RuntimeError):
        book(world)
    assert not Appointment.objects.exists()


def test_a_blocked_slot_says_why(world):
    slot = world.slot("10:00")
    with journal.writing(world.by, "block") as entry:
        entry.change(slot, blocked_at=entry.at, block_reason="fire drill")
    with pytest.raises(SlotBlocked) as refused:
        book(world)
    assert "blocked: fire drill" in refused.value.sentence


@pytest.fixture
def clash(world) -> Clash:
    """Ann was booked at 10:00 here; the clinical system says Bob is."""
    first = book(world, "10:00")
    with journal.writing(world.by, "load") as entry:
        second = entry.add(
            Appointment(
                practice=world.practice,
                slot=first.slot,
                patient=world.bob,
                in_clash=True,
                reference=uuid.uuid4(),
            )
        )
        return entry.add(
            Clash(
                practice=world.practice,
                first=first,
                second=second,
                source="clinical system",
                came_at=entry.at,
            )
        )


@pytest.mark.parametrize(
    "outcome, first, second",
    [
        ("both", "booked", "booked"),
        ("first", "booked", "cancelled"),
        ("second", "cancelled", "booked"),
    ],
)
def test_a_clash_is_settled_by_the_lead_and_the_other_is_rung(world, clash, outcome, first, second):
    with pytest.raises(NotYours):
        booking.settle_clash(clash.pk, outcome, world.by, "because")
    booking.settle_clash(clash.pk, outcome, world.by_lead, "Dr Lane decided")
    clash.refresh_from_db()
    clash.first.refresh_from_db()
    clash.second.refresh_from_db()
    assert (clash.first.status, clash.second.status) == (first, second)
    assert not clash.second.in_clash
    assert clash.settled_by == world.lead
    assert Call.objects.count() == (outcome != "both")


def test_a_clash_ends_when_one_of_the_two_is_moved(world, clash):
    booking.move(clash.first_id, world.slot("11:00").pk, world.by)
    clash.refresh_from_db()
    assert clash.outcome == "second"
    clash.second.refresh_from_db()
    assert not clash.second.in_clash


def test_the_journal_rebuilds_the_book(world, clash):
    made = book(world, "11:00", world.cat, double=True)
    booking.move(made.pk, world.slot("11:20").pk, world.by)
    booking.arrive(made.pk, world.by)
    booking.undo_mark(made.pk, world.by)
    booking.cancel(made.pk, world.by)
    booking.settle_clash(clash.pk, "second", world.by_lead, "Dr Lane decided")
    assert_rebuilds(world.practice)


def test_refusals_carry_no_sentence_in_their_text(world):
    assert str(BookingRefused("Mrs Baker is there")) == "refused"
    assert json.dumps(BookingRefused("x").sentence) == '"x"'
