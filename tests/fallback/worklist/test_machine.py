"""Whatever happens on both sides: keying the lines in order makes the clinical system's book ours.

Random bookings, moves, cancellations, marks, new and merged patients here; bookings and
cancellations there, which loads bring; lines ticked one by one by two clerks, or found taken.
"""

import copy
import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from appointments import booking, journal, patients
from appointments.models import Appointment, Clash
from appointments.patients import Details
from appointments.refusals import BookingRefused
from fallback import worklist
from fallback.models import WorklistLine
from fallback.worklist.effect import Key
from fallback.worklist.following import said
from tests.fallback.worklist.clinical import Clinical, looks, ours
from tests.fallback.worklist.conftest import beside
from tests.world import build, working_day

NTH = st.integers(0, 7)
SLOT = st.integers(0, 4)


class Beside(RuleBasedStateMachine):
    """Five slots of yesterday, three patients and those who are registered."""

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        yesterday = working_day() - timedelta(days=2)
        self.world = build(f"X{uuid.uuid4().hex[:8]}", day=yesterday, home=False)
        self.slots = list(self.world.morning.slots.all()[:5])
        self.people = [self.world.ann, self.world.bob, self.world.cat]
        self.by = self.world.by
        booking.book(self.slots[0].pk, self.world.asks(self.people[0], because="was here"), self.by)
        self.clinical = Clinical(self.world.practice)
        beside(self.world)
        self.begin()

    def begin(self):
        """From here on, what happens only here is one outage."""
        self.begun, self.only_here = journal.newest(self.world.practice), True
        self.before = copied(self.clinical)

    def teardown(self):
        try:
            self.down_to_zero()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def nth(self, rows, number):
        rows = list(rows)
        return rows[number % len(rows)] if rows else None

    def appointments(self, **which):
        rows = Appointment.objects.filter(practice=self.world.practice, continues=None, **which)
        return rows.order_by("booked_at", "reference")

    def attempt(self, deed, *words, **more):
        try:
            with transaction.atomic():
                return deed(*words, **more)
        except BookingRefused:
            return None

    # --- Here ---------------------------------------------------------------------------------

    @rule(slot=SLOT, who=NTH, double=st.booleans(), extra=st.booleans())
    def book(self, slot, who, double, extra):
        person = self.nth(self.people, who)
        if person.merged_into_id:
            return
        how = {"because": "late", "double": double and not extra, "extra": extra}
        here = Appointment.objects.filter(slot=self.slots[slot], patient=person)
        there = Key(person.pk, self.slots[slot].pk) in self.clinical.book
        if (extra and there) or here.exclude(status="cancelled").exists():
            return  # twice in one slot: the clinical system would show one
        asks = self.world.asks(person, **how)
        self.attempt(booking.book, self.slots[slot].pk, asks, self.by)

    @rule(which=NTH, slot=SLOT)
    def move(self, which, slot):
        one = self.nth(self.appointments(status="booked"), which)
        rows = Appointment.objects.filter(slot=self.slots[slot], patient=one and one.patient_id)
        if one and not rows.exclude(status="cancelled").exists():
            self.attempt(booking.move, one.pk, self.slots[slot].pk, self.by, "late")

    @rule(which=NTH)
    def cancel(self, which):
        if one := self.nth(self.appointments(), which):
            self.attempt(booking.cancel, one.pk, self.by)

    @rule(which=NTH)
    def reinstate(self, which):
        one = self.nth(self.appointments(status="cancelled"), which)
        if one is None:
            return
        there = Appointment.objects.filter(slot=one.slot, patient=one.patient)
        if not there.exclude(status="cancelled").exists():
            self.attempt(booking.reinstate, one.pk, self.by)

    @rule(which=NTH, mark=st.sampled_from(["arrive", "leave", "did_not_attend", "undo_mark"]))
    def mark(self, which, mark):
        if one := self.nth(self.appointments(), which):
            self.attempt(getattr(booking, mark), one.pk, self.by)

    @rule(a=NTH, b=NTH)
    def change_places(self, a, b):
        """Two people swap: cancel one, move the other, reinstate and move the first."""
        one, two = self.nth(self.appointments(status="booked"), a), self.nth(
            self.appointments(status="booked"), b
        )  # fmt: skip
        if one and two and one.slot_id != two.slot_id and one.patient_id != two.patient_id:
            there, here = two.slot_id, one.slot_id
            free = self.world.morning.slots.all()[8].pk
            with transaction.atomic():
                for deed in ((two, free), (one, there), (two, here)):
                    self.attempt(booking.move, deed[0].pk, deed[1], self.by, "swap")

    @rule()
    def register(self):
        if len(self.people) < 6:
            name = Details(family_name=f"New{len(self.people)}", given_name="Nia")
            new = patients.register(name, self.by, despite_alike=True)
            self.people.append(new)

    @rule(keep=NTH, other=NTH)
    def merge(self, keep, other):
        one, two = self.nth(self.people, keep), self.nth(self.people[3:], other)
        if two is None or one == two or one.merged_into_id or two.merged_into_id:
            return
        if two.pk in self.clinical.patients:
            return  # two records there: somebody merges them there as well
        slots = set(one.appointments.exclude(status="cancelled").values_list("slot", flat=True))
        if slots & set(two.appointments.exclude(status="cancelled").values_list("slot", flat=True)):
            return
        patients.merge(one.pk, two.pk, self.by, reason="the same", despite_numbers=True)
        two.refresh_from_db()

    # --- There --------------------------------------------------------------------------------

    @rule(slot=SLOT, who=st.integers(0, 2))
    def booked_there(self, slot, who):
        extras = self.appointments(slot=self.slots[slot], patient=self.people[who], is_extra=True)
        self.slots[slot].refresh_from_db()
        if extras.exists() or self.slots[slot].loaded_patient == self.people[who]:
            # An extra here and the slot's own patient there, or taken out and put back between two
            # loads: no extract could tell.
            return
        if self.clinical.book_there(self.slots[slot], self.people[who]):
            self.only_here = False

    @rule(slot=SLOT)
    def cancelled_there(self, slot):
        """Only whom a load has named: of a booking that came and went between two, none tells."""
        self.slots[slot].refresh_from_db()
        whom = self.slots[slot].loaded_patient_id
        held = self.clinical.book.get(Key(whom, self.slots[slot].pk))
        if held and not held.is_extra and not held.second:
            del self.clinical.book[Key(whom, self.slots[slot].pk)]
            self.only_here = False

    @rule(slots=st.sets(SLOT, min_size=1))
    def load(self, slots):
        self.clinical.load([self.slots[n] for n in sorted(slots)])

    @rule(both=st.booleans(), which=NTH, outcome=st.sampled_from(["first", "second", "both"]))
    def settle(self, both, which, outcome):
        open_ones = Clash.objects.filter(practice=self.world.practice, settled_at=None)
        if clash := self.nth(open_ones, which):
            self.decide(clash, outcome)

    def decide(self, clash, outcome):
        lane = self.world.lane.pk
        booking.settle_clash(clash.pk, outcome, self.world.by_lead, "said so", decided_by=lane)

    # --- The list -----------------------------------------------------------------------------

    def waiting(self):
        worklist.follow(self.world.practice)
        rows = WorklistLine.objects.filter(practice=self.world.practice, ended_as="")
        return list(rows.select_related("appointment"))

    @rule(count=st.integers(1, 4))
    def key_some(self, count):
        for _ in range(count):
            lines = self.waiting()
            if not lines:
                return
            line = lines[0]
            told = said(line)
            slots = {told.slot, told.second} - {None}
            other = {self.clinical.in_slot(slot) for slot in slots & told.fills()} - {None}
            other -= {line.patient_id}
            if other:
                found = self.attempt(worklist.taken, self.by, line.pk, other.pop())
                if found is None:
                    self.load({0, 1, 2, 3, 4})
                continue
            if not self.there_as_expected(told):
                self.load({0, 1, 2, 3, 4})
                continue
            self.clinical.key_in(told)
            for _ in range(2):
                worklist.enter(self.by, line.pk)
            self.only_here = False

    def there_as_expected(self, told):
        """Somebody keyed past the list there: a clerk sees that, and waits for a load."""
        try:
            copied(self.clinical).key_in(told)
        except (AssertionError, KeyError):
            return False
        return True

    @rule(which=NTH)
    def undo(self, which):
        ended = WorklistLine.objects.filter(practice=self.world.practice, ended_as="impossible")
        if line := self.nth(ended, which):
            self.attempt(worklist.undo, self.by, line.pk)

    @rule(which=NTH)
    def not_possible(self, which):
        if line := self.nth(self.waiting(), which):
            worklist.not_possible(self.by, line.pk, "their screen says no")

    @rule()
    def down_to_zero(self):
        """Whatever happened: the list ends at zero, and then both books say the same."""
        practice = self.world.practice
        clashes = Clash.objects.filter(practice=practice, settled_at=None)
        if self.only_here and not clashes.exists():  # a load's news of before waits for a decision
            for line in worklist.net_effect(practice, self.begun, journal.newest(practice)):
                self.before.key_in(line)
            assert looks(self.before.book) == looks(ours(practice))
        self.load({0, 1, 2, 3, 4})
        for line in WorklistLine.objects.filter(
            practice=practice, ended_as="impossible", stands=True
        ):
            self.attempt(worklist.undo, self.by, line.pk)
        for clash in clashes.all():
            self.decide(clash, "first")
        for line in self.waiting():
            self.clinical.key_in(said(line))
            worklist.enter(self.by, line.pk)
        assert self.waiting() == []
        assert looks(self.clinical.book) == looks(ours(practice))
        assert not WorklistLine.objects.filter(practice=practice, stands=True).exists()
        self.begin()


def copied(clinical):
    one = copy.copy(clinical)
    one.book, one.patients = dict(clinical.book), set(clinical.patients)
    return one


def run(examples: int, steps: int):
    run_state_machine_as_test(
        Beside,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a series is slow to shrink
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )


@pytest.mark.django_db
def test_keying_the_lines_makes_both_books_the_same():
    run(examples=30, steps=25)


@pytest.mark.soak
@pytest.mark.django_db
def test_keying_the_lines_makes_both_books_the_same_for_long():
    run(examples=500, steps=60)
