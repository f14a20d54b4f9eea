"""The cast, and who is at the browser."""

import pytest

from tests.waiting import loose_page, request
from tests.world import World, build


@pytest.fixture
def world(db, settings, tmp_path) -> World:
    settings.DATA_DIR = tmp_path
    return build()


@pytest.fixture
def loose(world):
    """A page of five lines without a reference."""
    return loose_page(world, 5)


@pytest.fixture
def asked(world, loose):
    """Ann asks for an appointment; it is urgent."""
    return request(world, loose, urgency="urgent")
