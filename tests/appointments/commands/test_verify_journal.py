import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from appointments import booking, journal_guard
from appointments.models import JournalEntry
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def book():
    made = world.build()
    slot = made.slot("10:40")
    booking.book(slot.pk, made.asks(made.ann), made.by)
    return made


def verify(*words):
    out = StringIO()
    try:
        call_command("verify_journal", *words, stdout=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


def spoil(number):
    """Change an entry as somebody with the database in hand could."""
    journal_guard.remove(connection)
    JournalEntry.objects.filter(number=number).update(command="something else")
    journal_guard.install(connection)


def test_a_whole_journal(book):
    code, said = verify()
    assert code == 0
    assert said.startswith(f"{book.practice.ods_code}: the journal is whole, ")


def test_it_names_the_first_bad_entry(book):
    last = JournalEntry.objects.latest("number").number
    spoil(last)
    code, said = verify()
    assert code == 1
    assert f"entry {last} is bad: this entry was changed after it was written" in said


def test_guards_that_are_missing(book):
    journal_guard.remove(connection)
    code, said = verify()
    assert code == 1
    assert "lacks the guard" in said


def test_json(book):
    last = JournalEntry.objects.latest("number").number
    code, said = verify("--json")
    assert (code, json.loads(said)) == (
        0,
        {book.practice.ods_code: {"good": True, "entries": last}},
    )
    spoil(last)
    code, said = verify("--json")
    assert code == 1
    assert json.loads(said)[book.practice.ods_code]["entry"] == last


def test_one_practice_only(book):
    code, said = verify("--practice", book.practice.ods_code)
    assert code == 0
    assert said.count("\n") == 1


def test_a_practice_that_is_not_there(book):
    with pytest.raises(CommandError, match="no practice X00000"):
        verify("--practice", "X00000")
