"""Sheets in people's hands: printed, taken in hand, struck out, binned, shredded."""

from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import booking, journal, sessions
from appointments.models import Appointment, Slot
from appointments.refusals import (
    ChangedMeanwhile,
    NeedsReason,
    NotFound,
    NotYours,
    SlotKept,
    StillNeeded,
    WrongStatus,
)
from fallback import allotments, codes, sheets
from fallback.codes import BadCode
from fallback.models import Sheet, SheetRow
from tests.world import assert_rebuilds, at, build

End = Sheet.End


@pytest.fixture
def sheet(sheet_of, world) -> Sheet:
    """Desk 1's sheet, a file."""
    return sheet_of(world.desk1)


@pytest.fixture
def newer(world, sheet, ensure) -> Sheet:
    """A newer file of Desk 1 with one slot more, the first having been printed."""
    sheets.printed([sheet], world.by)
    booking.keep([world.slot("10:00").pk], world.desk1, "paper", world.by)
    return next(s for s in ensure() if s.kind == "desk" and s.desk == world.desk1)


def again(sheet: Sheet) -> Sheet:
    return Sheet.objects.get(pk=sheet.pk)


def first_row(sheet: Sheet) -> SheetRow:
    return sheet.rows.get(code="A3")


def is_kept(row: SheetRow) -> bool:
    return Slot.objects.get(pk=row.slot_id).kept_by_id is not None


def test_a_sheet_is_found_by_its_reference_as_people_type_it(world, sheet):
    assert sheets.find(world.practice, f" {codes.shown(sheet.reference).lower()} ") == sheet


def test_a_reference_that_is_not_ours_gets_a_plain_answer(world, sheet):
    unknown = next(r for r in iter(codes.new_reference, "") if r != sheet.reference)
    with pytest.raises(NotFound) as refused:
        sheets.find(world.practice, unknown)
    assert f"There is no sheet {codes.shown(unknown)}" in refused.value.sentence
    with pytest.raises(BadCode):
        sheets.find(world.practice, sheet.reference[::-1])
    stranger = build("G82002", home=False)
    with pytest.raises(NotFound) as refused:
        sheets.find(stranger.practice, sheet.reference)
    assert "another practice, Harbour Surgery G82001" in refused.value.sentence


def test_printed_is_remembered_and_printing_again_changes_nothing(world, sheet):
    moment = timezone.now() - timedelta(minutes=3)
    sheets.printed([sheet], world.by, at=moment)
    assert (again(sheet).printed_at, again(sheet).printed_by) == (moment, world.priya)
    assert sheets.out_there(world.practice) == [sheet]
    assert sheets.out_there(world.practice, world.branch) == []
    before = journal.newest(world.practice)
    sheets.printed([sheet], world.by2)
    assert journal.newest(world.practice) == before


def test_a_file_whose_row_was_taken_is_not_printed(world, sheet):
    row = first_row(sheet)
    allotments.take(row.slot_id, world.by)
    with pytest.raises(ChangedMeanwhile) as refused:
        sheets.printed([sheet], world.by)
    assert f"Row A3 of Desk 1's sheet {sheets.shown(sheet)} was let go of" in refused.value.sentence
    assert again(sheet).printed_at is None


@pytest.mark.parametrize(
    "happens, said",
    [
        (
            lambda w, row: Appointment.objects.create(
                practice=w.practice, slot=row.slot, patient=w.ann, reference=w.ann.pk
            ),
            "was sold",
        ),
        (lambda w, row: sessions.cancel_session(w.by, row.slot.session_id, "ill"), "was cancelled"),
        (lambda w, row: Slot.objects.update(removed_at=timezone.now()), "was taken out"),
    ],
)
def test_what_happened_to_a_row_is_said(world, sheet, happens, said):
    happens(world, first_row(sheet))
    with pytest.raises(ChangedMeanwhile) as refused:
        sheets.printed([sheet], world.by)
    assert said in refused.value.sentence


def test_a_replaced_file_is_not_printed_nor_taken_in_hand(world, sheet, ensure):
    allotments.take(first_row(sheet).slot_id, world.by)
    new = next(s for s in ensure() if s.kind == "desk" and s.desk == world.desk1)
    for tries in (
        lambda: sheets.printed([again(sheet)], world.by),
        lambda: sheets.take_in_hand(sheet.reference, world.by),
    ):
        with pytest.raises(WrongStatus) as refused:
            tries()
        assert f"was replaced by {sheets.shown(new)}" in refused.value.sentence


