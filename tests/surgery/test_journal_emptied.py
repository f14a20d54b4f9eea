"""Tests with real transactions leave nothing behind and the journal guarded."""

import pytest
from django.core.management import call_command
from django.db import connection

from appointments import journal, journal_guard
from appointments.models import JournalEntry, Practice, Site


@pytest.mark.django_db(transaction=True)
def test_flush_empties_the_journal_and_guards_it_again():
    practice = Practice.objects.create(ods_code="Y99001", name="Reculver Road Surgery")
    journal.start(practice)
    with journal.writing(journal.Actor(practice), "add site") as entry:
        entry.add(Site(practice=practice, name="Branch"))
    call_command("flush", verbosity=0, interactive=False)
    assert not JournalEntry.objects.exists()
    assert journal_guard.missing(connection) == []
