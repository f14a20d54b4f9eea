"""A practice with opening hours, and outages as staff declare them."""

from datetime import timedelta

import pytest

from appointments import practices
from appointments.practices.hours import CORE_HOURS
from fallback.models import Outage
from fallback.telling import of_outages
from tests.world import World, at, build


@pytest.fixture
def world(db) -> World:
    """The main surgery opens every day of the week, so that no test depends on today's."""
    world = build()
    opens, closes = CORE_HOURS[0][1:]
    hours = [(weekday, opens, closes) for weekday in range(7)]
    practices.set_opening_times(world.site.pk, world.by_manager, hours)
    return world


@pytest.fixture
def noon(world):
    """While it is open."""
    return at(world.day, "12:00")


@pytest.fixture
def down(world, noon):
    """An outage that nobody declared yet: `down("telephones", site=world.branch)`."""

    def down(*affected, template=None, ago=60, **values):
        from fallback.telling import templates

        said_at = noon - timedelta(minutes=10)
        return Outage(
            practice=world.practice, affected=list(affected), still_so_at=said_at,
            template=templates(affected)[0].key if template is None else template,
            began_at=noon - timedelta(minutes=ago), worded_at=said_at, **values,
        )  # fmt: skip

    return down


@pytest.fixture
def told(world, noon):
    """What patients are told at noon (or at another time) while these stand."""

    def told(*outages, now=None):
        return of_outages(world.practice, outages, now or noon)

    return told
