"""The cast, with Dr Lane's and Sister Webb's sessions tomorrow."""

import pytest

from tests.world import World, build


@pytest.fixture
def world(db) -> World:
    return build()
