"""A practice whose patients can be taken for one another, and reception at a desk."""

import pytest

from appointments import journal
from appointments.models import Patient
from tests.world import World, build

HTMX = {"HX-Request": "true"}


@pytest.fixture
def world(db) -> World:
    return build()


@pytest.fixture
def add(world):
    """Write patients into the book: `add(family_name="Smith", given_name="Jo")`."""

    def add(**columns) -> Patient:
        with journal.writing(world.by, "test") as entry:
            return entry.add(Patient(practice=world.practice, **columns))

    return add
