"""Something of every kind that waits for a person: for the rules that hold at every address."""

import uuid
from datetime import timedelta

from django.utils import timezone

from fallback import rekey
from fallback.models import Entry, Sheet
from fallback.rekey import Line
from tests.paper import printed_sheet
from tests.world import World


def furnish_waiting(world: World) -> dict:
    """Give a world a request from a page without a reference, and a lost sheet."""
    page = loose_page(world)
    asked = request(world, page)
    lost = printed_sheet(world, "10:20")
    rekey.declare_lost(lost.reference, world.by_lead, "Left on the bus")
    return {"loose_id": page.pk, "aside_id": asked.pk, "lost_id": lost.pk}


def loose_page(world: World, lines: int = 3) -> Sheet:
    """A page of so many lines from Desk 2's notebook."""
    return rekey.open_loose(
        world.by, site=world.site, desk=world.desk2, day=world.day, lines=lines,
        reference=uuid.uuid4(),
    )  # fmt: skip


def request(world: World, page: Sheet, place: int = 1, **said) -> Entry:
    """A line of a page that asks for an appointment, written three hours ago."""
    said = {"what": "request", "patient": world.ann.pk, "said": "Earache", **said}
    written_at = said.pop("written_at", timezone.now() - timedelta(hours=3))
    line = Line(reference=uuid.uuid4(), written_at=written_at, **said)
    return rekey.enter(page.reference, page.rows.get(place=place).code, line, world.by)
