"""Sheets as files: made, left as they are, made anew where rows differ."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from appointments import booking, journal, practices, sessions
from appointments.models import Session, Slot
from fallback import allotments, codes, sheets
from fallback.models import Sheet, SheetRow
from tests.world import assert_rebuilds, at

Kind, End = Sheet.Kind, Sheet.End


def desk_sheets(made):
    return {sheet.desk.name: sheet for sheet in made if sheet.kind == Kind.DESK}


def slot_ids(sheet):
    return [row.slot_id for row in sheet.rows.all() if row.kind == "slot"]


def live(slot_id):
    return SheetRow.objects.filter(slot=slot_id, is_live=True).select_related("sheet").first()


def test_each_desk_has_a_sheet_of_its_own_slots_and_each_session_a_running_list(world, ensure):
    allotments.share_out(world.practice, world.site, world.day)
    made = ensure()
    own = desk_sheets(made)
    assert list(own) == ["Desk 1", "Desk 2"]
    for sheet in own.values():
        held = Slot.objects.filter(kept_by=sheet.desk, kept_on="paper")
        assert slot_ids(sheet) == [slot.pk for slot in held]
        assert all(live(pk).sheet == sheet for pk in slot_ids(sheet))
        assert codes.is_right(sheet.reference)
        assert (sheet.print_number, sheet.journal) == (1042, journal.newest(world.practice) - 1)
    running = [sheet for sheet in made if sheet.kind == Kind.RUNNING]
    assert {sheet.session for sheet in running} == {world.morning, world.clinic}
    assert {sheet.desk for sheet in running} == {world.desk1, world.desk2}
    for sheet in running:
        rows = list(sheet.rows.all())
        assert [row.slot_id for row in rows] == [slot.pk for slot in sheet.session.slots.all()]
        assert {row.kind for row in rows} == {"listed"}
    assert_rebuilds(world.practice)


def test_rows_are_numbered_by_codes_in_the_order_of_the_page(world, sheet_of):
    rows = list(sheet_of(world.desk1).rows.all())
    assert [row.code for row in rows] == [codes.row_code(n) for n in range(1, len(rows) + 1)]
    assert len(rows) == 41
    assert rows[0].section == "Routine, face to face"


def test_made_twice_is_made_once_and_asks_little(world, ensure):
    allotments.share_out(world.practice, world.site, world.day)
    first, before = ensure(), journal.newest(world.practice)
    with CaptureQueriesContext(connection) as asked:
        again = ensure()
    assert again == first
    assert journal.newest(world.practice) == before
    assert Sheet.objects.count() == 4
    assert len(asked) <= 14


def test_making_sheets_does_not_make_the_day_stale(world, ensure):
    allotments.share_out(world.practice, world.site, world.day)
    before = journal.newest_for(world.practice.pk, world.site.pk, world.day)
    sheets.printed(ensure(), world.by)
    assert journal.newest_for(world.practice.pk, world.site.pk, world.day) == before


def test_a_booking_changes_no_sheet(world, ensure):
    allotments.share_out(world.practice, world.site, world.day)
    first = ensure()
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    assert ensure() == first


def test_only_the_sheet_whose_rows_differ_is_made_anew_and_the_file_before_ends(world, ensure):
    allotments.share_out(world.practice, world.site, world.day)
    before = desk_sheets(ensure())
    slot_id = slot_ids(before["Desk 1"])[0]
    allotments.take(slot_id, world.by)
    after = desk_sheets(ensure())
    assert after["Desk 2"] == before["Desk 2"]
    assert after["Desk 1"] != before["Desk 1"]
    old = Sheet.objects.get(pk=before["Desk 1"].pk)
    assert (old.ended_as, old.replaced_by) == (End.REPLACED, after["Desk 1"])
    assert old.ended_at is not None
    assert not SheetRow.objects.filter(sheet=old, is_live=True).exists()
    assert sheets.row_of(world.practice, slot_id) is None
    assert_rebuilds(world.practice)


def test_a_printed_sheet_stays_beside_the_newer_file_and_keeps_its_rows(world, ensure, sheet_of):
    old = sheet_of(world.desk1)
    sheets.printed([old], world.by)
    more = booking.keep([world.slot("10:00").pk], world.desk1, "paper", world.by)
    assert more == 1
    new = desk_sheets(ensure())["Desk 1"]
    assert new != old
    assert Sheet.objects.get(pk=old.pk).ended_at is None
    assert set(slot_ids(new)) == {*slot_ids(old), world.slot("10:00").pk}
    assert {live(pk).sheet for pk in slot_ids(old)} == {old}
    assert live(world.slot("10:00").pk).sheet == new


def test_a_printed_sheet_with_a_row_struck_out_is_as_good_as_a_new_one(world, ensure, sheet_of):
    sheet = sheet_of(world.desk1)
    booking.keep([world.slot("10:00").pk], world.desk1, "paper", world.by)
    sheet = desk_sheets(ensure())["Desk 1"]
    sheets.printed([sheet], world.by)
    sheets.strike_out(sheet.reference, "A3", world.by)
    assert desk_sheets(ensure())["Desk 1"] == sheet


def test_a_file_that_the_print_makes_needless_ends(world, ensure, sheet_of):
    old = sheet_of(world.desk1)
    sheets.printed([old], world.by)
    extra = world.slot("10:00").pk
    booking.keep([extra], world.desk1, "paper", world.by)
    file = desk_sheets(ensure())["Desk 1"]
    allotments.take(extra, world.by)
    assert desk_sheets(ensure())["Desk 1"] == old
    assert Sheet.objects.get(pk=file.pk).replaced_by == old


def test_a_row_whose_slot_is_over_is_no_reason_for_a_new_sheet(world, ensure, sheet_of):
    sheet = sheet_of(world.desk1)
    evening = at(world.day, "18:00")
    assert desk_sheets(ensure(now=evening))["Desk 1"] == sheet


def test_a_sheet_goes_on_with_the_next_days_rows_live_on_the_first(world, ensure):
    later = world.day + timedelta(days=2)
    for session in (world.morning, world.clinic):
        day = at(later, "10:00")
        moved = session.slots.first().starts_at
        Session.objects.filter(pk=session.pk).update(
            day=later, starts_at=day, ends_at=day + timedelta(hours=2)
        )
        for slot in session.slots.all():
            Slot.objects.filter(pk=slot.pk).update(starts_at=slot.starts_at + (day - moved))
    allotments.share_out(world.practice, world.site, later)
    own = desk_sheets(ensure(later))["Desk 1"]
    (slot_id,) = slot_ids(own)
    assert live(slot_id).sheet == own
    earlier = desk_sheets(ensure())["Desk 1"]
    assert slot_ids(earlier) == [slot_id]
    assert live(slot_id).sheet == earlier
    sheets.printed([own], world.by)  # real paper goes before a file, whichever day it is for
    assert live(slot_id).sheet == own


def test_the_files_of_days_gone_by_end_when_today_is_made(world, ensure, sheet_of):
    old = sheet_of(world.desk1)
    next_day = world.day + timedelta(days=1)
    ensure(next_day, now=at(next_day, "07:00"))
    old.refresh_from_db()
    assert old.ended_as == End.REPLACED
    assert not SheetRow.objects.filter(is_live=True).exists()


def test_a_cancelled_sessions_running_list_ends_and_a_removed_slot_makes_it_anew(world, ensure):
    before = {s.session: s for s in ensure() if s.kind == Kind.RUNNING}
    sessions.cancel_session(world.by, world.clinic.pk, "ill")
    sessions.remove_slots(world.by, [world.slot("11:50").pk])
    after = {s.session: s for s in ensure() if s.kind == Kind.RUNNING}
    assert list(after) == [world.morning]
    assert after[world.morning] != before[world.morning]
    assert after[world.morning].desk == before[world.morning].desk
    assert Sheet.objects.get(pk=before[world.clinic].pk).ended_as == End.REPLACED


def test_a_desk_that_is_closed_has_no_sheet_any_more(world, ensure, sheet_of):
    old = sheet_of(world.desk2)
    booking.let_go(slot_ids(old), world.by_lead, "the desk goes")
    booking.let_go(
        list(Slot.objects.filter(kept_by=world.desk2).values_list("pk", flat=True)),
        world.by_lead,
        "the desk goes",
    )
    practices.close_desk(world.desk2.pk, world.by_manager)
    made = ensure()
    assert list(desk_sheets(made)) == ["Desk 1"]
    assert {sheet.desk for sheet in made} == {world.desk1}
    old.refresh_from_db()
    assert old.ended_as == End.REPLACED


def test_a_site_without_desks_has_running_lists_at_the_main_sites(world, ensure):
    Session.objects.filter(pk=world.clinic.pk).update(site=world.branch)
    made = ensure(site=world.branch)
    assert [(sheet.kind, sheet.desk) for sheet in made] == [(Kind.RUNNING, world.desk1)]
    allotments.share_out(world.practice, world.branch, world.day)
    own = desk_sheets(ensure())["Desk 1"]
    assert "Routine, face to face, Hill Branch" in {row.section for row in own.rows.all()}


def test_the_database_lets_a_slot_be_live_on_one_sheet_only(world, sheet_of):
    row = sheet_of(world.desk1).rows.get(kind="slot")
    other = sheet_of(world.desk2).rows.get(kind="slot")
    with pytest.raises(IntegrityError), transaction.atomic():
        SheetRow.objects.filter(pk=other.pk).update(slot=row.slot_id)
