"""Who else is keying a sheet, and which row each has in hand.

Two clerks may share a pile of paper, even one sheet. They see each other, and walking down a sheet
leaves out the rows that somebody else has in hand. That nobody keys a row twice does not hang on
it: the database sees to that.
"""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from appointments.journal import Actor
from fallback.models import Keying, Sheet, SheetRow

GONE_AFTER = timedelta(seconds=60)  # without a sign of life; a page says one every four seconds
NOTED_EVERY = timedelta(seconds=15)  # the same row again is noted no oftener


class Other(NamedTuple):
    """Somebody else on the sheet."""

    name: str
    desk: str
    row_id: UUID | None
    code: str  # of the row in hand; empty while none is


def here(by: Actor, sheet: Sheet, row: SheetRow | None) -> None:
    """Note that this clerk has the sheet open and the row in hand."""
    if by.staff is None or by.desk is None:
        return
    now, row_id = timezone.now(), row.pk if row else None
    clerk = Keying.objects.filter(staff=by.staff, desk=by.desk)
    known = clerk.filter(sheet=sheet, row=row_id, seen_at__lte=now)
    if known.filter(seen_at__gt=now - NOTED_EVERY).exists():
        return
    with transaction.atomic():  # waits its turn with the bookings
        if not clerk.update(sheet=sheet, row_id=row_id, seen_at=now):
            Keying.objects.get_or_create(
                staff=by.staff,
                desk=by.desk,
                defaults={
                    "practice": by.practice, "sheet": sheet, "row_id": row_id, "seen_at": now,
                },
            )  # fmt: skip


def left(by: Actor) -> None:
    """Note that this clerk has no sheet open any more."""
    clerk = Keying.objects.filter(practice=by.practice, staff=by.staff, desk=by.desk)
    if clerk.exists():
        with transaction.atomic():
            clerk.delete()


def others(by: Actor, sheet: Sheet) -> list[Other]:
    """List who else is on the sheet, by the row they have in hand."""
    seen = Keying.objects.filter(sheet=sheet, seen_at__gt=timezone.now() - GONE_AFTER)
    rows = seen.exclude(staff=by.staff, desk=by.desk).order_by("row__place", "staff__name")
    return [
        Other(one.staff.name, str(one.desk), one.row_id, one.row.code if one.row else "")
        for one in rows.select_related("staff", "desk", "row")
    ]
