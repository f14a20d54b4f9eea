"""A practice beside a clinical system, and its lines."""

import pytest

from fallback import plans, worklist
from fallback.models import WorklistLine
from tests.world import World, build


def beside(world):
    """Put a practice beside a clinical system, from now on."""
    plans.change_plan(world.by_manager, beside_clinical_system=True)
    worklist.follow(world.practice)
    return world


@pytest.fixture
def world(db) -> World:
    return beside(build())


@pytest.fixture
def lines_of():
    """The lines of a practice that wait, in order: `[line, …]`."""

    def lines_of(world):
        worklist.follow(world.practice)
        return list(WorklistLine.objects.filter(practice=world.practice, ended_as=""))

    return lines_of


@pytest.fixture
def lines(world, lines_of):
    """The same, of the one world of most tests."""
    return lambda: lines_of(world)
