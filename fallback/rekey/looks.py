"""Second looks: which rows wait for another person, and which differences wait for an answer.

Which rows are looked at is by chance and stays the same: a row keyed anew is in the sample again,
and so is every row of which the paper said otherwise once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from appointments import slots
from appointments.models import Practice, Staff
from fallback.models import Entry, SecondLook, Sheet, SheetRow
from fallback.plans import plan_of

_CLOSED = (Sheet.End.DONE, Sheet.End.LOST)


@dataclass(frozen=True)
class Looks:
    """How far a sheet is with its second looks, as one person sees it."""

    sheet: Sheet
    to_look: int  # that this person may look at
    own: int  # keyed by this person: somebody else's to look at
    back: int  # differences that wait for whoever keyed the row


@dataclass(frozen=True)
class Line:
    """A keyed row beside its paper: what the book says was written there."""

    entry: Entry
    row: SheetRow
    place: dict[str, str]  # of the row as printed; empty for a row without a slot
    other: dict[str, str]  # where it went, if that is another slot
    looks: list[SecondLook]  # earlier ones that were answered

    @property
    def is_blank(self) -> bool:
        """Whether it says that nothing is written there."""
        return self.entry.what == Entry.What.NOTHING


@dataclass(frozen=True)
class OfSheet:
    """What one person may look at on a sheet, and which row is in hand."""

    written: list[Line]
    blank: list[Line]  # of which was said that nothing is written there
    in_hand: Line | None
    done: Line | None  # looked at just now


def is_chosen(row_id: UUID, of_ten: int) -> bool:
    """Whether a row is among so many in ten; its id was made by chance."""
    return row_id.int % 10 < of_ten


def waiting(practice: Practice, sheets: Iterable[Sheet] | None = None) -> list[Entry]:
    """Give the entries that wait for a second look, of all sheets being keyed or of these."""
    of_ten = plan_of(practice).second_look
    if not of_ten:
        return []
    live = _live(practice, sheets)
    open_look = SecondLook.objects.filter(entry=OuterRef("pk"), answered_at=None)
    differed = SecondLook.objects.filter(practice=practice, agrees=False)
    again = set(differed.values_list("entry__row", flat=True))
    found = live.exclude(Exists(open_look)).select_related("keyed_by")
    return [each for each in found if is_chosen(each.row_id, of_ten) or each.row_id in again]


def came_back(practice: Practice, sheets: Iterable[Sheet] | None = None) -> QuerySet[SecondLook]:
    """Give the differences that nobody has answered: the entry still stands as it was keyed."""
    looks = SecondLook.objects.filter(agrees=False, answered_at=None)
    looks = looks.filter(entry__in=_live(practice, sheets)).order_by("looked_at")
    return looks.select_related(
        "looked_by", "entry__keyed_by", "entry__row__slot", "entry__sheet__desk", "entry__patient"
    )


def by_sheet(practice: Practice, staff: Staff) -> list[Looks]:
    """Count what waits, sheet by sheet; those on which this person can do something first."""
    counts: dict[UUID, list[int]] = {}
    for entry in waiting(practice):
        is_own = entry.keyed_by_id == staff.pk
        counts.setdefault(entry.sheet_id, [0, 0, 0])[is_own] += 1
    for look in came_back(practice):
        counts.setdefault(look.entry.sheet_id, [0, 0, 0])[2] += 1
    sheets = Sheet.objects.filter(pk__in=counts).select_related("desk", "site", "session")
    found = [Looks(sheet, *counts[sheet.pk]) for sheet in sheets]
    return sorted(found, key=lambda looks: not looks.to_look)


def of_sheet(
    sheet: Sheet, staff: Staff, *, wanted: UUID | None = None, done: UUID | None = None
) -> OfSheet:
    """Read what this person may look at on a sheet, in the order of the page.

    `wanted` is the entry to have in hand, looked at already or not, so that whoever pressed too
    quickly can say that it differs after all; `done` the one looked at just now.
    """
    ids = [e.pk for e in waiting(sheet.practice, [sheet]) if e.keyed_by_id != staff.pk]
    lines = _lines(Entry.objects.filter(pk__in=ids).order_by("row__place"))
    written = [line for line in lines if not line.is_blank]
    asked = _live(sheet.practice, [sheet]).filter(pk__in=[wanted, done]).exclude(keyed_by=staff)
    found: dict[UUID | None, Line] = {line.entry.pk: line for line in _lines(asked)}
    return OfSheet(
        written=written,
        blank=[line for line in lines if line.is_blank],
        in_hand=found.get(wanted) or next(iter(written), None),
        done=found.get(done),
    )


def _lines(entries: QuerySet[Entry]) -> list[Line]:
    rows = entries.select_related(
        "row__slot__session__site", "slot__session__site", "patient", "keyed_by", "appointment"
    ).prefetch_related(
        "row__slot__session__holders", "slot__session__holders", "looks__answered_by",
        "looks__looked_by",
    )  # fmt: skip
    return [_line(entry) for entry in rows]


def _line(entry: Entry) -> Line:
    row = entry.row
    other = entry.slot if entry.slot_id != row.slot_id else None
    return Line(
        entry=entry,
        row=row,
        place=slots.place(row.slot) if row.slot else {},
        other=slots.place(other) if other else {},
        looks=[look for look in entry.looks.all() if look.answered_at],
    )


def _live(practice: Practice, sheets: Iterable[Sheet] | None) -> QuerySet[Entry]:
    entries = Entry.objects.filter(practice=practice, taken_back_at=None)
    entries = entries.exclude(sheet__ended_as__in=_CLOSED)
    return entries if sheets is None else entries.filter(sheet__in=[each.pk for each in sheets])
