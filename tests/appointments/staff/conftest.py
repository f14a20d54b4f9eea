"""Who is at the browser here."""

import pytest


@pytest.fixture
def manager(as_, world):
    """A browser in which the manager is signed in."""
    return as_(world.manager)
