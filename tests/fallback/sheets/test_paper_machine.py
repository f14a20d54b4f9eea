"""Desks, prints and reprints, sales and cancellations, in whatever order: no slot in two hands.

Beside the book stands what lies on the desks: which sheets are on real paper there, and which of
their rows a pen has gone through. From that follows what a desk that is cut off could sell. The
book must never sell one of those slots to somebody else, unless the outage lead took it away with
a reason: that makes a clash, which people settle.
"""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from appointments import booking, journal, sessions
from appointments.models import Appointment, Session, Slot
from appointments.refusals import BookingRefused
from fallback import allotments, sheets
from fallback.models import Sheet, SheetRow
from tests.world import World, assert_rebuilds, at, build

DESKS = st.integers(0, 1)
DAYS = st.integers(0, 1)
NTH = st.integers(0, 9)


class Paper(RuleBasedStateMachine):
    """Two desks, two days: Dr Lane's six slots on the first, Sister Webb's five on the next."""

    def __init__(self, world: World):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.world = world
        self.days = [world.day, world.day + timedelta(days=1)]
        self.sessions = [world.morning, world.clinic]
        self.slots = list(Slot.objects.filter(removed_at=None).order_by("starts_at"))
        self.by = [world.by, world.by2]
        self.paper = {}  # sheet -> {slot: code} that a pen has not gone through, on real paper
        self.taken_away = set()  # slots that the lead let go of over the desk's head

    def teardown(self):
        try:
            self.the_journal_rebuilds()  # what was true at each step is in it: once is enough
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    # --- what the keeper does -------------------------------------------------------------------

    @initialize(printed=st.sets(NTH, max_size=3))
    def begin(self, printed):
        """The day has begun: sheets are there (see `world`), and some of them are printed."""
        for number in printed:
            self.print_one(number)

    @rule(day=DAYS)
    def share_out(self, day):
        before = journal.newest(self.world.practice)
        allotments.share_out(self.world.practice, self.world.site, self.days[day])
        assert journal.newest(self.world.practice) <= before + 1
        assert allotments.share_out(self.world.practice, self.world.site, self.days[day]) == 0

    @rule(day=DAYS)
    def make(self, day):
        made = self.ensure(day)
        before = journal.newest(self.world.practice)
        assert self.ensure(day) == made
        assert journal.newest(self.world.practice) == before

    @rule()
    def prepare(self):
        allotments.share_out_all(self.world.by_lead, self.world.site, self.days[:1])

    def ensure(self, day):
        return ensure(self.world, self.days[day])

    # --- what people do with paper --------------------------------------------------------------

    @rule(number=NTH)
    def print_one(self, number):
        if sheet := self.nth(self.live_sheets(), number):
            try:
                sheets.printed([sheet], self.by[0])
            except BookingRefused:
                return
            self.is_on_paper(sheet)

    @rule(number=NTH, does_as_told=st.booleans())
    def take_in_hand(self, number, does_as_told):
        if sheet := self.nth(self.live_sheets(), number):
            said = sheets.take_in_hand(sheet.reference, self.by[0])
            self.is_on_paper(sheet)
            codes = [one.split()[3] for one in said if one.startswith("Strike out row ")]
            for code in codes:
                (slot,) = [slot for slot, c in self.paper[sheet.pk].items() if c == code]
                if does_as_told:
                    own = next(by for by in self.by if by.desk.pk == sheet.desk_id)
                    sheets.strike_out(sheet.reference, code, own)
                    self.strike_on_paper(sheet.pk, code)
                elif not Slot.objects.filter(
                    pk=slot, kept_by=sheet.desk_id, kept_on="paper"
                ).exists():  # of a cancelled session it may still be held
                    self.taken_away.add(slot)

    @rule(number=NTH)
    def bin(self, number):
        if sheet := self.nth(self.live_sheets(), number):
            try:
                sheets.bin_old(sheet.reference, self.by[0])
            except BookingRefused:
                return
            self.is_gone([sheet.pk])

    @rule(number=NTH, row=NTH, desk=DESKS)
    def strike_out(self, number, row, desk):
        printed = [sheet for sheet in self.live_sheets() if self.paper.get(sheet.pk)]
        if sheet := self.nth(printed, number):
            slot, code = self.nth(sorted(self.paper[sheet.pk].items(), key=str), row)
            try:
                sheets.strike_out(sheet.reference, code, self.by[desk])
            except BookingRefused:
                assert self.by[desk].desk.pk != sheet.desk_id
                return
            assert self.by[desk].desk.pk == sheet.desk_id
            self.strike_on_paper(sheet.pk, code)
            held = Slot.objects.get(pk=slot).kept_by_id
            assert (held is None) == (slot not in self.on_paper() or slot in self.taken_away)

    @rule(day=DAYS)
    def close(self, day):
        there = [s.pk for s in self.live_sheets() if s.day == self.days[day] and s.printed_at]
        assert sheets.close_day(self.world.by_lead, self.world.site, self.days[day]) == len(there)
        self.is_gone(there)

    # --- what desks do on their screens ---------------------------------------------------------

    @rule(number=NTH, desk=DESKS)
    def book(self, number, desk):
        slot = self.slots[number % len(self.slots)]
        before = Slot.objects.get(pk=slot.pk)
        try:
            booking.book(slot.pk, self.world.asks(self.world.ann), self.by[desk])
        except BookingRefused:
            return
        assert before.kept_on != "paper"
        assert before.kept_by_id in (None, self.by[desk].desk.pk)

    @rule(day=DAYS)
    def sell_out(self, day):
        free = {slot.pk for slot in self.sessions[day].slots.filter(kept_by=None, removed_at=None)}
        for number, slot in enumerate(self.slots):
            if slot.pk in free:
                self.book(number, desk=0)
        self.share_out(day)

    @rule(number=NTH)
    def cancel(self, number):
        live = Appointment.objects.filter(practice=self.world.practice, status="booked")
        if one := self.nth(list(live.order_by("slot__starts_at")), number):
            booking.cancel(one.pk, self.by[0])

    @rule(number=NTH, desk=DESKS)
    def take(self, number, desk):
        slot = self.slots[number % len(self.slots)]
        held = Slot.objects.get(pk=slot.pk).kept_by_id is not None
        try:
            allotments.take(slot.pk, self.by[desk])
        except BookingRefused:
            assert slot.pk in self.on_paper()
            return
        assert not held or slot.pk not in self.on_paper()

    @rule(number=NTH)
    def put_back(self, number):
        """The booking form is closed again."""
        slot = self.slots[number % len(self.slots)]
        for by in self.by:
            booking.release(slot.pk, by)

    @rule(number=NTH)
    def let_go_over_the_desks_head(self, number):
        slot = self.slots[number % len(self.slots)]
        booking.let_go([slot.pk], self.world.by_lead, "urgent")
        if slot.pk in self.on_paper():
            self.taken_away.add(slot.pk)

    @rule(day=DAYS)
    def cancel_session(self, day):
        sessions.cancel_session(self.by[0], self.sessions[day].pk, "ill")
        self.share_out(day)

    @precondition(lambda self: Session.objects.filter(cancelled_at__isnull=False).exists())
    @rule(day=DAYS)
    def reopen_session(self, day):
        sessions.reopen_session(self.by[0], self.sessions[day].pk)

    # --- the desks' tops ------------------------------------------------------------------------

    def live_sheets(self):
        live = Sheet.objects.filter(practice=self.world.practice, kind="desk", ended_at=None)
        return list(live.order_by("day", "desk__number", "made_at", "pk"))

    def nth(self, things, number):
        return things[number % len(things)] if things else None

    def is_on_paper(self, sheet):
        if sheet.pk not in self.paper:
            rows = SheetRow.objects.filter(sheet=sheet, kind="slot")
            self.paper[sheet.pk] = {row.slot_id: row.code for row in rows if row.struck_at is None}

    def strike_on_paper(self, sheet_id, code):
        own = self.paper[sheet_id]
        self.paper[sheet_id] = {slot: c for slot, c in own.items() if c != code}

    def is_gone(self, sheet_ids):
        for pk in sheet_ids:
            self.paper.pop(pk, None)
        self.taken_away &= self.on_paper()

    def on_paper(self):
        """What desks that are cut off could sell this minute."""
        return {slot for rows in self.paper.values() for slot in rows}

    # --- what is always true --------------------------------------------------------------------

    @invariant()
    def no_slot_is_on_the_paper_of_two_desks(self):
        desk_of = dict(Sheet.objects.filter(pk__in=self.paper).values_list("pk", "desk_id"))
        sellers = {}
        for sheet_id, rows in self.paper.items():
            for slot in rows:
                sellers.setdefault(slot, set()).add(desk_of[sheet_id])
        assert all(len(desks) == 1 for desks in sellers.values())

    @invariant()
    def what_is_on_paper_is_sold_nowhere_else(self):
        sellable = self.on_paper() - self.taken_away
        held = Slot.objects.filter(pk__in=sellable, kept_on="paper").values_list("pk", flat=True)
        assert set(held) == sellable
        booked = Appointment.objects.filter(slot__in=sellable).exclude(status="cancelled")
        assert not booked.exists()

    @invariant()
    def a_slot_is_live_on_one_sheet_and_paper_goes_before_files(self):
        live = list(
            SheetRow.objects.filter(practice=self.world.practice, is_live=True).select_related(
                "sheet"
            )
        )
        assert len({row.slot_id for row in live}) == len(live)
        assert all(row.sheet.ended_at is None and row.struck_at is None for row in live)
        by_paper = {row.slot_id for row in live if row.sheet.printed_at is not None}
        assert by_paper == self.on_paper()

    def the_journal_rebuilds(self):
        assert_rebuilds(self.world.practice)
        rebuilt = journal.rebuild(self.world.practice)
        for model in (Sheet, SheetRow):
            rows = model.objects.filter(practice=self.world.practice)
            now = {str(row.pk): journal.quoted(row) for row in rows}
            assert rebuilt.get(model._meta.model_name, {}) == now

    @rule()
    def the_keeper_goes_round(self):
        """After a whole round everything that is held on paper stands on a sheet, live."""
        for day in (0, 1):
            allotments.share_out(self.world.practice, self.world.site, self.days[day])
        for day in (0, 1):
            self.ensure(day)
        held = Slot.objects.filter(kept_on="paper").values_list("pk", "kept_by_id")
        live = SheetRow.objects.filter(is_live=True).values_list("slot_id", "sheet__desk_id")
        assert set(held) <= set(live)
        taken = set(live) - set(held)  # the lead took it away, and it is on paper all the same
        assert {slot for slot, _ in taken} <= self.taken_away


