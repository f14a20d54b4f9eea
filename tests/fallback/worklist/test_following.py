"""Stored lines follow the book."""

from datetime import timedelta

import pytest

from appointments import booking, journal, patients
from appointments.models import Clash
from appointments.patients import Details
from appointments.refusals import WrongStatus
from fallback import worklist
from fallback.models import WorklistLine
from fallback.worklist import following, menu
from tests.fallback.worklist.clinical import Clinical, looks, ours
from tests.fallback.worklist.conftest import beside
from tests.world import build, working_day

pytestmark = pytest.mark.django_db


def said(lines):
    return [(line.kind, line.patient.family_name) for line in lines]


def test_a_booking_is_a_line_until_it_is_entered(world, lines):
    assert lines() == []
    made = booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    (line,) = lines()
    assert (line.kind, line.patient, line.slot, line.appointment) == (
        "book", world.ann, world.slot("10:00"), made,
    )  # fmt: skip
    assert (line.changed_by, line.changed_at) == (world.priya, made.booked_at)
    worklist.enter(world.by2, line.pk)
    assert lines() == []


def test_what_was_undone_before_it_was_entered_is_no_line(world, lines):
    made = booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    lines()
    booking.move(made.pk, world.slot("10:10").pk, world.by)
    (line,) = lines()
    assert (line.kind, line.slot) == ("book", world.slot("10:10"))
    booking.cancel(made.pk, world.by)
    assert lines() == []


def test_what_changes_after_it_was_entered_is_a_new_line(world, lines):
    made = booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    worklist.enter(world.by, lines()[0].pk)
    booking.move(made.pk, world.slot("10:10").pk, world.by)
    (line,) = lines()
    assert (line.kind, line.from_slot, line.slot) == (
        "move", world.slot("10:00"), world.slot("10:10"),
    )  # fmt: skip
    booking.move(made.pk, world.slot("10:20").pk, world.by)
    (line,) = lines()
    assert (line.kind, line.from_slot, line.slot) == (
        "move", world.slot("10:00"), world.slot("10:20"),
    )  # fmt: skip
    booking.cancel(made.pk, world.by)
    (line,) = lines()
    assert (line.kind, line.slot) == ("cancel", world.slot("10:00"))
    assert WorklistLine.objects.filter(ended_as="not_needed").count() == 2


def test_a_new_patient_comes_before_the_booking_and_goes_when_merged(world, lines):
    new = patients.register(Details(family_name="Newcombe", given_name="Olwen"), world.by)
    assert said(lines()) == [("new_patient", "Newcombe")]
    booking.book(world.slot("11:00").pk, world.asks(new), world.by)
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    assert said(lines()) == [("book", "Baker"), ("new_patient", "Newcombe"), ("book", "Newcombe")]
    patients.merge(world.bob.pk, new.pk, world.by, reason="the same person")
    assert said(lines()) == [("book", "Baker"), ("book", "Carter")]
    assert WorklistLine.objects.get(kind="new_patient").ended_as == "not_needed"


def test_what_frees_a_slot_goes_before_what_fills_it(world, lines):
    made = booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    worklist.enter(world.by, lines()[0].pk)
    booking.move(made.pk, world.slot("11:30").pk, world.by)
    booking.book(world.slot("10:00").pk, world.asks(world.bob), world.by)
    booking.book(world.slot("10:10").pk, world.asks(world.cat), world.by)
    assert said(lines()) == [("move", "Baker"), ("book", "Carter"), ("book", "Hughes")]


def test_two_who_change_places_are_not_both_told_as_moves(world, lines):
    one = booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    two = booking.book(world.slot("10:10").pk, world.asks(world.bob), world.by)
    for line in lines():
        worklist.enter(world.by, line.pk)
    for deed, clock in ((one, "11:00"), (two, "10:00"), (one, "10:10")):
        booking.move(deed.pk, world.slot(clock).pk, world.by)
    assert sorted(line.kind for line in lines()) == ["book", "cancel", "move"]
    kinds = [line.kind for line in lines()]
    assert kinds.index("cancel") < kinds.index("move") < kinds.index("book")


def test_a_dna_is_part_of_the_booking_until_that_is_entered(db, lines_of):
    world = beside(build(day=working_day() - timedelta(days=2)))
    made = booking.book(world.slot("10:00").pk, world.asks(world.ann, because="late"), world.by)
    booking.did_not_attend(made.pk, world.by)
    (line,) = lines_of(world)
    assert (line.kind, line.is_dna) == ("book", True)
    worklist.enter(world.by, line.pk)
    booking.undo_mark(made.pk, world.by)
    assert said(lines_of(world)) == [("not_dna", "Baker")]
    booking.did_not_attend(made.pk, world.by)
    assert lines_of(world) == []


def test_a_load_that_has_the_appointment_ticks_the_line(world, lines):
    clinical = Clinical(world.practice)
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    (line,) = lines()
    clinical.book_there(world.slot("10:00"), world.ann)
    clinical.load([world.slot("10:00")])
    assert lines() == []
    line.refresh_from_db()
    assert (line.ended_as, line.ended_by, line.stands) == ("loaded", None, False)


