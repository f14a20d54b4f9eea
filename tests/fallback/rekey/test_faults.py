"""Nothing is halved and nothing comes twice, wherever it breaks off and whatever has changed since.

Each command is broken off at every one of its statements in turn: the book must then be as before,
and the same sent again must do it once. `tests/faults` kills the real server.
"""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from freezegun import freeze_time

from appointments import booking, journal, sessions
from appointments.models import Appointment, Call, Clash, JournalEntry, Slot
from appointments.refusals import BookingRefused
from fallback import plans, rekey
from fallback.models import Entry, SecondLook, Sheet, SheetRow
from fallback.rekey import looking
from tests.fallback.rekey.conftest import line
from tests.world import assert_rebuilds

pytestmark = pytest.mark.django_db

TABLES = (Entry, SecondLook, Sheet, SheetRow, Appointment, Call, Clash, Slot, JournalEntry)


class PowerCut(Exception):  # noqa: N818
    """The process ended here."""


class CutAt:
    """Lets so many statements through, then breaks off."""

    def __init__(self, number):
        self.left, self.broke_off = number, False

    def __call__(self, execute, sql, params, many, context):
        # The commit happens or not, the database sees to that; what follows a cut is its rolling
        # back, which after a real one the next start does.
        if sql.startswith("RELEASE") or self.broke_off:
            return execute(sql, params, many, context)
        if self.left == 0:
            self.broke_off = True
            raise PowerCut
        self.left -= 1
        return execute(sql, params, many, context)


def everything():
    """All rows of the tables that re-keying writes."""
    return {model.__name__: sorted(map(str, model.objects.values_list())) for model in TABLES}


def broken_off_everywhere(command):
    """Break a command off at each statement; then let it through. Says at how many."""
    number = 0
    while True:
        before, cut = everything(), CutAt(number)
        try:
            with connection.execute_wrapper(cut):
                command()
        except PowerCut:
            assert everything() == before, f"something was left behind after statement {number}"
            number += 1
        else:
            assert not cut.broke_off
            return number


@pytest.fixture
def commands(world, sheet, rows, key):
    """One of each, ready to run; what they need is there."""
    slots, messages = rows("slot"), rows("message")
    sold = Appointment(
        practice=world.practice, slot=slots[1].slot, patient=world.bob, reference=uuid.uuid4()
    )
    with journal.writing(world.by, "load") as entry:
        entry.add(sold)
    there = key(slots[0], patient=world.bob.pk).appointment
    asked = key(rows("request")[0], "request", patient=world.ann.pk, said="ears")
    wrong = key(slots[2], patient=world.ann.pk)
    looked = key(messages[0], "message", typed="baker", said="rang")
    key(slots[3], "nothing")
    plans.change_plan(world.by_manager, second_look=10)
    due = timezone.now()

    def enter(row, what="booked", **said):
        made = line(what, **said)
        return lambda: rekey.enter(sheet.reference, row.code, made, world.by)

    aside, elsewhere = line(typed="smth"), {"appointment": there.pk, "slot": slots[4].slot_id}
    return {
        "booked": enter(slots[4], patient=world.ann.pk),
        "clash": enter(slots[1], patient=world.ann.pk),
        "moved": enter(rows("cancellation")[0], "moved", **elsewhere),
        "nothing": enter(slots[4], "nothing"),
        "aside": lambda: rekey.set_aside(
            sheet.reference, messages[1].code, aside, world.by, why="?", owner=world.tom, due_at=due
        ),
        "fill": lambda: rekey.fill(asked.pk, slots[3].slot_id, world.by),
        "take back": lambda: rekey.take_back(wrong.pk, world.by),
        "rest": lambda: rekey.leave_rest(sheet.reference, world.by),
        "look": lambda: looking.agree(looked.pk, world.by2),
        "lost": lambda: rekey.declare_lost(sheet.reference, world.by_lead, "On the bus"),
    }


