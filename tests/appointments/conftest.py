"""The cast, somebody else's practice, and who is at the browser."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.world import World, build


@pytest.fixture
def world(db) -> World:
    return build()


@pytest.fixture
def queries():
    """Count the queries of an answer: `queries(lambda: client.get("/"))`."""

    def queries(ask):
        with CaptureQueriesContext(connection) as asked:
            assert ask().status_code == 200
        return len(asked)

    return queries
