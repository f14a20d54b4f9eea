from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.test import RequestFactory

from appointments import journal, journal_guard
from appointments.models import JournalHead, Practice, Site
from surgery import health


@pytest.fixture
def practice(db):
    practice = Practice.objects.create(ods_code="Y99001", name="Reculver Road Surgery")
    journal.start(practice)
    return practice


@pytest.fixture
def ask():
    def ask(method="get"):
        return health.healthz(getattr(RequestFactory(), method)("/healthz"))

    return ask


def add_site(practice):
    with journal.writing(journal.Actor(practice), "add site") as entry:
        entry.add(Site(id=uuid4(), practice=practice, name="Branch"))


def test_all_well(practice, ask, settings):
    add_site(practice)
    answer = ask()
    assert answer.status_code == 200
    assert answer.content.decode() == (
        '{"status": "ok", "database": "ok", "journal": "ok", '
        f'"paper": "no keeper", "checks": "no keeper", "version": "{settings.APP_VERSION}"}}'
    )


def test_nothing_there_yet_is_well(db, ask):
    assert ask().status_code == 200


def test_a_head_that_is_not_the_newest_entry(practice, ask):
    add_site(practice)
    JournalHead.objects.update(hash="f" * 64)
    answer = ask()
    assert answer.status_code == 503
    assert b'"journal": "broken"' in answer.content


def test_guards_missing(practice, ask):
    journal_guard.remove(connection)
    answer = ask()
    assert answer.status_code == 503
    assert b'"journal": "unguarded"' in answer.content


def test_a_database_that_cannot_be_read_is_not_explained(ask, caplog):
    with patch.object(journal_guard, "missing", side_effect=OperationalError("secret details")):
        answer = ask()
    assert answer.status_code == 503
    assert b'"database": "unreadable"' in answer.content
    assert b"secret" not in answer.content
    assert "secret" not in caplog.text


def test_only_reading(ask):
    assert ask("post").status_code == 405


def test_its_cost_does_not_grow(practice, ask, django_assert_num_queries):
    for _ in range(3):
        add_site(practice)
    with django_assert_num_queries(2):
        ask()