def test_a_print_is_taken_in_hand(world, sheet):
    sheets.printed([sheet], world.by)
    assert sheets.take_in_hand(sheet.reference, world.by) == []
    assert again(sheet).in_hand_by == world.priya
    before = journal.newest(world.practice)
    assert sheets.take_in_hand(sheet.reference, world.by2) == []
    assert journal.newest(world.practice) == before


def test_a_copy_printed_by_hand_is_paper_as_soon_as_it_is_in_hand(world, sheet):
    sheets.take_in_hand(sheet.reference, world.by)
    assert again(sheet).printed_at is not None
    with pytest.raises(SlotKept):
        allotments.take(first_row(sheet).slot_id, world.by2)


def test_taking_in_hand_says_what_to_strike_out_and_what_to_bin(world, newer, sheet):
    sheets.printed([newer], world.by)
    row = newer.rows.get(slot=world.slot("10:00"))
    booking.let_go([row.slot_id], world.by_lead, "urgent")
    booking.book(row.slot_id, world.asks(world.ann), world.by)
    said = sheets.take_in_hand(newer.reference, world.by)
    assert said[0] == (
        f"Strike out row {row.code} (10:00 with Dr Lane, {_day(world)}): it was sold."
    )
    assert said[1].startswith(f"When {_day(world)} is over, bin sheet {sheets.shown(sheet)}")
    assert len(said) == 2


def _day(world) -> str:
    from appointments.wording import day_words

    return day_words(world.day)


def test_an_old_sheet_is_binned_once_the_newer_is_in_hand_and_its_rows_pass_on(world, newer, sheet):
    shared = first_row(sheet).slot_id
    assert sheets.row_of(world.practice, shared).sheet == sheet
    with pytest.raises(StillNeeded):
        sheets.bin_old(sheet.reference, world.by)
    sheets.printed([newer], world.by)
    assert sheets.row_of(world.practice, shared).sheet == sheet
    sheets.take_in_hand(newer.reference, world.by)
    sheets.bin_old(sheet.reference, world.by)
    assert (again(sheet).ended_as, again(sheet).replaced_by) == (End.BINNED, newer)
    assert sheets.row_of(world.practice, shared).sheet == newer
    assert is_kept(first_row(sheet))
    before = journal.newest(world.practice)
    sheets.bin_old(sheet.reference, world.by)
    assert journal.newest(world.practice) == before
    with pytest.raises(StillNeeded):
        sheets.bin_old(newer.reference, world.by)
    assert_rebuilds(world.practice)


def test_what_only_the_binned_sheet_listed_is_let_go_of(world, newer, sheet):
    sheets.printed([newer], world.by)
    sheets.take_in_hand(newer.reference, world.by)
    newer.rows.filter(slot=first_row(sheet).slot_id).delete()
    sheets.bin_old(sheet.reference, world.by)
    assert not is_kept(first_row(sheet))


def test_the_desk_that_has_the_sheet_strikes_a_row_out_and_has_the_slot(world, sheet):
    sheets.printed([sheet], world.by)
    slot = sheets.strike_out(sheet.reference, "a3", world.by)
    row = first_row(sheet)
    assert (slot.kept_by, row.is_live, row.struck_by) == (None, False, world.priya)
    assert slot.hold.desk == world.desk1
    allotments.share_out(world.practice, world.site, world.day)
    booking.book(slot.pk, world.asks(world.ann), world.by)
    assert_rebuilds(world.practice)


def test_striking_out_twice_changes_nothing(world, sheet):
    sheets.printed([sheet], world.by)
    sheets.strike_out(sheet.reference, "A3", world.by)
    before = journal.newest(world.practice)
    assert sheets.strike_out(sheet.reference, "A3", world.by).kept_by is None
    assert journal.newest(world.practice) == before


def test_another_desk_strikes_nothing_out_and_the_lead_gives_a_reason(world, sheet):
    sheets.printed([sheet], world.by)
    with pytest.raises(NotYours) as refused:
        sheets.strike_out(sheet.reference, "A3", world.by2)
    assert f"Desk 1 has sheet {sheets.shown(sheet)}" in refused.value.sentence
    lead = journal.Actor(world.practice, world.lead, world.desk2)
    with pytest.raises(NeedsReason):
        sheets.strike_out(sheet.reference, "A3", lead)
    assert sheets.strike_out(sheet.reference, "A3", lead, "urgent").kept_by is None
    assert first_row(sheet).struck_because == "urgent"


