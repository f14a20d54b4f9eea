"""A printed sheet of Desk 1 and its running list, and a clerk who keys."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import journal
from fallback import allotments, rekey, sheets
from fallback.models import Entry, Sheet, SheetRow
from fallback.rekey import Line
from tests.world import World, build


@pytest.fixture
def world(db) -> World:
    return build()


@pytest.fixture
def sheet(world) -> Sheet:
    """Desk 1's sheet, printed: everything free was dealt out."""
    return printed_sheet(world)


def printed_sheet(world: World) -> Sheet:
    allotments.share_out_all(world.by_lead, world.site, [world.day])
    made = sheets.ensure(
        world.practice, world.site, world.day, print_number=1,
        journal=journal.newest(world.practice), now=timezone.now(),
    )  # fmt: skip
    own = next(s for s in made if s.kind == Sheet.Kind.DESK and s.desk == world.desk1)
    sheets.printed([own], world.by)
    own.refresh_from_db()
    return own


@pytest.fixture
def rows(sheet) -> Callable[[str], list[SheetRow]]:
    return lambda kind: list(sheet.rows.filter(kind=kind).select_related("slot").order_by("place"))


def line(what: str = "booked", **said) -> Line:
    said.setdefault("reference", uuid.uuid4())
    said.setdefault("written_at", timezone.now() - timedelta(hours=1))
    return Line(what=what, **said)


@pytest.fixture
def key(world, sheet) -> Callable[..., Entry]:
    """Key a row of the sheet."""

    def key(row: SheetRow, what: str = "booked", by=None, **said) -> Entry:
        return rekey.enter(sheet.reference, row.code, line(what, **said), by or world.by)

    return key
