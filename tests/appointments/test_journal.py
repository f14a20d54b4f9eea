"""The journal only grows, and whoever meddles with it is found out."""

import pytest
from django.db import DatabaseError, connection, transaction

from appointments import booking, journal, journal_guard
from appointments.models import JournalEntry, JournalHead, JournalTouch
from tests.world import World, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = build()
    for clock in ("10:00", "10:10", "10:20"):
        booking.book(world.slot(clock).pk, world.asks(world.ann), world.by)
    return world


def refused(sql, *params):
    with pytest.raises(DatabaseError, match="the journal only grows"), transaction.atomic():
        connection.cursor().execute(sql, params)


def test_the_database_refuses_to_change_an_entry(world):
    refused("UPDATE appointments_journalentry SET command = 'other'")
    refused("UPDATE appointments_journaltouch SET number = 1")
    refused("UPDATE appointments_journalsubject SET number = 1")


def test_the_database_refuses_to_delete_an_entry(world):
    refused("DELETE FROM appointments_journalsubject")
    refused("DELETE FROM appointments_journaltouch")
    refused("DELETE FROM appointments_journalentry WHERE number = 2")


@pytest.mark.sqlite
def test_insert_or_replace_does_not_slip_past(world):
    refused(
        "INSERT OR REPLACE INTO appointments_journalentry "
        "SELECT * FROM appointments_journalentry WHERE number = 2"
    )
    refused(
        "INSERT OR REPLACE INTO appointments_journaltouch SELECT * FROM appointments_journaltouch"
    )


@pytest.mark.parametrize("number", [0, 2, 9])
def test_only_the_next_number_is_taken(world, number):
    entry = JournalEntry.objects.get(number=1)
    entry.pk, entry.number = None, number
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save(force_insert=True)


def test_an_untouched_journal_has_no_fault(world):
    assert journal.first_fault(world.practice) is None


@pytest.fixture
def unguarded(world):
    """Somebody with the database in hand takes the guards away and puts them back."""
    connection.check_constraints()  # PostgreSQL drops no trigger while others are waiting
    journal_guard.remove(connection)
    yield world
    guard_again()


def guard_again():
    connection.check_constraints()
    journal_guard.install(connection)


def fault(world):
    guard_again()
    return journal.first_fault(world.practice)


def test_missing_guards_are_a_fault(unguarded):
    number, why = journal.first_fault(unguarded.practice)
    assert number == 0
    assert "lacks the guard" in why


@pytest.mark.parametrize(
    "column,value", [("command", "other"), ("changes", "[]"), ("details", '{"x":1}')]
)
def test_a_changed_entry_is_named(unguarded, column, value):
    JournalEntry.objects.filter(number=3).update(**{column: value})
    number, why = fault(unguarded)
    assert number == 3
    assert "changed after it was written" in why


def test_a_changed_touch_is_named(unguarded):
    JournalTouch.objects.filter(number=2).update(day=None)
    assert fault(unguarded)[0] == 2


def test_an_entry_that_was_taken_out_is_named(unguarded):
    entry = JournalEntry.objects.get(number=2)
    entry.touches.all().delete()
    entry.subjects.all().delete()
    entry.delete()
    assert fault(unguarded) == (2, "this entry is missing")


def test_entries_cut_off_at_the_end_are_missed(unguarded):
    newest = JournalEntry.objects.order_by("number").last()
    newest.touches.all().delete()
    newest.subjects.all().delete()
    newest.delete()
    number, why = fault(unguarded)
    assert number == newest.number
    assert "newest entries are missing" in why


def test_a_head_that_was_put_back_is_found(world):
    JournalHead.objects.filter(practice=world.practice).update(number=1)
    assert journal.first_fault(world.practice) is not None