def test_only_a_row_with_a_slot_is_struck_out(world, sheet):
    sheets.printed([sheet], world.by)
    with pytest.raises(WrongStatus, match="wrong_status"):
        sheets.strike_out(sheet.reference, "A4", world.by)
    with pytest.raises(NotFound) as refused:
        sheets.strike_out(sheet.reference, "Y99", world.by)
    assert "has no row Y99" in refused.value.sentence


def test_a_slot_on_two_printed_sheets_stays_held_until_struck_out_on_both(world, newer, sheet):
    sheets.printed([newer], world.by)
    shared = first_row(sheet).slot_id
    assert sheets.strike_out(sheet.reference, "A3", world.by).kept_by == world.desk1
    row = sheets.row_of(world.practice, shared)
    assert row.sheet == newer
    assert sheets.strike_out(newer.reference, row.code, world.by).kept_by is None


def test_struck_out_on_the_newer_first_it_stays_live_on_the_old(world, newer, sheet):
    sheets.printed([newer], world.by)
    row = newer.rows.get(slot=first_row(sheet).slot_id)
    assert sheets.strike_out(newer.reference, row.code, world.by).kept_by == world.desk1
    assert sheets.row_of(world.practice, row.slot_id).sheet == sheet
    assert sheets.strike_out(sheet.reference, "A3", world.by).kept_by is None


def test_struck_out_on_paper_it_goes_whatever_newer_files_list(world, newer, sheet, ensure):
    assert sheets.strike_out(sheet.reference, "A3", world.by).kept_by is None
    assert not SheetRow.objects.filter(slot=first_row(sheet).slot_id, is_live=True).exists()
    now_newest = next(s for s in ensure() if s.kind == "desk" and s.desk == world.desk1)
    assert [row.slot_id for row in now_newest.rows.filter(kind="slot")] == [world.slot("10:00").pk]


def test_what_the_lead_let_go_is_not_dealt_again_while_it_stands_on_paper(world, sheet, ensure):
    sheets.printed([sheet], world.by)
    row = first_row(sheet)
    booking.let_go([row.slot_id], world.by_lead, "urgent")
    allotments.share_out(world.practice, world.site, world.day)
    assert not is_kept(row)
    ensure()
    assert sheets.row_of(world.practice, row.slot_id).sheet == sheet  # it may still be sold there
    sheets.strike_out(sheet.reference, "A3", world.by)
    assert sheets.row_of(world.practice, row.slot_id) is None


def test_a_day_without_an_outage_is_closed_and_what_its_paper_held_is_let_go(
    world, ensure, sheet_of
):
    sheet_of(world.desk1)
    made = ensure()
    sheets.printed(made, world.by)
    assert len(sheets.out_there(world.practice)) == 4
    assert sheets.close_day(world.by_lead, world.site, world.day) == 4
    assert sheets.out_there(world.practice) == []
    assert not Slot.objects.filter(kept_on="paper").exists()
    assert Slot.objects.filter(kept_on="screen").count() == 2
    assert set(Sheet.objects.values_list("ended_as", flat=True)) == {"shredded"}
    before = journal.newest(world.practice)
    assert sheets.close_day(world.by_lead, world.site, world.day) == 0
    assert journal.newest(world.practice) == before
    assert_rebuilds(world.practice)


def test_closing_a_day_passes_on_what_the_next_days_paper_lists(world, ensure, sheet_of):
    sheet_of(world.desk1)
    day_before = world.day - timedelta(days=1)
    dawn = at(day_before, "06:00")
    early = [s for s in ensure(day_before, now=dawn) if s.kind == "desk"]
    sheets.printed(early, world.by)
    own = next(s for s in ensure() if s.kind == "desk" and s.desk == world.desk1)
    slot_id = first_row(own).slot_id
    assert sheets.row_of(world.practice, slot_id).sheet in early
    sheets.printed([own], world.by)
    assert sheets.row_of(world.practice, slot_id).sheet in early
    sheets.close_day(world.by_lead, world.site, day_before)
    assert sheets.row_of(world.practice, slot_id).sheet == own
    assert is_kept(first_row(own))


def test_a_receptionist_does_not_close_a_day(world):
    with pytest.raises(NotYours):
        sheets.close_day(world.by, world.site, world.day)


@pytest.mark.parametrize(
    "command",
    [
        lambda sheet, by: sheets.take_in_hand(sheet.reference, by),
        lambda sheet, by: sheets.bin_old(sheet.reference, by),
        lambda sheet, by: sheets.strike_out(sheet.reference, "A3", by),
    ],
)
def test_sheets_are_receptions(world, sheet, command):
    with pytest.raises(NotYours):
        command(sheet, world.by_doctor)
