"""The cast, and who is at the browser."""

import pytest

from tests.waiting import loose_page, request
from tests.world import PASSWORD, World, build


@pytest.fixture
def world(db, settings, tmp_path) -> World:
    settings.DATA_DIR = tmp_path
    return build()


@pytest.fixture
def other(world) -> World:
    return build("G82002", home=False)


@pytest.fixture
def as_(client):
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
def loose(world):
    """A page of five lines without a reference."""
    return loose_page(world, 5)


@pytest.fixture
def asked(world, loose):
    """Ann asks for an appointment; it is urgent."""
    return request(world, loose, urgency="urgent")
