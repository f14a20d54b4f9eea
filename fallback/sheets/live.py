"""Which paper may sell a slot: the live row. One rule, and the database lets there be only one.

A slot may stand on several of its desk's sheets: today's and tomorrow's, an old print and the
newer file. It is live on the first printed one that lists it, by the day it is for and then by
when it was made; if none is printed, on the first file. Every command that prints, ends or makes
a sheet settles its slots again, within its entry.
"""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from appointments import booking
from appointments.journal import Draft
from appointments.models import Practice, Slot
from fallback.models import Sheet, SheetRow


def on_printed_sheets(practice: Practice) -> set[UUID]:
    """Give the slots that stand on printed sheets: never dealt, never let go of by themselves."""
    rows = SheetRow.objects.filter(
        practice=practice, kind=SheetRow.Kind.SLOT, struck_at=None,
        sheet__printed_at__isnull=False, sheet__ended_at=None,
    )  # fmt: skip
    return set(rows.values_list("slot_id", flat=True))


def is_held_for(row: SheetRow) -> bool:
    """Whether the row's slot is still held on paper for the sheet's desk (both loaded)."""
    slot = row.slot
    return slot is not None and (slot.kept_by_id, slot.kept_on) == (
        row.sheet.desk_id,
        Slot.KeptOn.PAPER,
    )


def settle(entry: Draft, slot_ids: Iterable[UUID]) -> dict[UUID, SheetRow]:
    """Make the right rows of these slots live; gives the live row of each that has one."""
    standing = Q(sheet__ended_at=None, struck_at=None) | Q(is_live=True)
    rows = SheetRow.objects.filter(standing, slot__in=set(slot_ids), kind=SheetRow.Kind.SLOT)
    by_slot: dict[UUID | None, list[SheetRow]] = defaultdict(list)
    for row in rows.select_related("sheet__desk", "slot"):
        by_slot[row.slot_id].append(row)
    firsts = {slot_id: _first(own) for slot_id, own in by_slot.items()}
    live = {slot_id: row for slot_id, row in firsts.items() if row is not None}
    chosen = {row.pk for row in live.values()}
    every = [row for own in by_slot.values() for row in own]
    # First those that lose it, then those that get it: a slot may never be live twice.
    ends = [(row, {"is_live": False}) for row in every if row.is_live and row.pk not in chosen]
    entry.change_many(SheetRow, ends)
    entry.change_many(SheetRow, [(row, {"is_live": True}) for row in live.values()])
    return {slot_id: row for slot_id, row in live.items() if slot_id is not None}


def _first(rows: list[SheetRow]) -> SheetRow | None:
    standing = [
        row
        for row in rows
        if row.sheet.ended_at is None
        and row.struck_at is None
        # Printed paper may sell it whatever the book says; a file only what it is held for.
        and (row.sheet.printed_at is not None or is_held_for(row))
    ]
    return min(standing, key=_order, default=None)


def _order(row: SheetRow) -> tuple:
    sheet = row.sheet
    return sheet.printed_at is None, sheet.day, sheet.made_at, sheet.pk


def end(entry: Draft, sheets: Iterable[Sheet], ended_as: str, **values) -> None:
    """End sheets; what stood on them goes on on the desk's next sheet that lists it.

    What no other sheet lists is let go of: nobody has it on paper any more.
    """
    ending = [sheet for sheet in sheets if sheet.ended_at is None]
    ended = {"ended_at": entry.at, "ended_by": entry.by.staff, "ended_as": ended_as, **values}
    entry.change_many(Sheet, [(sheet, ended) for sheet in ending])
    let_go_unless_listed(entry, slots_on(ending))


def slots_on(sheets: Iterable[Sheet]) -> set[UUID]:
    """Give the slots that stand on sheets and are not struck out."""
    rows = SheetRow.objects.filter(
        sheet__in=[sheet.pk for sheet in sheets], kind=SheetRow.Kind.SLOT, struck_at=None
    )
    return {slot_id for slot_id in rows.values_list("slot_id", flat=True) if slot_id}


def let_go_unless_listed(entry: Draft, slot_ids: set[UUID]) -> None:
    """Settle slots, and let go of those held on paper that no sheet lists any more."""
    live = settle(entry, slot_ids)
    lost = slot_ids - live.keys()
    on_paper = Slot.objects.filter(pk__in=lost, kept_on=Slot.KeptOn.PAPER)
    booking.give_up(entry, list(on_paper.values_list("pk", flat=True)))
