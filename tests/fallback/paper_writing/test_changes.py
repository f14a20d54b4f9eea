"""The change slip: net effect since a print, in page order; checked against two full readings."""

import json
import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from appointments import booking, journal, patients, sessions
from appointments.diary import diary_for
from appointments.models import Appointment
from appointments.patients.details import details_of
from appointments.refusals import BookingRefused, NotFound
from appointments.wording import day_short
from fallback.models import Print
from fallback.paper import changes
from fallback.paper.document import Stamp
from tests.fallback.paper_writing.reading_twice import expected, full_reading
from tests.world import build


def said(document) -> list[tuple[str, str, str, str]]:
    """All that a slip says of slots: (column, time, word, name)."""
    return [
        (column["heading"], line["time"], entry["word"], entry.get("name", ""))
        for column in document.data["columns"]
        for line in column["lines"]
        for entry in line["entries"]
    ]


def test_nothing_changed_is_no_slip(world, stamp, printed):
    printed()
    assert changes.document(world.practice, 1042, stamp()) is None


def test_there_and_back_again_is_no_change(world, stamp, printed):
    kept = booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    printed()
    new = booking.book(world.slot("10:40").pk, world.asks(world.bob), world.by)
    booking.cancel(new.pk, world.by)
    booking.move(kept.pk, world.slot("11:00").pk, world.by)
    booking.move(kept.pk, world.slot("10:00").pk, world.by)
    booking.cancel(kept.pk, world.by)
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    assert changes.document(world.practice, 1042, stamp()) is None


def test_booked_moved_cancelled_blocked_in_page_order(world, stamp, printed):
    ann = booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    cat = booking.book(world.slot("10:15", world.clinic).pk, world.asks(world.cat), world.by)
    sessions.block(world.by, [world.slot("11:40").pk], "Meeting")
    printed()
    booking.cancel(cat.pk, world.by)
    booking.book(world.slot("10:50").pk, world.asks(world.bob), world.by)
    booking.move(ann.pk, world.slot("11:10").pk, world.by)
    sessions.block(world.by, [world.slot("10:20").pk], "Coffee")
    sessions.unblock(world.by, [world.slot("11:40").pk])
    slip = changes.document(world.practice, 1042, stamp(print_number=1050))
    assert said(slip) == [
        ("Dr Lane", "10:00", "Moved", "BAKER, Ann (Mrs)"),
        ("Dr Lane", "10:20", "Blocked", ""),
        ("Dr Lane", "10:50", "Booked", "CARTER, Bob (Mr)"),
        ("Dr Lane", "11:10", "Moved here", "BAKER, Ann (Mrs)"),
        ("Dr Lane", "11:40", "No longer blocked", ""),
        ("Sister Webb", "10:15", "Cancelled", "HUGHES, Catrin"),
    ]
    notes = [e["note"] for c in slip.data["columns"] for one in c["lines"] for e in one["entries"]]
    assert notes[0] == "to 11:10 with Dr Lane"
    assert notes[1] == "Coffee"
    assert notes[3] == "from 10:00 with Dr Lane"


def test_moved_to_another_day_says_where(world, stamp, printed):
    ann = booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    later = sessions.copy_session(
        world.by, world.morning.pk, sessions.weekly(world.day, 2)[1:], uuid.uuid4(),
        although_closed=True,
    ).sessions[0]  # fmt: skip
    printed()
    booking.move(ann.pk, later.slots.order_by("starts_at")[3].pk, world.by)
    [(_, _, word, _)] = said(slip := changes.document(world.practice, 1042, stamp()))
    note = slip.data["columns"][0]["lines"][0]["entries"][0]["note"]
    day = day_short(world.day + timedelta(weeks=1))
    assert (word, note) == ("Moved", f"to {day}, 10:30 with Dr Lane")


def test_a_cancelled_session_and_a_new_holder_are_said(world, stamp, printed):
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    printed()
    sessions.cancel_session(world.by, world.morning.pk, "Dr Lane is ill")
    sessions.change_session(world.by, world.clinic.pk, name="Nurses", holders=[])
    slip = changes.document(world.practice, 1042, stamp())
    lane, nurses = slip.data["columns"]
    assert lane["sessions"] == ["10:00 to 12:00: session cancelled."]
    assert [e["word"] for e in lane["lines"][0]["entries"]] == ["Cancelled"]
    assert "now held by nobody by name, was Sister Webb" in nurses["sessions"][0]


def test_a_session_opened_since_is_one_line_and_the_people_in_it(world, stamp, printed):
    printed()
    plan = sessions.Plan(
        site=world.site.pk, days=(world.day,), holders=(world.lane.pk,),
        stretches=(sessions.Stretch(time(14), time(15), 10, world.routine.pk),),
    )  # fmt: skip
    opened = sessions.open_session(world.by, plan, uuid.uuid4(), although_closed=True).sessions[0]
    slot = opened.slots.order_by("starts_at")[2]
    booking.book(slot.pk, world.asks(world.ann), world.by)
    slip = changes.document(world.practice, 1042, stamp())
    assert slip.data["columns"][0]["sessions"] == ["14:00 to 15:00: new, with 6 slots."]
    assert said(slip) == [("Dr Lane", "14:20", "Booked", "BAKER, Ann (Mrs)")]