@pytest.mark.parametrize(
    "name",
    ["booked", "clash", "moved", "nothing", "aside", "fill", "take back", "rest", "look", "lost"],
)
def test_broken_off_between_any_two_statements(world, commands, name):
    assert broken_off_everywhere(commands[name]) > 3
    after = everything()
    commands[name]()  # the answer never came, so it is sent again
    assert everything() == after
    assert_rebuilds(world.practice)


def test_signing_off_is_broken_off(world, sheet, rows):
    rekey.leave_rest(sheet.reference, world.by)
    assert broken_off_everywhere(lambda: rekey.sign_off(sheet.reference, world.by)) > 3
    assert Sheet.objects.get(pk=sheet.pk).ended_as == Sheet.End.DONE


def test_the_day_is_over(world, sheet, rows, key):
    """Keyed two days later: a start time that has passed is normal here."""
    with freeze_time(timezone.now() + timedelta(days=2)):
        made = key(rows("slot")[0], patient=world.ann.pk)
        assert made.appointment.status == "booked"
        assert made.end == "in_book"
        rekey.leave_rest(sheet.reference, world.by)
        assert rekey.sign_off(sheet.reference, world.by).ended_as == Sheet.End.DONE
    assert_rebuilds(world.practice)


def test_the_clock_is_set_back(world, sheet, rows, key):
    """Somebody corrects the server's clock by a day: what was written lies ahead of it then."""
    one, two, *_ = rows("slot")
    first = key(one, patient=world.ann.pk)
    with freeze_time(timezone.now() - timedelta(days=1)):
        second = key(two, patient=world.bob.pk, written_at=first.written_at)
        assert second.keyed_at < first.keyed_at
        rekey.take_back(second.pk, world.by)
        assert key(two, patient=world.cat.pk).end == "in_book"
        rekey.leave_rest(sheet.reference, world.by)
        rekey.sign_off(sheet.reference, world.by)
    assert rekey.sums(sheet).to_do == 0
    assert_rebuilds(world.practice)


def test_the_session_was_cancelled_between_two_tries(world, sheet, rows, key):
    """The first answer was lost on the way; the second try must not ring twice."""
    row = next(r for r in rows("slot") if r.slot.session_id == world.morning.pk)
    reference = uuid.uuid4()
    key(row, patient=world.ann.pk, reference=reference)
    sessions.cancel_session(world.by, world.morning.pk, "Dr Lane is ill")
    calls = Call.objects.count()
    key(row, patient=world.ann.pk, reference=reference)
    assert (Call.objects.count(), Appointment.objects.count()) == (calls, 1)


def test_the_patient_was_merged_between_two_tries(world, sheet, rows, key):
    row, reference = rows("slot")[0], uuid.uuid4()
    made = key(row, patient=world.bob.pk, reference=reference)
    with journal.writing(world.by, "merge") as entry:
        entry.change(world.bob, merged_into=world.ann)
    assert key(row, patient=world.bob.pk, reference=reference) == made
    assert Appointment.objects.count() == 1


def test_another_desk_sold_it_on_the_screen_meanwhile(world, sheet, rows, key):
    """The row was struck out and sold, and the paper says that it was sold as well."""
    row = rows("slot")[0]
    with journal.writing(world.by, "strike_out") as entry:
        booking.give_up(entry, [row.slot_id])
        entry.change(row, struck_at=entry.at, is_live=False)
    booking.book(row.slot_id, world.asks(world.bob), world.by2)
    made = key(row, patient=world.ann.pk)
    assert made.end == "clash"
    assert {made.clash.first.patient, made.clash.second.patient} == {world.bob, world.ann}


def test_the_same_reference_for_another_row_is_refused_and_changes_nothing(world, sheet, rows, key):
    one, two, *_ = rows("slot")
    made = key(one, patient=world.ann.pk)
    before = everything()
    with pytest.raises(BookingRefused):
        key(two, patient=world.bob.pk, reference=made.reference)
    assert everything() == before
