"""Two clerks and one line; a load while somebody keys; the book going on meanwhile."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from appointments import booking, journal
from appointments.refusals import BookingRefused, WrongStatus
from fallback import worklist
from fallback.models import WorklistLine
from fallback.worklist.following import said
from tests.fallback.worklist.clinical import Clinical, looks, ours
from tests.fallback.worklist.conftest import beside
from tests.world import build, working_day

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db):
    return beside(build(day=working_day() + timedelta(days=1)))


def all_at_once(*deeds):
    results = [None] * len(deeds)
    start = threading.Barrier(len(deeds))

    def run(index, deed):
        try:
            start.wait(timeout=30)
            results[index] = deed()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def waiting(world):
    worklist.follow(world.practice)
    rows = WorklistLine.objects.filter(practice=world.practice, ended_as="")
    return list(rows.select_related("appointment"))


def test_of_two_clerks_one_ticks_and_the_other_is_told(world):
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    (line,) = waiting(world)
    results = all_at_once(
        *(lambda by=by: worklist.enter(by, line.pk) for by in (world.by, world.by2) * 4)
    )
    refused = [one for one in results if isinstance(one, WrongStatus)]
    assert len(refused) == 4
    assert all("it is there twice" in one.sentence for one in refused)
    entries = world.practice.journal.filter(command="enter_line").count()
    assert entries == 1


def test_many_who_look_at_once_make_each_line_once(world):
    slots = list(world.morning.slots.all()[:6])
    for slot in slots:
        booking.book(slot.pk, world.asks(world.ann), world.by)
    results = all_at_once(*[lambda: worklist.follow(world.practice)] * 8)
    assert not any(isinstance(one, Exception) for one in results)
    assert len(waiting(world)) == WorklistLine.objects.count() == 6


def test_a_load_that_arrives_while_lines_are_ticked_loses_nothing(world):
    clinical = Clinical(world.practice)
    slots = list(world.morning.slots.all()[:8])
    for slot in slots[:6]:
        booking.book(slot.pk, world.asks(world.ann), world.by)
    for line in waiting(world)[:3]:  # keyed there, and not ticked yet
        clinical.key_in(said(line))
    clinical.book_there(slots[6], world.cat)
    results = all_at_once(
        lambda: clinical.load(slots),
        *(
            lambda line=line, by=by: worklist.enter(by, line.pk)
            for line in waiting(world)[:3]
            for by in (world.by, world.by2)
        ),
        lambda: booking.book(slots[7].pk, world.asks(world.bob), world.by2),
    )
    assert all(isinstance(e, BookingRefused) for e in results if isinstance(e, Exception))
    for line in waiting(world):
        clinical.key_in(said(line))
        worklist.enter(world.by, line.pk)
    clinical.load(slots)
    assert waiting(world) == []
    assert looks(clinical.book) == looks(ours(world.practice))
    assert journal.first_fault(world.practice) is None
