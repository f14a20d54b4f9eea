"""What came of ringing the patients on the call list."""

import pytest

from appointments import booking, calls, journal, sessions
from appointments.models import Call
from appointments.refusals import NotFound, NotYours, WrongStatus
from tests.world import World, assert_rebuilds, build


@pytest.fixture
def world(db) -> World:
    return build()


@pytest.fixture
def call(world) -> Call:
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    sessions.cancel_session(world.by, world.morning.pk, "Dr Lane is ill")
    return world.practice.call_set.get()


def test_a_patient_who_was_reached_is_off_the_list(world, call):
    done = calls.record(world.by, call.pk, "reached", tries=0, note="Will ring back")
    done.refresh_from_db()
    assert (done.outcome, done.tries, done.tried_by) == ("reached", 1, world.priya)
    assert done.done_at == done.tried_at
    assert done.note == "Will ring back"
    entry = world.practice.journal.last()
    assert [subject.patient for subject in entry.subjects.all()] == [world.ann]
    assert "ring back" not in entry.changes
    assert_rebuilds(world.practice)


@pytest.mark.parametrize("outcome", ["no_answer", "wrong_number"])
def test_who_was_not_reached_stays_on_the_list(world, call, outcome):
    tried = calls.record(world.by, call.pk, outcome, tries=0)
    assert (tried.outcome, tried.tries, tried.done_at) == (outcome, 1, None)
    assert calls.record(world.by, call.pk, outcome, tries=1).tries == 2
    assert_rebuilds(world.practice)


def test_a_letter_ends_the_call_without_a_try(world, call):
    done = calls.record(world.by, call.pk, "letter", tries=0)
    assert (done.tries, bool(done.done_at)) == (0, True)


def test_the_same_try_sent_again_is_counted_once(world, call):
    calls.record(world.by, call.pk, "no_answer", tries=0)
    number = journal.newest(world.practice)
    assert calls.record(world.by, call.pk, "no_answer", tries=0).tries == 1
    calls.record(world.by, call.pk, "reached", tries=1)
    assert calls.record(world.by, call.pk, "reached", tries=1).tries == 2
    assert journal.newest(world.practice) == number + 1


def test_a_call_that_a_colleague_ended_is_said(world, call):
    calls.record(world.by2, call.pk, "reached", tries=0)
    with pytest.raises(WrongStatus) as refused:
        calls.record(world.by, call.pk, "no_answer", tries=0)
    assert refused.value.sentence.startswith("Tom Reid ended this call at")


def test_a_note_waits_for_the_next_try(world, call):
    calls.note(world.by, call.pk, "After 5 pm")
    assert calls.record(world.by, call.pk, "no_answer", tries=0).note == "After 5 pm"


def test_a_call_ended_by_mistake_is_put_back(world, call):
    calls.record(world.by, call.pk, "no_answer", tries=0)
    calls.record(world.by, call.pk, "reached", tries=1)
    back = calls.put_back(world.by, call.pk)
    assert (back.outcome, back.tries, back.done_at) == ("", 2, None)
    number = journal.newest(world.practice)
    calls.put_back(world.by, call.pk)
    assert journal.newest(world.practice) == number
    assert_rebuilds(world.practice)


def test_only_reception_rings(world, call):
    for command in (
        lambda: calls.record(world.by_doctor, call.pk, "reached", tries=0),
        lambda: calls.note(world.by_doctor, call.pk, "x"),
        lambda: calls.put_back(world.by_doctor, call.pk),
    ):
        with pytest.raises(NotYours):
            command()


def test_another_practices_calls_are_not_there(world, call):
    other = build("G82002", home=False)
    for command in (
        lambda: calls.record(other.by, call.pk, "reached", tries=0),
        lambda: calls.note(other.by, call.pk, "x"),
        lambda: calls.put_back(other.by, call.pk),
    ):
        with pytest.raises(NotFound):
            command()
