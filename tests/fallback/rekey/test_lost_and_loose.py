"""Sheets that never came back, and pages without a reference."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import booking, diary, journal
from appointments.availability import State
from appointments.models import Appointment, Clash
from appointments.refusals import (
    BadDetail,
    NeedsReason,
    NotYours,
    ReferenceReused,
    SlotKept,
    WrongStatus,
)
from fallback import allotments, rekey, sheets
from fallback.models import Prepared, Sheet, SheetRow
from tests.fallback.rekey.conftest import line
from tests.world import assert_rebuilds, build

pytestmark = pytest.mark.django_db

BUS = "Left on the bus"


def lose(world, sheet):
    return rekey.declare_lost(sheet.reference, world.by_lead, BUS)


def kept_on(row):
    row.slot.refresh_from_db()
    return row.slot.kept_on


def seen(world, row):
    day = diary.diary_for(world.site, world.day, desk=world.desk1.pk)
    return next(s for column in day.columns for s in column.slots if s.id == row.slot_id)


def test_a_lost_sheets_slots_stay_held_and_are_doubtful(world, sheet, rows):
    with pytest.raises(NotYours):
        rekey.declare_lost(sheet.reference, world.by, BUS)
    with pytest.raises(NeedsReason):
        rekey.declare_lost(sheet.reference, world.by_lead, "")
    lost = lose(world, sheet)
    assert (lost.ended_as, lost.ended_because, lost.ended_by) == ("lost", BUS, world.lead)
    assert not SheetRow.objects.filter(sheet=sheet, is_live=True).exists()
    row = rows("slot")[0]
    assert kept_on(row) == "lost"
    assert lose(world, sheet).ended_at == lost.ended_at
    line = seen(world, row)
    assert (line.state, line.words) == (State.KEPT, "doubtful: Desk 1’s lost sheet")
    assert_rebuilds(world.practice)


def test_nobody_books_what_is_doubtful_and_a_sentence_says_why(world, sheet, rows):
    lose(world, sheet)
    row = rows("slot")[0]
    with pytest.raises(SlotKept) as refused:
        booking.book(row.slot_id, world.asks(world.ann), world.by)
    assert "on a sheet of Desk 1 that was lost" in refused.value.sentence


def test_nobody_takes_what_is_doubtful_in_one_step(world, sheet, rows):
    lose(world, sheet)
    row = rows("slot")[0]
    with pytest.raises(SlotKept) as refused:
        allotments.take(row.slot_id, world.by)
    assert "Ask the outage lead" in refused.value.sentence
    assert kept_on(row) == "lost"


def test_neither_sharing_out_nor_new_paper_touches_what_is_doubtful(world, sheet, rows):
    lose(world, sheet)
    Prepared.objects.all().delete()
    allotments.share_out(world.practice, world.site, world.day)
    made = sheets.ensure(
        world.practice, world.site, world.day, print_number=2,
        journal=journal.newest(world.practice), now=timezone.now(),
    )  # fmt: skip
    row = rows("slot")[0]
    assert kept_on(row) == "lost"
    assert not any(r.slot_id == row.slot_id for s in made if s.kind == "desk" for r in s.rows.all())


def test_the_outage_lead_lets_go_of_one_with_a_reason(world, sheet, rows):
    lose(world, sheet)
    row = rows("slot")[0]
    with pytest.raises(NotYours):
        booking.let_go([row.slot_id], world.by2)
    booking.let_go([row.slot_id], world.by_lead, "Rang everybody who was there")
    assert kept_on(row) == ""


def test_at_the_end_of_the_outage_all_are_let_go_of(world, sheet, rows):
    lose(world, sheet)
    count = len(rows("slot"))
    with pytest.raises(NotYours):
        rekey.give_up_lost(sheet.reference, world.by)
    assert rekey.give_up_lost(sheet.reference, world.by_lead) == count
    assert rekey.give_up_lost(sheet.reference, world.by_lead) == 0
    assert kept_on(rows("slot")[0]) == ""
    assert_rebuilds(world.practice)


def test_a_lost_sheet_is_not_signed_off_nor_a_signed_off_one_lost(world, sheet):
    lose(world, sheet)
    with pytest.raises(WrongStatus):
        rekey.sign_off(sheet.reference, world.by)
    rekey.found_again(sheet.reference, world.by)
    rekey.leave_rest(sheet.reference, world.by)
    rekey.sign_off(sheet.reference, world.by)
    with pytest.raises(WrongStatus):
        lose(world, sheet)


def test_letting_go_leaves_sheets_that_are_not_lost_alone(world, sheet, rows):
    assert rekey.give_up_lost(sheet.reference, world.by_lead) == 0
    assert kept_on(rows("slot")[0]) == "paper"


def test_a_lost_sheet_that_turns_up_is_keyed_after_all(world, sheet, rows, key):
    lose(world, sheet)
    rekey.found_again(sheet.reference, world.by)
    rekey.found_again(sheet.reference, world.by)
    row = rows("slot")[0]
    assert kept_on(row) == "paper"
    row.refresh_from_db()
    assert row.is_live
    assert key(row, patient=world.ann.pk).end == "in_book"
    assert_rebuilds(world.practice)


def test_what_was_sold_meanwhile_is_a_clash_when_it_turns_up(world, sheet, rows, key):
    lose(world, sheet)
    row = rows("slot")[0]
    booking.let_go([row.slot_id], world.by_lead, "Nobody can have written there")
    booking.book(row.slot_id, world.asks(world.bob), world.by)
    rekey.found_again(sheet.reference, world.by)
    assert key(row, patient=world.ann.pk).clash == Clash.objects.get()


def test_what_stands_on_another_sheet_as_well_is_not_doubtful(world, sheet, rows):
    """Tomorrow's print lists what is left of today's: that paper is in a hand."""
    with journal.writing(world.by, "test") as entry:
        newer = entry.add(
            Sheet(
                practice=world.practice,
                reference="K7QHM4",
                site=world.site,
                desk=world.desk1,
                day=world.day,
                journal=1,
                print_number=2,
                made_at=entry.at,
                printed_at=entry.at,
            )
        )
        row = rows("slot")[0]
        entry.add(
            SheetRow(
                practice=world.practice,
                sheet=newer,
                place=1,
                code="A3",
                kind="slot",
                slot=row.slot,
            )
        )
    lose(world, sheet)
    assert kept_on(row) == "paper"
    assert kept_on(rows("slot")[1]) == "lost"


# --- Pages without a reference ----------------------------------------------------------------


@pytest.fixture
def loose(world):
    """Three lines in Desk 2's notebook."""
    return opened(world, 3)