def test_paper_rows_that_changed_hands(world, stamp, printed):
    booking.keep([world.slot("11:50").pk], world.desk1, "paper", world.by)
    printed()
    booking.let_go([world.slot("11:50").pk], world.by_lead, "Sold out otherwise")
    booking.keep([world.slot("11:50").pk], world.desk2, "paper", world.by)
    booking.keep([world.slot("11:40").pk], world.desk2, "screen", world.by)  # nobody's paper
    slip = changes.document(world.practice, 1042, stamp())
    assert said(slip) == [("Dr Lane", "11:50", "Sheets", "")]
    [entry] = slip.data["columns"][0]["lines"][0]["entries"]
    assert entry["note"] == "now on Desk 2's sheet; no longer on Desk 1's sheet"


def test_details_put_right_and_confidential_now(world, stamp, printed):
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    booking.book(world.slot("10:10").pk, world.asks(world.bob), world.by)
    printed()
    details = replace(details_of(world.ann), family_name="Bakker")
    patients.amend(world.ann.pk, details, world.by)
    details = replace(details_of(world.bob), is_confidential=True)
    patients.amend(world.bob.pk, details, world.by)
    slip = changes.document(world.practice, 1042, stamp())
    assert said(slip) == [
        ("Dr Lane", "10:00", "Put right", "BAKKER, Ann (Mrs)"),
        ("Dr Lane", "10:10", "Put right", "CARTER, Bob (Mr)"),
    ]
    assert "black out" in json.dumps(slip.data)


def test_a_merged_patient_is_the_same_person(world, stamp, printed):
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    booking.book(world.slot("10:10").pk, world.asks(world.bob), world.by)
    printed()
    same = {"reason": "One person", "despite_numbers": True}
    patients.merge(world.cat.pk, world.ann.pk, world.by, **same)
    slip = changes.document(world.practice, 1042, stamp())
    assert said(slip) == [("Dr Lane", "10:00", "Put right", "HUGHES, Catrin (Mrs)")]


def test_an_unknown_print_or_another_practices_is_refused(world, stamp, printed):
    printed()
    stranger = build("G82009", home=False)
    with pytest.raises(NotFound, match="not_found") as refused:
        changes.document(stranger.practice, 1042, stamp())
    assert "no print 1042" in refused.value.sentence


def test_the_slip_on_paper_names_people_and_no_addresses(world, stamp, printed, pressed):
    with journal.writing(world.by, "amend") as entry:
        entry.change(world.ann, address="1 Secret Row", is_confidential=True)
    printed()
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    text = pressed(changes.document(world.practice, 1042, stamp())).text()
    assert "BAKER, Ann (Mrs)" in text
    assert "3 Apr 1971" in text.replace("\xa0", " ")
    assert "Secret" not in text
    assert "CT7" not in text
    assert "900123" not in text


# --- Any series of changes -----------------------------------------------------------------------

SLOTS = st.integers(0, 7)  # four of each session
PATIENTS = st.integers(0, 2)
NTH = st.integers(0, 5)
STEPS = st.one_of(
    st.tuples(st.just("book"), SLOTS, PATIENTS, st.booleans()),
    st.tuples(st.just("extra"), SLOTS, PATIENTS),
    st.tuples(st.just("move"), NTH, SLOTS),
    st.tuples(st.just("cancel"), NTH),
    st.tuples(st.just("reinstate"), NTH),
    st.tuples(st.just("amend"), NTH, st.sampled_from(["telephone", "face_to_face"])),
    st.tuples(st.just("arrive"), NTH),
    st.tuples(st.just("block"), SLOTS),
    st.tuples(st.just("unblock"), SLOTS),
    st.tuples(st.just("keep"), SLOTS, st.booleans(), st.sampled_from(["paper", "screen"])),
    st.tuples(st.just("let_go"), SLOTS),
    st.tuples(st.just("remove"), SLOTS),
    st.tuples(st.just("cancel_session"), st.booleans()),
    st.tuples(st.just("reopen_session"), st.booleans()),
    st.tuples(st.just("away"), NTH),
)
SERIES = st.lists(STEPS, max_size=14)


