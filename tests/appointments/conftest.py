"""The cast, somebody else's practice, and who is at the browser."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world import PASSWORD, World, build


@pytest.fixture
def world(db) -> World:
    return build()


@pytest.fixture
def other(world) -> World:
    return build("G82002", home=False)


@pytest.fixture
def as_(client):
    """Sign somebody in at desk 1: `as_(world.manager).get("/settings/")`."""

    def as_(person):
        said = {"username": person.username, "password": PASSWORD, "desk": "1"}
        assert client.post("/sign-in/", said).status_code == 303
        return client

    return as_


@pytest.fixture
def reception(as_, world):
    """A browser in which Priya is signed in."""
    return as_(world.priya)


@pytest.fixture
def queries():
    """Count the queries of an answer: `queries(lambda: client.get("/"))`."""

    def queries(ask):
        with CaptureQueriesContext(connection) as asked:
            assert ask().status_code == 200
        return len(asked)

    return queries
