"""The cast, and what the tests of sessions share."""

import pytest

from tests.world import World, build


@pytest.fixture
def world(db) -> World:
    return build()