def opened(world, lines, reference=None):
    return rekey.open_loose(
        world.by, site=world.site, desk=world.desk2, day=world.day, lines=lines,
        reference=reference or uuid.uuid4(),
    )  # fmt: skip


def enter(world, sheet, number, what="booked", **said):
    row = sheet.rows.get(place=number)
    return rekey.enter(sheet.reference, row.code, line(what, **said), world.by)


def test_a_page_gets_a_reference_and_a_row_for_every_line(world, loose):
    assert sheets.find(world.practice, loose.reference) == loose
    assert (loose.kind, loose.rows.count()) == ("loose", 3)
    assert rekey.sums(loose).to_do == 3
    assert opened(world, 3, reference=loose.pk) == loose
    other = build("G82002", home=False)
    with pytest.raises(ReferenceReused):
        opened(other, 3, reference=loose.pk)
    assert_rebuilds(world.practice)


@pytest.mark.parametrize("lines", [0, -1, 101])
def test_lines_that_cannot_be(world, lines):
    with pytest.raises(BadDetail):
        opened(world, lines)


def test_each_line_says_where_it_goes_and_the_sums_hold(world, loose):
    slot = world.slot("10:00")
    made = enter(world, loose, 1, patient=world.ann.pk, slot=slot.pk)
    assert Appointment.objects.get() == made.appointment
    assert (made.slot, made.end) == (slot, "in_book")
    enter(world, loose, 2, "extra", patient=world.bob.pk, slot=slot.pk, said="Dr Lane agreed")
    with pytest.raises(BadDetail):
        enter(world, loose, 3, patient=world.cat.pk)
    assert enter(world, loose, 3, "request", typed="hughes c", said="earache").end == "set_aside"
    left = rekey.sums(loose)
    assert (left.rows, left.in_book, left.set_aside, left.to_do) == (3, 2, 1, 0)
    assert rekey.sign_off(loose.reference, world.by).ended_as == "done"
    assert_rebuilds(world.practice)


def test_a_line_that_was_overlooked_is_added(world, loose):
    rekey.add_lines(loose.reference, world.by, to=5)
    rekey.add_lines(loose.reference, world.by, to=5)
    rekey.add_lines(loose.reference, world.by, to=2)
    assert list(loose.rows.values_list("place", flat=True)) == [1, 2, 3, 4, 5]
    assert len(set(loose.rows.values_list("code", flat=True))) == 5


def test_no_lines_are_added_to_a_printed_sheet(world, sheet):
    with pytest.raises(BadDetail):
        rekey.add_lines(sheet.reference, world.by, to=90)


def test_a_page_is_no_paper_of_ours(world, loose):
    """It is not printed anew, not replaced, not binned, not shredded with the day's sheets."""
    allotments.share_out_all(world.by_lead, world.site, [world.day])
    made = sheets.ensure(
        world.practice, world.site, world.day, print_number=1,
        journal=journal.newest(world.practice), now=timezone.now() + timedelta(minutes=1),
    )  # fmt: skip
    assert loose not in made
    assert loose not in sheets.out_there(world.practice)
    sheets.close_day(world.by_lead, world.site, world.day)
    loose.refresh_from_db()
    assert loose.ended_at is None


def test_pages_are_receptions(world, loose):
    with pytest.raises(NotYours):
        rekey.open_loose(
            world.by_doctor, site=world.site, desk=world.desk2, day=world.day, lines=1,
            reference=uuid.uuid4(),
        )  # fmt: skip
    with pytest.raises(NotYours):
        rekey.add_lines(loose.reference, world.by_doctor, to=9)