def test_what_a_load_brings_is_no_line(world, lines):
    clinical = Clinical(world.practice)
    clinical.book_there(world.slot("10:00"), world.ann)
    clinical.load([world.slot("10:00")])
    assert world.slot("10:00").appointments.count() == 1
    assert lines() == []


def test_somebody_else_in_a_load_makes_the_line_wait_for_the_decision(world, lines):
    clinical = Clinical(world.practice)
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    (line,) = lines()
    clinical.book_there(world.slot("10:00"), world.bob)
    clinical.load([world.slot("10:00")])
    assert lines() == []
    line.refresh_from_db()
    assert (line.ended_as, line.stands) == ("taken", True)
    booking.settle_clash(Clash.objects.get().pk, "first", world.by_lead, "Dr Lane said")
    assert said(lines()) == [("cancel", "Carter"), ("book", "Baker")]


def test_somebody_else_found_there_is_settled_the_other_way(world, lines):
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    (line,) = lines()
    clash = worklist.taken(world.by, line.pk, world.bob.pk)
    assert worklist.taken(world.by, line.pk, world.bob.pk) == clash
    booking.settle_clash(clash.pk, "second", world.by_lead, "Dr Lane said")
    assert lines() == []
    assert not WorklistLine.objects.filter(stands=True).exists()


def test_nobody_is_moved_out_of_a_slot_that_a_load_says_somebody_else_has(world, lines):
    clinical = Clinical(world.practice)
    clinical.book_there(world.slot("10:00"), world.bob)
    clinical.load([world.slot("10:00")])
    assert lines() == []
    made = world.slot("10:00").appointments.get()
    booking.move(made.pk, world.slot("10:10").pk, world.by)
    assert said(lines()) == [("move", "Carter")]
    clinical.book.clear()
    clinical.book_there(world.slot("10:00"), world.cat)
    clinical.load([world.slot("10:00")])
    assert said(lines()) == [("book", "Carter")]


@pytest.mark.parametrize("cancelled", [False, True], ids=["moved on", "cancelled"])
@pytest.mark.parametrize("keyed_late", [False, True], ids=["keyed in time", "keyed late"])
def test_an_extra_stays_there_until_it_is_keyed_whoever_has_the_slot(
    world, lines, cancelled, keyed_late
):
    """Once moved, ours is no extra any more; theirs still is, beside whom a load brings."""
    clinical = Clinical(world.practice)
    asks = world.asks(world.bob, extra=True, because="in pain")
    made = booking.book(world.slot("10:00").pk, asks, world.by)
    (line,) = lines()
    clinical.key_in(following.said(line))
    if not keyed_late:
        worklist.enter(world.by, line.pk)
    booking.move(made.pk, world.slot("10:10").pk, world.by)
    if keyed_late:
        worklist.enter(world.by, line.pk, already_keyed=True)
    lines()
    clinical.book_there(world.slot("10:00"), world.cat)
    clinical.load([world.slot("10:00")])
    if cancelled:
        booking.cancel(made.pk, world.by)
    else:
        booking.move(made.pk, world.slot("10:20").pk, world.by)
    for line in lines():
        clinical.key_in(following.said(line))
        worklist.enter(world.by, line.pk)
    assert lines() == []
    assert looks(clinical.book) == looks(ours(world.practice))


def test_the_window_of_an_outage_has_its_net_effect_only(world):
    begun = journal.newest(world.practice)
    one = booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    two = booking.book(world.slot("10:10").pk, world.asks(world.bob), world.by)
    booking.cancel(two.pk, world.by)
    ended = journal.newest(world.practice)
    booking.move(one.pk, world.slot("11:00").pk, world.by)
    (line,) = worklist.net_effect(world.practice, begun, ended)
    assert (line.kind, line.patient, line.slot) == ("book", world.ann.pk, world.slot("10:00").pk)
    (line,) = worklist.net_effect(world.practice, ended, journal.newest(world.practice))
    assert (line.kind, line.slot) == ("move", world.slot("11:00").pk)


def test_following_and_ticking_twice_change_nothing(world, lines):
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    (line,) = lines()
    worklist.enter(world.by, line.pk)
    number = journal.newest(world.practice)
    worklist.enter(world.by, line.pk)
    worklist.follow(world.practice)
    assert journal.newest(world.practice) == number
    with pytest.raises(WrongStatus) as refused:
        worklist.enter(world.by2, line.pk)
    assert refused.value.sentence.startswith("Priya Shah entered this at")


def test_undo_is_refused_once_the_book_has_changed(world, lines):
    made = booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    (line,) = lines()
    worklist.enter(world.by, line.pk)
    worklist.undo(world.by, line.pk)
    assert said(lines()) == [("book", "Baker")]
    worklist.enter(world.by, line.pk)
    booking.cancel(made.pk, world.by)
    with pytest.raises(WrongStatus) as refused:
        worklist.undo(world.by, line.pk)
    assert "changed since" in refused.value.sentence
    assert said(lines()) == [("cancel", "Baker")]


def test_a_fault_of_the_worklist_does_not_take_the_menu_away(world, monkeypatch, caplog):
    monkeypatch.setattr(menu, "left_to_enter", lambda practice: 1 / 0)
    assert menu.words(world.practice) == "Worklist"
    assert "can't follow the book" in caplog.text
