"""Stored lines follow the book."""

import pytest

from appointments import booking
from fallback import worklist
from fallback.models import WorklistLine

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
