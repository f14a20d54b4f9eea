"""Sharing out against the book: what is held, topped up, let go, and what never is."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from appointments import booking, journal, practices, sessions
from appointments.models import Appointment, Desk, Session, Slot, SlotType
from appointments.refusals import NotYours, SlotKept
from fallback import allotments, plans, sheets
from fallback.models import Prepared
from tests.world import World, assert_rebuilds, at, build


def share_out(world: World, **when) -> int:
    return allotments.share_out(world.practice, world.site, world.day, **when)


def kept(session: Session | None = None) -> list[tuple[str, str, str]]:
    """Which slots are held: their time, the desk, and on what."""
    slots = Slot.objects.filter(kept_by__isnull=False).select_related("kept_by")
    if session is not None:
        slots = slots.filter(session=session)
    return [
        (f"{timezone.localtime(s.starts_at):%H:%M}", s.kept_by.name, s.kept_on)
        for s in slots.order_by("starts_at")
    ]


def print_sheets(world: World) -> list:
    made = sheets.ensure(
        world.practice, world.site, world.day, print_number=1, journal=1, now=timezone.now()
    )
    desk_sheets = [sheet for sheet in made if sheet.kind == "desk"]
    sheets.printed(desk_sheets, world.by)
    return desk_sheets


def book_all(world: World, session: Session) -> None:
    """Sell every slot of a session that any desk may book."""
    for slot in session.slots.filter(kept_by=None):
        if not Appointment.objects.filter(slot=slot).exists():
            booking.book(slot.pk, world.asks(world.ann), world.by)


def test_each_session_has_its_latest_two_held_one_on_screen_and_one_on_paper(world):
    assert share_out(world) == 4
    assert Counter(on for *_, on in kept()) == {"screen": 2, "paper": 2}
    assert [time for time, *_ in kept(world.morning)] == ["11:40", "11:50"]
    assert [time for time, *_ in kept(world.clinic)] == ["11:30", "11:45"]
    assert Counter((desk, on) for _, desk, on in kept()) == {
        ("Desk 1", "screen"): 1, ("Desk 1", "paper"): 1,
        ("Desk 2", "screen"): 1, ("Desk 2", "paper"): 1,
    }  # fmt: skip


def test_shared_out_twice_writes_nothing(world):
    share_out(world)
    before = journal.newest(world.practice)
    assert share_out(world) == 0
    assert journal.newest(world.practice) == before


def test_a_sharing_out_is_one_entry_that_touches_the_day(world):
    before = journal.newest(world.practice)
    share_out(world)
    entries = list(journal.since(world.practice, before))
    assert [(entry.command, entry.by) for entry in entries] == [("share_out", None)]
    touched = {(t.site_id, t.day) for t in entries[0].touches.all()}
    assert touched == {(world.site.pk, world.day)}
    assert_rebuilds(world.practice)


def test_shares_are_a_setting(world):
    plans.change_plan(world.by_manager, shares_on_screen=0, shares_on_paper=3)
    share_out(world)
    assert [on for *_, on in kept(world.morning)] == ["paper"] * 3
    plans.change_plan(world.by_manager, shares_on_paper=1)
    assert share_out(world) == 4
    assert [on for *_, on in kept()] == ["paper"] * 2


def test_a_slot_that_a_desk_sells_from_its_own_is_topped_up(world):
    share_out(world)
    own = Slot.objects.get(kept_by=world.desk1, kept_on="screen")
    booking.book(own.pk, world.asks(world.ann), world.by)
    assert share_out(world) == 1
    assert Counter(on for *_, on in kept()) == {"screen": 2, "paper": 2}


def test_held_slots_go_one_by_one_once_a_session_is_otherwise_full(world):
    share_out(world)
    book_all(world, world.morning)
    assert len(kept(world.morning)) == 2
    assert share_out(world) == 1
    assert [on for *_, on in kept(world.morning)] == ["paper"]
    assert share_out(world) == 0
    book_all(world, world.morning)
    assert share_out(world) == 1
    assert kept(world.morning) == []
    book_all(world, world.morning)
    assert share_out(world) == 0
    assert world.morning.slots.count() == 12 == Appointment.objects.count()


def test_a_slot_on_a_printed_sheet_never_goes_by_itself(world):
    share_out(world)
    print_sheets(world)
    on_paper = set(Slot.objects.filter(kept_on="paper"))
    for session in (world.morning, world.clinic):
        for _ in range(4):
            book_all(world, session)
            share_out(world)
    assert set(Slot.objects.filter(kept_by__isnull=False)) == on_paper
    sessions.cancel_session(world.by, world.morning.pk, "ill")
    assert share_out(world) == 0
    assert set(Slot.objects.filter(kept_by__isnull=False)) == on_paper


def test_a_cancelled_session_holds_nothing_that_is_not_printed(world):
    share_out(world)
    sessions.cancel_session(world.by, world.morning.pk, "ill")
    assert share_out(world) == 2
    assert kept(world.morning) == []
    sessions.reopen_session(world.by, world.morning.pk)
    assert share_out(world) == 2


def test_what_somebody_has_in_hand_is_neither_dealt_nor_let_go(world):
    last = world.slot("11:50")
    booking.hold(last.pk, world.by)
    share_out(world)
    assert "11:50" not in [time for time, *_ in kept(world.morning)]
    booking.release(last.pk, world.by)
    screen = world.morning.slots.get(kept_on="screen")
    holder = {world.desk1.pk: world.by, world.desk2.pk: world.by2}[screen.kept_by_id]
    booking.hold(screen.pk, holder)
    plans.change_plan(world.by_manager, shares_on_screen=0)
    share_out(world)
    screen.refresh_from_db()
    assert screen.kept_by_id == holder.desk.pk


def test_blocked_removed_and_past_slots_are_not_dealt(world):
    sessions.block(world.by, [world.slot("11:50").pk], "coffee")
    sessions.remove_slots(world.by, [world.slot("11:40").pk])
    share_out(world, now=at(world.day, "11:35"))  # 11:30 has begun: nothing is left to deal
    assert kept(world.morning) == []
    share_out(world)
    assert [time for time, *_ in kept(world.morning)] == ["11:20", "11:30"]


def test_types_for_urgent_cases_are_not_dealt_and_embargoed_ones_are(world):
    urgent = practices.add_slot_type(world.by_manager, name="Urgent")
    later = practices.add_slot_type(
        world.by_manager, name="Day before", release=SlotType.Release.HOURS_BEFORE, release_hours=1
    )
    ids = [world.slot("11:50").pk, world.slot("11:40").pk]
    sessions.change_type(world.by, ids, urgent.pk, "face_to_face")
    sessions.change_type(world.by, [world.slot("11:30").pk], later.pk, "face_to_face")
    share_out(world)
    assert [time for time, *_ in kept(world.morning)] == ["11:20", "11:30"]
    plans.deal_type(world.by_manager, urgent.pk, True)
    plans.deal_type(world.by_manager, later.pk, False)
    share_out(world)
    assert "11:30" not in [time for time, *_ in kept(world.morning)]


def test_a_site_without_desks_is_sold_by_the_main_sites(world):
    Session.objects.update(site=world.branch)
    allotments.share_out(world.practice, world.branch, world.day)
    assert {desk for _, desk, _ in kept()} == {"Desk 1", "Desk 2"}
    left = allotments.left_to_sell(world.practice, world.site, world.day)
    assert [(one.on_screen, one.on_paper) for one in left.values()] == [(1, 1), (1, 1)]


def test_a_sites_own_desks_sell_its_slots(world):
    desk = practices.add_desk(world.by_manager, world.branch.pk)
    Session.objects.filter(pk=world.clinic.pk).update(site=world.branch)
    allotments.share_out(world.practice, world.branch, world.day)
    assert {name for _, name, _ in kept()} == {desk.name}


def test_what_a_desk_had_goes_to_the_others_when_it_is_not_in_use_any_more(world):
    share_out(world)
    Desk.objects.filter(pk=world.desk2.pk).update(closed_on=world.day)
    share_out(world)
    assert {name for _, name, _ in kept()} == {"Desk 1"}
    assert Counter(on for *_, on in kept()) == {"screen": 2, "paper": 2}
    assert share_out(world) == 0


def test_what_days_gone_by_left_over_is_let_go_of_on_the_next_day(world):
    share_out(world)
    tomorrow = at(world.day, "08:00") + timedelta(days=1)
    allotments.share_out(world.practice, world.site, tomorrow.date(), now=tomorrow)
    assert kept() == []


def test_another_practices_slots_are_left_alone(world):
    other = build("G82002", home=False)
    share_out(world)
    assert not Slot.objects.filter(practice=other.practice, kept_by__isnull=False).exists()


def test_few_queries_however_many_slots(world):
    share_out(world)
    with CaptureQueriesContext(connection) as asked:
        share_out(world)
    assert len(asked) <= 11


def test_prepare_deals_all_that_is_free_and_what_comes_free_later(world):
    made = booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    assert allotments.share_out_all(world.by_lead, world.site, [world.day]) == 19
    assert not Slot.objects.filter(kept_by=None).exclude(pk=world.slot("10:00").pk).exists()
    assert Counter(on for *_, on in kept()) == {"paper": 10, "screen": 9}
    assert share_out(world) == 0
    booking.cancel(made.pk, world.by)
    assert share_out(world) == 1
    assert allotments.share_out_all(world.by_lead, world.site, [world.day]) == 0
    assert Prepared.objects.count() == 1
    assert_rebuilds(world.practice)


def test_a_day_that_is_closed_is_an_ordinary_day_again(world):
    allotments.share_out_all(world.by_lead, world.site, [world.day])
    sheets.close_day(world.by_lead, world.site, world.day)
    share_out(world)
    assert Counter(on for *_, on in kept()) == {"screen": 2, "paper": 2}


def test_a_receptionist_does_not_prepare(world):
    with pytest.raises(NotYours):
        allotments.share_out_all(world.by, world.site, [world.day])


def test_left_to_sell_counts_what_is_not_sold_and_not_over(world):
    assert allotments.left_to_sell(world.practice, world.site, world.day) == {
        world.desk1.pk: (world.desk1, 0, 0), world.desk2.pk: (world.desk2, 0, 0)
    }  # fmt: skip
    share_out(world)
    own = Slot.objects.get(kept_by=world.desk1, kept_on="screen")
    booking.book(own.pk, world.asks(world.ann), world.by)
    left = allotments.left_to_sell(world.practice, world.site, world.day)
    assert left == {world.desk1.pk: (world.desk1, 0, 1), world.desk2.pk: (world.desk2, 1, 1)}


@pytest.mark.parametrize("on", ["screen", "paper"])
def test_what_nobody_could_sell_is_taken_in_one_step_and_is_in_hand(world, on):
    share_out(world)
    slot = Slot.objects.filter(kept_by=world.desk2, kept_on=on).first()
    taken = allotments.take(slot.pk, world.by)
    assert (taken.kept_by, taken.hold.desk) == (None, world.desk1)
    share_out(world)
    slot.refresh_from_db()
    assert slot.kept_by is None  # in hand: it is not dealt again under the receptionist's nose
    booking.book(slot.pk, world.asks(world.ann), world.by)
    assert_rebuilds(world.practice)


def test_taking_twice_writes_nothing(world):
    share_out(world)
    slot = Slot.objects.filter(kept_by=world.desk2).first()
    allotments.take(slot.pk, world.by)
    before = journal.newest(world.practice)
    allotments.take(slot.pk, world.by)
    assert journal.newest(world.practice) == before


def test_what_is_printed_is_not_taken_and_the_sentence_says_where_it_stands(world):
    share_out(world)
    sheet = next(s for s in print_sheets(world) if s.desk == world.desk2)
    row = sheet.rows.get(kind="slot")
    with pytest.raises(SlotKept) as refused:
        allotments.take(row.slot_id, world.by)
    assert f"row {row.code} of Desk 2's sheet {sheets.shown(sheet)}" in refused.value.sentence


def test_a_desks_own_copy_is_not_taken_from(world, monkeypatch):
    share_out(world)
    slot = Slot.objects.filter(kept_by=world.desk2, kept_on="screen").first()
    for module in ("commands", "reading"):
        monkeypatch.setattr(f"fallback.allotments.{module}.acknowledged", lambda ids: {slot.pk})
    with pytest.raises(SlotKept, match="kept"):
        allotments.take(slot.pk, world.by)
    plans.change_plan(world.by_manager, shares_on_screen=0)
    share_out(world)
    slot.refresh_from_db()
    assert slot.kept_by == world.desk2


def test_a_clinician_takes_no_slot(world):
    share_out(world)
    with pytest.raises(NotYours):
        allotments.take(Slot.objects.filter(kept_by=world.desk1).first().pk, world.by_doctor)