@pytest.fixture
def world(db) -> World:
    """Few slots, so that sessions fill up, on two days; written so that the book rebuilds."""
    world = build()
    later = at(world.day + timedelta(days=1), "10:00")
    lane, webb = world.morning.slots.all(), world.clinic.slots.all()
    with journal.writing(world.by, "amend") as entry:
        for slot in [*lane[6:], *webb[5:]]:
            entry.change(slot, removed_at=entry.at)
        for slot in webb[:5]:
            entry.change(slot, starts_at=slot.starts_at + timedelta(days=1))
        ends = later + timedelta(hours=2)
        entry.change(world.clinic, day=later.date(), starts_at=later, ends_at=ends)
        entry.touch_everything()
    for day in (world.day, later.date()):
        allotments.share_out(world.practice, world.site, day)
    for day in (world.day, later.date()):
        ensure(world, day)
    return world


def ensure(world: World, day: date) -> list[Sheet]:
    number, now = journal.newest(world.practice), timezone.now()
    return sheets.ensure(world.practice, world.site, day, print_number=1, journal=number, now=now)


def run(world: World, examples: int, steps: int):
    run_state_machine_as_test(
        lambda: Paper(world),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )


def test_no_slot_is_in_two_hands(world):
    run(world, examples=100, steps=8)


@pytest.mark.soak
def test_no_slot_is_in_two_hands_for_long(world):
    run(world, examples=2000, steps=40)