class Steps:
    """Carries out invented steps through the commands; what is refused is left."""

    def __init__(self, world):
        self.world = world
        self.slots = [
            *world.morning.slots.order_by("starts_at")[:4],
            *world.clinic.slots.order_by("starts_at")[:4],
        ]
        self.patients = [world.ann, world.bob, world.cat]
        self.elsewhere = sessions.copy_session(
            world.by, world.morning.pk, sessions.weekly(world.day, 2)[1:], uuid.uuid4(),
            although_closed=True,
        ).sessions[0]  # fmt: skip

    def do(self, series):
        for name, *values in series:
            with suppress(BookingRefused):
                getattr(self, name)(*values)

    def nth(self, number):
        rows = Appointment.objects.filter(practice=self.world.practice, continues=None)
        rows = list(rows.order_by("booked_at"))
        return rows[number % len(rows)].pk if rows else uuid.uuid4()

    def book(self, slot, patient, double):
        asked = self.world.asks(self.patients[patient], double=double)
        booking.book(self.slots[slot].pk, asked, self.world.by)

    def extra(self, slot, patient):
        asked = self.world.asks(self.patients[patient], extra=True, because="Must be seen")
        booking.book(self.slots[slot].pk, asked, self.world.by)

    def move(self, number, slot):
        booking.move(self.nth(number), self.slots[slot].pk, self.world.by)

    def away(self, number):
        free = self.elsewhere.slots.exclude(appointments__isnull=False).first()
        booking.move(self.nth(number), free.pk, self.world.by)

    def cancel(self, number):
        booking.cancel(self.nth(number), self.world.by)

    def reinstate(self, number):
        booking.reinstate(self.nth(number), self.world.by)

    def amend(self, number, mode):
        booking.amend(self.nth(number), self.world.by, mode=mode)

    def arrive(self, number):
        booking.arrive(self.nth(number), self.world.by)

    def block(self, slot):
        sessions.block(self.world.by, [self.slots[slot].pk], "Coffee")

    def unblock(self, slot):
        sessions.unblock(self.world.by, [self.slots[slot].pk])

    def keep(self, slot, first, where):
        desk = self.world.desk1 if first else self.world.desk2
        booking.keep([self.slots[slot].pk], desk, where, self.world.by)

    def let_go(self, slot):
        booking.let_go([self.slots[slot].pk], self.world.by_lead, "Not needed")

    def remove(self, slot):
        sessions.remove_slots(self.world.by, [self.slots[slot].pk])

    def cancel_session(self, first):
        which = self.world.morning if first else self.world.clinic
        sessions.cancel_session(self.world.by, which.pk, "Ill")

    def reopen_session(self, first):
        which = self.world.morning if first else self.world.clinic
        sessions.reopen_session(self.world.by, which.pk, although_overlapping=True)


@pytest.mark.django_db
@given(before=SERIES, since=SERIES)
@example([("book", 0, 0, False)], [("away", 0), ("cancel", 0)])
@example(
    [("book", 7, 1, False), ("away", 0)],
    [("amend", 0, "telephone"), ("book", 7, 1, False), ("away", 1)],
)
def test_any_series_gives_the_difference_of_two_full_readings(before, since):
    with transaction.atomic():
        world = build(f"X{uuid.uuid4().hex[:8]}", home=False)
        steps = Steps(world)
        steps.do(before)
        then = full_reading(world)
        now = timezone.now()
        Print.objects.create(
            practice=world.practice, number=7, site=world.site, day=world.day,
            journal=journal.newest(world.practice), made_at=now,
        )  # fmt: skip
        steps.do(since)
        stamp = Stamp("P", "S", world.day, "", now, None, 8, 0)
        slip = changes.document(world.practice, 7, stamp)
        wanted = expected(then, full_reading(world))
        found = sorted(said(slip)) if slip else []
        assert found == wanted.lines
        columns = slip.data["columns"] if slip else []
        assert sum(len(column["sessions"]) for column in columns) == wanted.sessions
        transaction.set_rollback(True)


def test_the_readings_are_not_always_the_same(world):
    """Guard of the test above: its readings see what it does."""
    before = full_reading(world)
    Steps(world).do([("book", 0, 0, False), ("block", 1), ("keep", 2, True, "paper")])
    assert [word for _, _, word, _ in expected(before, full_reading(world)).lines] == [
        "Booked", "Blocked", "Sheets",
    ]  # fmt: skip


def test_who_left_a_slot_comes_before_who_came(world, stamp, printed):
    first = booking.book(world.slot("10:00").pk, world.asks(world.ann, double=True), world.by)
    printed()
    booking.cancel(first.pk, world.by)
    booking.book(world.slot("10:00").pk, world.asks(world.bob), world.by)
    slip = changes.document(world.practice, 1042, stamp())
    assert [word for _, _, word, _ in said(slip)] == ["Cancelled", "Booked", "Cancelled"]
    assert slip.data["columns"][0]["lines"][1]["entries"][0]["note"] == (
        "second half of a double length"
    )


def test_page_order_is_the_day_screens(world, stamp, printed):
    printed()
    for clinic, at in ((world.clinic, "10:15"), (world.morning, "10:40"), (world.morning, "10:00")):
        booking.book(world.slot(at, clinic).pk, world.asks(world.ann), world.by)
    slip = changes.document(world.practice, 1042, stamp())
    order = [column.heading for column in diary_for(world.site, world.day).columns]
    assert [column["heading"] for column in slip.data["columns"]] == order
    assert [t for _, t, _, _ in said(slip)] == ["10:00", "10:40", "10:15"]
