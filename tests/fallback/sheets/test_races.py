"""Keeper, desks and printers at once: a slot is in one hand, a sheet is there once."""

from collections import Counter

import pytest
from django.utils import timezone

from appointments import booking
from appointments.models import Appointment, Slot
from appointments.refusals import BookingRefused, ChangedMeanwhile, SlotKept
from fallback import allotments, sheets
from fallback.models import Sheet, SheetRow
from tests.races.test_double_booking import all_at_once
from tests.world import World, assert_rebuilds, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return build()


def share_out(world):
    return lambda: allotments.share_out(world.practice, world.site, world.day)


def ensure(world):
    def deed():
        return sheets.ensure(
            world.practice, world.site, world.day, print_number=1, journal=1, now=timezone.now()
        )

    return deed


def book(world, slot, by):
    return lambda: booking.book(slot.pk, world.asks(world.ann), by)


def no_bugs(results):
    assert not [
        r for r in results if isinstance(r, Exception) and not isinstance(r, BookingRefused)
    ]


def test_many_keepers_share_out_once(world):
    results = all_at_once(*[share_out(world)] * 6)
    no_bugs(results)
    assert sum(results) == 4
    held = Slot.objects.filter(kept_by__isnull=False).values_list("kept_on", flat=True)
    assert Counter(held) == {"screen": 2, "paper": 2}
    assert_rebuilds(world.practice)


def test_booking_while_slots_are_shared_out_never_sells_a_held_one(world):
    slots = list(world.morning.slots.all())
    deeds = [
        book(world, slot, by) for slot, by in zip(slots, [world.by, world.by2] * 6, strict=True)
    ]
    no_bugs(all_at_once(*deeds, share_out(world), share_out(world)))
    booked = set(Appointment.objects.values_list("slot_id", flat=True))
    held = set(Slot.objects.filter(kept_by__isnull=False).values_list("pk", flat=True))
    assert not booked & held
    assert_rebuilds(world.practice)


def test_many_makings_at_once_make_each_sheet_once(world):
    share_out(world)()
    results = all_at_once(*[ensure(world)] * 5)
    no_bugs(results)
    assert Sheet.objects.count() == 4
    assert len({tuple(sheet.pk for sheet in made) for made in results}) == 1
    assert SheetRow.objects.filter(is_live=True).count() == 2


def test_a_slot_is_taken_from_a_file_or_printed_never_both(world):
    share_out(world)()
    for sheet in [s for s in ensure(world)() if s.kind == "desk"]:
        row = sheet.rows.get(kind="slot")
        took, printed = all_at_once(
            lambda pk=row.slot_id: allotments.take(pk, world.by),
            lambda sheet=sheet: sheets.printed([sheet], world.by2),
        )
        no_bugs([took, printed])
        assert isinstance(took, SlotKept) != isinstance(printed, ChangedMeanwhile)
        is_printed = Sheet.objects.get(pk=sheet.pk).printed_at is not None
        assert is_printed == (Slot.objects.get(pk=row.slot_id).kept_by_id is not None)


def test_the_keeper_takes_nothing_back_that_is_being_printed(world):
    share_out(world)()
    made = [s for s in ensure(world)() if s.kind == "desk"]
    paper = set(Slot.objects.filter(kept_on="paper"))
    for session in (world.morning, world.clinic):
        for slot in session.slots.filter(kept_by=None):
            book(world, slot, world.by)()
    for kept in Slot.objects.filter(kept_on="screen"):
        by = world.by if kept.kept_by_id == world.desk1.pk else world.by2
        book(world, kept, by)()
    # Both sessions are full but for their slots on paper, which the keeper would let go of now.
    *_, printed = all_at_once(
        share_out(world), share_out(world), lambda: sheets.printed(made, world.by)
    )
    still = set(Slot.objects.filter(kept_on="paper"))
    assert still == (set() if isinstance(printed, ChangedMeanwhile) else paper)


def test_a_row_is_struck_out_once_and_the_slot_sold_once(world):
    share_out(world)()
    sheet = next(s for s in ensure(world)() if s.kind == "desk" and s.desk == world.desk1)
    sheets.printed([sheet], world.by)
    row = sheet.rows.get(kind="slot")
    strike = lambda: sheets.strike_out(sheet.reference, row.code, world.by)  # noqa: E731
    results = all_at_once(
        strike, strike, share_out(world), ensure(world), book(world, row.slot, world.by)
    )
    no_bugs(results)
    assert Appointment.objects.filter(slot=row.slot_id).count() <= 1
    assert Slot.objects.get(pk=row.slot_id).kept_by is None
    assert world.practice.journal.filter(command="strike_out").count() == 1
    assert_rebuilds(world.practice)
