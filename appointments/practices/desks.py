"""Commands on desks."""

from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from appointments import journal
from appointments.journal import Actor
from appointments.models import Desk, Site
from appointments.refusals import AlreadyThere, StillNeeded

from .shared import amended, managers_only, own


def add_desk(by: Actor, site_id: UUID, *, name: str = "", number: int | None = None) -> Desk:
    """Add a desk at a site; without a number it gets the next, without a name 'Desk 5'."""
    managers_only(by)
    with journal.writing(by, "add_desk") as entry:
        desks = by.practice.desk_set
        number = number or (desks.aggregate(most=Max("number"))["most"] or 0) + 1
        if desks.filter(number=number).exists():
            raise AlreadyThere(f"There is a desk {number} already. Choose another number.")
        desk = Desk(
            practice=by.practice,
            site=own(Site, site_id, by),
            number=number,
            name=name or f"Desk {number}",
        )
        entry.add(desk)
    return desk


def amend_desk(desk_id: UUID, by: Actor, **values: Any) -> Desk:
    """Change a desk's name or site."""
    return amended(Desk, desk_id, by, "amend_desk", values)


def close_desk(desk_id: UUID, by: Actor) -> Desk:
    """Take a desk out of use; PCs that stood there are asked for their desk again.

    What it holds for outages goes to other desks the next time slots are shared out, but for what
    is on paper already.
    """
    managers_only(by)
    with journal.writing(by, "close_desk") as entry:
        desk = own(Desk, desk_id, by)
        if not by.practice.desk_set.filter(closed_on=None).exclude(pk=desk.pk).exists():
            raise StillNeeded(f"{desk} is the only desk. Add another one first.")
        entry.change(desk, closed_on=desk.closed_on or timezone.localdate())
    return desk


def reopen_desk(desk_id: UUID, by: Actor) -> Desk:
    """Take a desk into use again."""
    return amended(Desk, desk_id, by, "reopen_desk", {"closed_on": None})
