"""Keep each site's day in memory and bring it up to date by the journal.

Thirty desks poll every 1.5 s, and a busy day has 1,080 slots. A day that was read once is carried
on: the journal says which slots were booked, marked or kept since, and only these are read again.
Anything that is not so plain (a session opened, a name amended, two patients of one name) and the
whole day is read afresh, which is always right.
"""

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db.models.functions import Length

from appointments import journal
from appointments.availability import State
from appointments.diary import reading
from appointments.diary.lines import Column, SlotLine
from appointments.diary.reading import Book
from appointments.models import Appointment, JournalEntry, Slot

# Days kept: today's and the days around it at each site. A busy one takes about 2 MB.
REMEMBERED = 24

# Rows that decide how a whole day looks. Once one of them changed, the day is read afresh; slots
# and appointments are read again by themselves, and any other row does not show on the day.
BEHIND_A_DAY = {
    "site", "clinician", "desk", "duty", "session", "sessionholder", "slottype", "patient",
}  # fmt: skip
LONGEST = 200_000  # characters of what happened since; a longer story is a load's
AT_MOST = 50  # slots read again; more, and the whole day costs no more


def newest_book(practice_id: UUID, site_id: UUID, day: date) -> Book:
    """Give a site's day as it stands in the book now."""
    number, mark = journal.newest_for(practice_id, site_id, day)
    shelf = _shelf(practice_id, site_id, day)
    book = shelf[0]
    if book is None or book.mark != mark:
        # The mark was read first: what is read after it is at least as new.
        carried = book and _carried_on(book, practice_id, site_id, day, number, mark)
        book = carried or reading.read(practice_id, site_id, day, number, mark)
        shelf[0] = book
    return book


@lru_cache(maxsize=REMEMBERED)
def _shelf(practice_id: UUID, site_id: UUID, day: date) -> list[Book | None]:
    return [None]


def _carried_on(
    book: Book, practice_id: UUID, site_id: UUID, day: date, number: int, mark: str
) -> Book | None:
    """Carry a day on to a newer entry; None if what happened since is not plain enough."""
    touches = journal.touching(practice_id, site_id, day, book.number)
    told = touches.values_list("number", "entry__hash", Length("entry__changes"))
    first, *since = [one for one in told if one[0] <= number] or [(0, "", 0)]
    if first[:2] != (book.number, book.mark) or sum(length for *_, length in since) > LONGEST:
        return None
    slot_ids = _slots_changed(practice_id, [n for n, *_ in since])
    if slot_ids is None or len(slot_ids) > AT_MOST:
        return None
    carried = _with_slots(book, slot_ids)
    return carried and carried._replace(number=number, mark=mark)


def _slots_changed(practice_id: UUID, numbers: list[int]) -> set[UUID] | None:
    entries = JournalEntry.objects.filter(practice=practice_id, number__in=numbers)
    slots, appointments = set(), set()
    for text in entries.values_list("changes", flat=True):
        for change in json.loads(text):
            if change["what"] == "slot":
                slots.add(UUID(change["id"]))
            elif change["what"] == "appointment":
                appointments.add(UUID(change["id"]))
                said = ((change.get(when) or {}).get("slot_id") for when in ("was", "now"))
                slots.update(UUID(slot) for slot in said if slot)
            elif change["what"] in BEHIND_A_DAY:
                return None
    there = Appointment.objects.filter(pk__in=appointments).values_list("slot_id", flat=True)
    return slots.union(there)


def _with_slots(book: Book, slot_ids: set[UUID]) -> Book | None:
    """Read these slots again and put them in their places."""
    sessions = book.cast.sessions
    slots = reading.slots_of(Slot.objects.filter(pk__in=slot_ids, session__in=list(sessions)))
    rows = reading.people_of(Appointment.objects.filter(slot__in=[slot.id for slot in slots]))
    old = {line.id: line for column in book.columns for line in column.slots}
    names = book.names | {row.patient_id: row.called for row in rows}
    before = {p.patient_id for slot in slots for p in _people(old, slot.id)}
    if _shared(names, before | {row.patient_id for row in rows}):
        return None
    people = reading.persons(rows, alike=set())
    fresh: dict[UUID, SlotLine] = {}
    still_open = dict(book.open)
    for slot in slots:
        here = people.get(slot.id, [])
        if slot.id not in old or slot.removed_at is not None:
            return None
        line = book.grid.line(slot, book.cast, here)._replace(lane=old[slot.id].lane)
        if (line.row, line.span) != (old[slot.id].row, old[slot.id].span):
            return None
        fresh[slot.id] = line
        still_open.pop(slot.id, None)
        if line.state == State.FREE:
            still_open[slot.id] = reading.open_slot(slot, book.cast)
    columns = tuple(_with_lines(column, fresh) for column in book.columns)
    moments = reading.moments_of(still_open)
    return book._replace(columns=columns, open=still_open, moments=moments, names=names)


def _people(lines: dict[UUID, SlotLine], slot_id: UUID):
    return lines[slot_id].people if slot_id in lines else ()


def _shared(names: dict[UUID, reading.Name], patients: Iterable[UUID]) -> bool:
    """Whether anybody of these has the name of another of the day's patients."""
    called = list(names.values())
    return any(called.count(names[patient]) > 1 for patient in patients)


def _with_lines(column: Column, fresh: dict[UUID, SlotLine]) -> Column:
    if not any(line.id in fresh for line in column.slots):
        return column
    return column._replace(slots=tuple(fresh.get(line.id, line) for line in column.slots))
