"""SQLite's lock and the turn: nobody waits for the one with the other in hand."""

import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connection

from appointments import turns
from appointments.models import Practice
from appointments.search.following import _followers, index_of
from surgery.sqlite import base
from tests.world import build

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


@pytest.fixture
def lent(monkeypatch):
    """What was executed while the turn was lent."""
    said, state = [], {"lent": False}

    @contextmanager
    def waiting():
        state["lent"] = True
        yield
        state["lent"] = False

    execute = base.base.SQLiteCursorWrapper.execute

    def noted(self, query, params=None):
        said.append((query.split()[0], state["lent"]))
        return execute(self, query, params)

    monkeypatch.setattr(base, "waiting", waiting)
    monkeypatch.setattr(base.base.SQLiteCursorWrapper, "execute", noted)
    return said


def test_a_write_by_itself_lends_the_turn_unless_it_gives_rows_back(world_, lent):
    name = f'UPDATE appointments_practice SET name = name WHERE id = "{world_.practice.pk.hex}"'
    with connection.cursor() as cursor:
        cursor.execute(name)
        cursor.execute(f"{name} RETURNING name")
        cursor.fetchall()
        cursor.execute("SELECT 1")
    assert lent == [("UPDATE", True), ("UPDATE", False), ("SELECT", False)]


def test_a_write_that_gives_rows_back_waits_for_other_processes(world_):
    def write_elsewhere():
        other = base.base.Database.connect(
            str(connection.settings_dict["NAME"]), isolation_level=None
        )
        other.execute("BEGIN IMMEDIATE")
        locked.set()
        time.sleep(0.3)
        other.execute("ROLLBACK")
        other.close()

    locked = threading.Event()
    elsewhere = threading.Thread(target=write_elsewhere)
    elsewhere.start()
    locked.wait(5)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE appointments_practice SET name = name RETURNING name")
        assert cursor.fetchall()
    elsewhere.join(5)


def test_who_waits_for_the_index_lends_the_turn(world_):
    with index_of(world_.practice):
        pass
    follower = _followers[world_.practice.pk]
    follower.lock.acquire()
    ran = []

    def searching(environ, start_response):
        with index_of(Practice.objects.get(pk=world_.practice.pk)):
            ran.append("found")
        connection.close()
        return []

    def other(environ, start_response):
        ran.append("other")
        return []

    first = threading.Thread(target=turns.in_turn(searching), args=({}, None))
    first.start()
    time.sleep(0.1)
    second = threading.Thread(target=turns.in_turn(other), args=({}, None))
    second.start()
    second.join(5)
    assert ran == ["other"]
    follower.lock.release()
    first.join(5)
    assert ran == ["other", "found"]


@pytest.fixture
def world_():
    return build()
