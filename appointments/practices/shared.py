"""What the commands on the settings share."""

from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db import models

from appointments import journal
from appointments.journal import Actor, Draft
from appointments.models import Site
from appointments.refusals import NotFound, NotYours

Row = TypeVar("Row", bound=models.Model)


def managers_only(by: Actor) -> None:
    """Refuse everybody but managers and the program itself."""
    if by.staff and not by.staff.may_manage:
        raise NotYours("Only a manager may change the settings.")


def own(model: type[Row], row_id: UUID, by: Actor) -> Row:
    """Return a row of the practice's own, locked until the command is done."""
    rows = model._default_manager.select_for_update(of=("self",))
    row = rows.filter(practice=by.practice, pk=row_id).first()
    if row is None:
        raise NotFound(f"That {model._meta.verbose_name} is not in this practice's settings.")
    return row


def amended(model: type[Row], row_id: UUID, by: Actor, command: str, values: dict) -> Row:
    """Change a row of the practice's own, by a manager; all diaries may look different after it."""
    managers_only(by)
    with journal.writing(by, command) as entry:
        row = own(model, row_id, by)
        if entry.change(row, **values):
            entry.touch_everything()
    return row


def touch_day(entry: Draft, day: date, site: Site | None) -> None:
    """Say that a day looks different, at one site or at all of them."""
    sites = [site.pk] if site else entry.by.practice.site_set.values_list("pk", flat=True)
    for site_id in sites:
        entry.touch(site_id, day)
