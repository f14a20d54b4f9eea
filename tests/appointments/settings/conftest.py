"""A manager at desk 1, and somebody else's practice."""

import pytest

from tests.world import PASSWORD, World, build


@pytest.fixture
def world(db) -> World:
    return build()


@pytest.fixture
def other(world) -> World:
    return build("G82002", home=False)


@pytest.fixture
def as_(client):
    """Sign somebody in at a desk; the manager is `as_(world.manager)`."""

    def as_(person, desk="1"):
        said = {"username": person.username, "password": PASSWORD, "desk": desk}
        assert client.post("/sign-in/", said).status_code == 303
        return client

    return as_


@pytest.fixture
def manager(as_, world):
    """A browser in which the manager is signed in."""
    return as_(world.manager)
