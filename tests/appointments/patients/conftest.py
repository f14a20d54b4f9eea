"""A practice whose patients can be taken for one another, and reception at a desk."""

import pytest

from appointments import journal
from appointments.models import Patient
from tests.world import PASSWORD, World, build

HTMX = {"HX-Request": "true"}


@pytest.fixture
def world(db) -> World:
    return build()


@pytest.fixture
def other(world) -> World:
    """Somebody else's practice on the same server."""
    return build("G82002", home=False)


@pytest.fixture
def add(world):
    """Write patients into the book: `add(family_name="Smith", given_name="Jo")`."""

    def add(**columns) -> Patient:
        with journal.writing(world.by, "test") as entry:
            return entry.add(Patient(practice=world.practice, **columns))

    return add


@pytest.fixture
def as_(client):
    """Sign somebody in at desk 1."""

    def as_(person):
        said = {"username": person.username, "password": PASSWORD, "desk": "1"}
        assert client.post("/sign-in/", said).status_code == 303
        return client

    return as_


@pytest.fixture
def reception(as_, world):
    return as_(world.priya)
