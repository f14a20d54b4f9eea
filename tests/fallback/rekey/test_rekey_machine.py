"""A sheet of forty rows, two clerks, retries, clashes, late sales, sign-off: in whatever order.

Beside the book stands what is on the paper. Whatever is done, every row has one end at the most,
the sums agree, nothing is applied twice, and whoever is in the book from paper is there by one
entry.
"""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from appointments import booking
from appointments.models import Appointment, Clash, Slot
from appointments.refusals import BookingRefused
from fallback import rekey
from fallback.models import Entry, Sheet, SheetRow
from fallback.rekey import Line
from tests.fallback.rekey.conftest import printed_sheet
from tests.world import World, assert_rebuilds, build

NTH = st.integers(0, 11)
WHAT = st.sampled_from([*Entry.What.values, "booked", "booked", "booked"])


class Clerks(RuleBasedStateMachine):
    """Priya and Tom key Desk 1's sheet, while others go on booking."""

    def __init__(self, world: World, sheet: Sheet):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.world, self.sheet = world, sheet
        self.by = [world.by, world.by2]
        self.patients = [world.ann, world.bob, world.cat]
        self.rows = list(sheet.rows.order_by("place"))
        slots = [row for row in self.rows if row.kind == SheetRow.Kind.SLOT][:6]
        self.slots = [row.slot for row in slots]
        self.rows = slots + [r for r in self.rows if r.kind != SheetRow.Kind.SLOT][::6]
        self.sent = []  # (row, line) as it was sent

    def teardown(self):
        try:
            assert_rebuilds(self.world.practice)
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @rule(number=NTH, what=WHAT, who=NTH, clerk=NTH, other=NTH)
    def key(self, number, what, who, clerk, other):
        row = self.rows[number % len(self.rows)]
        line = Line(
            what=what, reference=uuid.uuid4(), written_at=timezone.now() - timedelta(hours=1),
            patient=self.patients[who % 3].pk, said="as written",
            slot=self.slots[other % len(self.slots)].pk,
        )  # fmt: skip
        self.send(row, line, self.by[clerk % 2])

    @rule(number=NTH, clerk=NTH)
    def send_again(self, number, clerk):
        if self.sent:
            row, line = self.sent[number % len(self.sent)]
            before = Appointment.objects.count(), Entry.objects.count()
            self.send(row, line, self.by[clerk % 2])
            assert (Appointment.objects.count(), Entry.objects.count()) == before

    def send(self, row, line, by):
        try:
            rekey.enter(self.sheet.reference, row.code, line, by)
        except BookingRefused:
            return
        self.sent.append((row, line))

    @rule(number=NTH, clerk=NTH)
    def take_back(self, number, clerk):
        entry = self.nth(Entry.objects.all(), number)
        if entry:
            self.try_to(lambda: rekey.take_back(entry.pk, self.by[clerk % 2]))

    @rule(number=NTH, slot=NTH)
    def fill(self, number, slot):
        entry = self.nth(Entry.objects.filter(what="request", taken_back_at=None), number)
        if entry:
            self.try_to(
                lambda: rekey.fill(entry.pk, self.slots[slot % len(self.slots)].pk, self.by[0])
            )

    @rule(number=NTH)
    def close(self, number):
        entry = self.nth(Entry.objects.filter(end="set_aside", taken_back_at=None), number)
        if entry:
            self.try_to(lambda: rekey.close(entry.pk, "Seen to", self.by[0]))

    @rule(number=NTH, who=NTH)
    def sell_on_screen(self, number, who):
        """A late sale, or the clinical system's: the paper may have sold it too."""
        slot = self.world.slot("10:00") if number > 8 else self.slots[number % len(self.slots)]
        asked = self.world.asks(self.patients[who % 3])
        self.try_to(lambda: booking.book(slot.pk, asked, self.by[1]))

    @rule(number=NTH, outcome=st.sampled_from(["both", "first", "second"]), to=NTH)
    def settle(self, number, outcome, to):
        clash = self.nth(Clash.objects.filter(settled_at=None), number)
        if clash:
            by = self.world.by_lead
            move_to = self.slots[to].pk if to < len(self.slots) else None
            decided = {"decided_by": self.world.lane.pk, "move_to": move_to}
            self.try_to(lambda: booking.settle_clash(clash.pk, outcome, by, "Said so", **decided))

    @rule(number=NTH)
    def cancel(self, number):
        live = Appointment.objects.exclude(status="cancelled")
        if appointment := self.nth(live, number):
            self.try_to(lambda: booking.cancel(appointment.pk, self.by[1], reason="Rang"))

    @rule()
    def sign_off(self):
        left = rekey.sums(self.sheet)
        ended_as = Sheet.objects.get(pk=self.sheet.pk).ended_as
        said = self.try_to(lambda: rekey.sign_off(self.sheet.reference, self.by[0]))
        is_ready = ended_as != Sheet.End.LOST and left.to_do == left.clashes == 0
        assert said == (ended_as == Sheet.End.DONE or is_ready)

    @rule(deed=st.sampled_from(["lose", "find", "find", "let go"]))
    def lose_or_find(self, deed):
        reference, lead = self.sheet.reference, self.world.by_lead
        if deed == "find":
            rekey.found_again(reference, self.by[0])
        elif deed == "let go":
            rekey.give_up_lost(reference, lead)
        else:
            self.try_to(lambda: rekey.declare_lost(reference, lead, "Left on the bus"))

    @invariant()
    def only_a_lost_sheet_leaves_doubt(self):
        lost = Sheet.objects.filter(ended_as=Sheet.End.LOST)
        rows = SheetRow.objects.filter(sheet__in=lost, struck_at=None)
        doubtful = Slot.objects.filter(kept_on=Slot.KeptOn.LOST)
        assert set(doubtful.values_list("pk", flat=True)) <= set(
            rows.values_list("slot", flat=True)
        )
        assert not SheetRow.objects.filter(sheet__in=lost, is_live=True).exists()

    @rule()
    def leave_rest(self):
        if len(self.sent) > 5:
            self.try_to(lambda: rekey.leave_rest(self.sheet.reference, self.by[0]))

    def nth(self, rows, number):
        found = list(rows)
        return found[number % len(found)] if found else None

    def try_to(self, command):
        try:
            command()
        except BookingRefused:
            return False
        return True

    @invariant()
    def the_sums_agree(self):
        left = rekey.sums(self.sheet)
        ended = left.in_book + left.clashes + left.settled + left.set_aside + left.nothing
        assert left.rows == ended + left.to_do
        live = Entry.objects.filter(sheet=self.sheet, taken_back_at=None)
        assert live.count() == live.values("row").distinct().count() == ended

    @invariant()
    def who_is_in_the_book_from_paper_is_there_once(self):
        from_paper = Entry.objects.filter(appointment__isnull=False)
        made = Appointment.objects.filter(
            reference__in=Entry.objects.values("reference"), booked_via="telephone"
        )
        assert made.count() <= from_paper.count()
        for entry in from_paper.filter(end="clash"):
            assert entry.clash is not None

    @invariant()
    def a_keyed_row_sells_no_more(self):
        keyed = Entry.objects.filter(taken_back_at=None).exclude(end="set_aside").values("row")
        assert not SheetRow.objects.filter(pk__in=keyed, is_live=True).exists()


@pytest.fixture
def world(db) -> World:
    return build()


def run(world: World, examples: int, steps: int):
    sheet = printed_sheet(world)
    run_state_machine_as_test(
        lambda: Clerks(world, sheet),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )


def test_every_row_ends_in_one_way(world):
    run(world, examples=40, steps=15)


@pytest.mark.soak
def test_every_row_ends_in_one_way_for_long(world):
    run(world, examples=1000, steps=40)
