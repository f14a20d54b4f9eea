"""The cast, and the keeper's round: share out, then see that the sheets are there."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.utils import timezone

from appointments import journal
from appointments.models import Desk
from fallback import allotments, sheets
from fallback.models import Sheet
from tests.world import World, build


@pytest.fixture
def world(db) -> World:
    return build()


@pytest.fixture
def ensure(world) -> Callable[..., list[Sheet]]:
    """Make the sheets of the world's day (or another) at the main site."""

    def ensure(day: date | None = None, *, now: datetime | None = None, site=None) -> list[Sheet]:
        return sheets.ensure(
            world.practice,
            site or world.site,
            day or world.day,
            print_number=1042,
            journal=journal.newest(world.practice),
            now=now or timezone.now(),
        )

    return ensure


@pytest.fixture
def sheet_of(world, ensure) -> Callable[[Desk], Sheet]:
    """Share out, make the sheets, give a desk's."""

    def sheet_of(desk: Desk) -> Sheet:
        allotments.share_out(world.practice, world.site, world.day)
        return next(s for s in ensure() if s.kind == Sheet.Kind.DESK and s.desk == desk)

    return sheet_of
