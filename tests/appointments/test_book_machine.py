"""Two desks do whatever they like in whatever order; the book stays true (Hypothesis).

The model beside the book is as simple as a paper diary: who is in which slot, who has it in hand,
who keeps it. The book must agree with it after every step, and so must the journal.
"""

import uuid

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from appointments import booking, diary, journal
from appointments.diary import following, reading
from appointments.models import Appointment, Slot
from appointments.refusals import BookingRefused
from tests.world import assert_rebuilds, build

SLOTS = st.integers(0, 3)
DESKS = st.integers(0, 1)
PATIENTS = st.integers(0, 2)
NTH = st.integers(0, 5)


class Book(RuleBasedStateMachine):
    """Slots 10:00 to 10:30 of Dr Lane, two desks, three patients."""

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.world = build(f"X{uuid.uuid4().hex[:8]}", home=False)
        self.slots = list(self.world.morning.slots.all()[:4])
        self.after = self.world.morning.slots.all()[4]
        self.by = [self.world.by, self.world.by2]
        self.desks = [self.world.desk1, self.world.desk2]
        self.patients = [self.world.ann, self.world.bob, self.world.cat]
        with journal.writing(self.world.by, "amend") as entry:  # two patients of one name
            entry.change(self.world.bob, family_name="Baker", given_name="Ann")
            entry.touch_everything()
        self.sent = []  # (slot, what was asked for, desk) of every booking that was answered
        self.kept = {}  # slot -> desk
        self.held = {}  # slot -> desk
        self.places = {}  # appointment -> set of slots, while it lives

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def taken(self):
        return {slot for places in self.places.values() for slot in places}

    def open_to(self, slot, desk):
        return (
            slot not in self.taken()
            and self.kept.get(slot, desk) == desk
            and self.held.get(slot, desk) == desk
        )

    def use_up(self, slots):
        self.held = {s: d for s, d in self.held.items() if s not in slots}
        self.kept = {s: d for s, d in self.kept.items() if s not in slots}

    def nth(self, number):
        living = sorted(self.places, key=str)
        return living[number % len(living)] if living else None

    @rule(slot=SLOTS, desk=DESKS, patient=PATIENTS, double=st.booleans())
    def book(self, slot, desk, patient, double):
        wanted = self.world.asks(self.patients[patient], double=double)
        needed = {slot, slot + 1} if double else {slot}
        possible = all(self.open_to(one, desk) for one in needed if one < 4)
        if 4 in needed:
            possible = possible and 4 not in self.taken()
        try:
            made = booking.book(self.slots[slot].pk, wanted, self.by[desk])
        except BookingRefused:
            assert not possible
            return
        assert possible
        self.places[made.pk] = needed
        self.use_up(needed)
        self.sent.append((slot, wanted, desk, made.pk))

    @rule(number=NTH)
    def send_again(self, number):
        if self.sent:
            slot, wanted, desk, first = self.sent[number % len(self.sent)]
            before = journal.newest(self.world.practice)
            again = booking.book(self.slots[slot].pk, wanted, self.by[desk])
            assert again.pk == first
            assert journal.newest(self.world.practice) == before

    @rule(number=NTH, desk=DESKS)
    def cancel(self, number, desk):
        if one := self.nth(number):
            booking.cancel(one, self.by[desk])
            del self.places[one]

    @rule(number=NTH, slot=SLOTS, desk=DESKS)
    def move(self, number, slot, desk):
        one = self.nth(number)
        if one is None:
            return
        own = self.places[one]
        needed = {slot + n for n in range(len(own))}
        others = self.taken() - own
        possible = min(own) == slot or all(
            n not in others
            and (n == 4 or self.kept.get(n, desk) == desk)
            and (n == 4 or self.held.get(n, desk) == desk)
            for n in needed
        )
        try:
            booking.move(one, self.slots[slot].pk, self.by[desk])
        except BookingRefused:
            assert not possible
            return
        assert possible
        if min(own) != slot:
            self.use_up(needed)
        self.places[one] = needed

    @rule(number=NTH, desk=DESKS, mark=st.sampled_from(["arrive", "send_in", "leave"]))
    def mark_and_undo(self, number, desk, mark):
        if one := self.nth(number):
            getattr(booking, mark)(one, self.by[desk])
            booking.undo_mark(one, self.by[desk])

    @rule(slot=SLOTS, desk=DESKS)
    def take_in_hand(self, slot, desk):
        try:
            booking.hold(self.slots[slot].pk, self.by[desk])
        except BookingRefused:
            assert not self.open_to(slot, desk)
            return
        assert self.open_to(slot, desk)
        self.held[slot] = desk

    @rule(slot=SLOTS, desk=DESKS)
    def give_back(self, slot, desk):
        booking.release(self.slots[slot].pk, self.by[desk])
        if self.held.get(slot) == desk:
            del self.held[slot]

    @rule(slot=SLOTS, desk=DESKS)
    def keep(self, slot, desk):
        possible = self.open_to(slot, desk) or self.kept.get(slot) == desk
        try:
            booking.keep([self.slots[slot].pk], self.desks[desk], "screen", self.by[desk])
        except BookingRefused:
            assert not possible
            return
        assert possible
        self.kept[slot] = desk

    @rule(slot=SLOTS, desk=DESKS)
    def let_go(self, slot, desk):
        try:
            booking.let_go([self.slots[slot].pk], self.by[desk])
        except BookingRefused:
            assert self.kept.get(slot, desk) != desk
            return
        self.kept.pop(slot, None)

    @invariant()
    def nobody_shares_a_slot(self):
        places = [slot for slots in self.places.values() for slot in slots]
        assert len(places) == len(set(places))
        live = Appointment.objects.filter(practice=self.world.practice).exclude(status="cancelled")
        numbers = {slot.pk: n for n, slot in enumerate([*self.slots, self.after])}
        assert sorted(numbers[slot] for slot in live.values_list("slot", flat=True)) == sorted(
            places
        )

    @invariant()
    def the_page_agrees(self):
        for number, desk in enumerate(self.desks):
            page = diary.diary_for(self.world.site, self.world.day, desk=desk.pk)
            states = {line.id: line.state for column in page.columns for line in column.slots}
            for n, slot in enumerate(self.slots):
                assert (states[slot.pk] == "free") == self.open_to(n, number)

    @invariant()
    def what_was_carried_on_is_what_a_fresh_reading_gives(self):
        world = self.world
        carried = following.newest_book(world.practice.pk, world.site.pk, world.day)
        fresh = reading.read(
            world.practice.pk, world.site.pk, world.day, carried.number, carried.mark
        )
        for part in ("columns", "open", "moments", "times", "grid"):
            assert getattr(carried, part) == getattr(fresh, part)

    @invariant()
    def the_journal_agrees(self):
        assert journal.first_fault(self.world.practice) is None
        assert_rebuilds(self.world.practice)
        kept = Slot.objects.filter(practice=self.world.practice, kept_by__isnull=False)
        assert kept.count() == len(self.kept)


def run(examples: int, steps: int):
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Book,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=checks,
        ),
    )


@pytest.mark.django_db
def test_the_book_stays_true():
    run(examples=20, steps=20)


@pytest.mark.soak
@pytest.mark.django_db
def test_the_book_stays_true_for_long():
    run(examples=500, steps=60)
