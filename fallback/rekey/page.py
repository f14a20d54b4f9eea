"""One sheet on the screen: its rows as they were printed, what has happened since, how each ended.

The pages get plain values from here. What stood on a running list when it was printed comes from
the journal; a desk's own rows were free then, that is why they were dealt to it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from appointments import finding
from appointments.journal import Actor
from appointments.models import Appointment, Patient, Slot
from appointments.wording import clock, day_short, day_words, moment
from fallback import sheets
from fallback.models import Entry, Sheet, SheetRow
from fallback.paper.changes import readings
from fallback.rekey import presence
from fallback.rekey.reading import Sums, sums

Status, What, End = Appointment.Status, Entry.What, Entry.End

HEADINGS = {
    SheetRow.Kind.REQUEST: "Requests",
    SheetRow.Kind.EXTRA: "Extras",
    SheetRow.Kind.CANCELLATION: "Cancellations",
    SheetRow.Kind.MESSAGE: "Messages",
}
CLOSED = (Sheet.End.DONE, Sheet.End.LOST)
# How an entry that is in the book is said, after the patient's name.
SAID = {
    What.BOOKED: "in the book",
    What.EXTRA: "in the book as an extra",
    What.CANCELLED: "cancelled",
    What.ARRIVED: "arrived",
    What.DID_NOT_ATTEND: "DNA",
    What.MOVED: "moved",
    What.REQUEST: "in the book",
}


class Ended(NamedTuple):
    """How a row ended, in words: 'HUGHES, Mair' and 'in the book'."""

    entry_id: UUID
    name: str  # as in the book, else as it was written; empty where nothing was
    words: str
    end: str
    keyed: str  # 'Priya Shah, 14:02'
    keyed_at: datetime
    clash_id: UUID | None  # while it waits for a decision
    may_take_back: bool


@dataclass(frozen=True)
class Row:
    """A row as it stands on the page, and what became of it."""

    id: UUID
    code: str
    kind: str
    section: str  # the heading that it stands under
    slot_id: UUID | None
    day: str  # empty on the sheet's own day
    time: str
    with_whom: str
    then: tuple[str, ...]  # who stood on the page, on a running list
    since: tuple[str, ...]  # what has happened in the book since it was printed
    there: Appointment | None  # of whom stood on the page: whom a mark is about
    ended: Ended | None
    hand: str  # who else has it in hand

    @property
    def is_open(self) -> bool:
        """Whether it still has to be keyed."""
        return self.ended is None


class Start(NamedTuple):
    """What the form of a row begins with."""

    sheet: Sheet
    kind: str  # of the row
    before: "Before"
    again: Entry | None  # what was keyed on the row, and taken back


class Group(NamedTuple):
    """Rows under one heading of the page."""

    heading: str
    rows: list[Row]


class Before(NamedTuple):
    """When and by whom the row before was written: what the next one begins with."""

    written_at: datetime | None
    taken_by: str


class SheetPage(NamedTuple):
    """A sheet, as far as it has been keyed."""

    sheet: Sheet
    reference: str
    words: str  # 'Desk 2, Monday 23 November 2026, Harbour Surgery'
    notes: list[str]  # what is odd about the sheet
    sums: Sums
    groups: list[Group]
    hand: Row | None
    others: list[presence.Other]
    start: "Start"
    is_closed: bool

    @property
    def up(self) -> str:
        """The code of the row before the one in hand; empty at the top."""
        return self._beside(-1)

    @property
    def down(self) -> str:
        """The code of the row after the one in hand; empty at the end."""
        return self._beside(1)

    def _beside(self, step: int) -> str:
        codes = [row.code for row in self.rows]
        at = codes.index(self.hand.code) + step if self.hand else -1
        return codes[at] if 0 <= at < len(codes) else ""

    @property
    def stamp(self) -> str:
        """Tell whether anything is different from what a page shows."""
        ended = [(row.code, row.ended, row.hand) for row in self.rows]
        said = repr((tuple(self.sums), self.others, ended, self.sheet.ended_as))
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    @property
    def rows(self) -> list[Row]:
        """All rows, in the order of the page."""
        return [row for group in self.groups for row in group.rows]


def read(sheet: Sheet, by: Actor, *, code: str = "", after: str = "") -> SheetPage:
    """Read a sheet for one clerk, with a row in hand and noted as theirs.

    That is the row with this code; else the first after `after` (then from the top) that has to be
    keyed and that nobody else has in hand.
    """
    others = presence.others(by, sheet)
    rows = list(_rows(sheet, others))
    is_closed = sheet.ended_as in CLOSED
    hand = None if is_closed else _in_hand(rows, code.upper(), after.upper())
    presence.here(by, sheet, SheetRow(pk=hand.id) if hand else None)
    return SheetPage(
        sheet=sheet,
        reference=sheets.shown(sheet),
        words=words(sheet),
        notes=notes(sheet),
        sums=sums(sheet),
        groups=[Group(heading, list(own)) for heading, own in groupby(rows, key=_heading)],
        hand=hand,
        others=others,
        start=start(sheet, hand.code if hand else ""),
        is_closed=is_closed,
    )


class Done(NamedTuple):
    """The row that was keyed last, and how many were left empty with the same key."""

    row: Row
    ended: Ended
    together: int


def done(page: SheetPage, code: str) -> Done | None:
    """Give the row that was keyed just now, to be said and taken back."""
    row = next((row for row in page.rows if row.code == code), None)
    if row is None or row.ended is None:
        return None
    same = (one.ended for one in page.rows if one.ended and one.ended.end == End.NOTHING)
    together = sum(ended.keyed_at == row.ended.keyed_at for ended in same)
    return Done(row, row.ended, together or 1)


def start(sheet: Sheet, code: str) -> Start:
    """Say what the form of a row begins with; of no row, what the sheet's next one would.

    When it was written, and by whom, is as at the row before: the nearest above that says so, else
    the one keyed last.
    """
    row = sheet.rows.filter(code=code.upper()).first() if code else None
    entries = Entry.objects.filter(sheet=sheet).exclude(what=What.NOTHING).select_related("row")
    every = sorted(entries, key=lambda entry: (entry.row.place, entry.keyed_at))
    live = [entry for entry in every if entry.taken_back_at is None]
    above = [entry for entry in live if row and entry.row.place < row.place]
    last = above[-1] if above else max(live, key=lambda entry: entry.keyed_at, default=None)
    own = [entry for entry in every if row and entry.row_id == row.pk]
    return Start(
        sheet=sheet,
        kind=row.kind if row else SheetRow.Kind.SLOT,
        before=Before(last.written_at, last.taken_by) if last else Before(None, ""),
        again=own[-1] if own and own[-1].taken_back_at else None,
    )


def notes(sheet: Sheet) -> list[str]:
    """Say what is odd about a sheet; nothing of it keeps anybody from keying what was written."""
    by = f" by {sheet.ended_by.name}" if sheet.ended_by else ""
    newer = f" Its newer one is {sheets.shown(sheet.replaced_by)}." if sheet.replaced_by else ""
    said = {
        Sheet.End.REPLACED: f"This sheet was replaced by a newer one before it was printed.{newer}",
        Sheet.End.BINNED: f"This sheet was binned{by}, since a newer print was in hand.",
        Sheet.End.SHREDDED: f"This sheet was said to be shredded{by}: there was no outage.",
        Sheet.End.DONE: f"Keyed and signed off{by}, {moment(sheet.ended_at)}.",
        Sheet.End.LOST: f"Declared lost{by}, {moment(sheet.ended_at)}.",
    }
    if sheet.ended_as in CLOSED:
        return [said[Sheet.End(sheet.ended_as)]]
    if sheet.ended_as:
        sentence = said[Sheet.End(sheet.ended_as)]
        return [f"{sentence} If somebody wrote on it all the same, key it: nothing is lost."]
    if sheet.printed_at is None and sheet.kind != Sheet.Kind.LOOSE:
        return ["No print of this sheet was registered. If you have it on paper, key it."]
    return []


# --- The rows ---------------------------------------------------------------------------------


def _rows(sheet: Sheet, others: Iterable[presence.Other]) -> Iterable[Row]:
    rows = list(
        sheet.rows.select_related("slot__session__site")
        .prefetch_related("slot__session__holders")
        .order_by("place")
    )
    entries = {entry.row_id: entry for entry in _entries(sheet)}
    slot_ids = [row.slot_id for row in rows if row.slot_id]
    people = _people(slot_ids)
    listed = _listed(sheet)
    hands = {other.row_id: f"{other.name}, {other.desk}" for other in others}
    for row in rows:
        entry, slot = entries.get(row.pk), row.slot
        here = people.get(row.slot_id, []) if row.slot_id else []
        then = listed.get(row.slot_id, ()) if row.slot_id else ()
        live = (a for a in here if a.status != Status.CANCELLED)
        listed_then = {pk for pk, _ in then}
        there = next((a for a in live if a.patient_id in listed_then), None)
        is_later = slot is not None and slot.session.day != sheet.day
        yield Row(
            id=row.pk,
            code=row.code,
            kind=row.kind,
            section=row.section or HEADINGS.get(SheetRow.Kind(row.kind), ""),
            slot_id=row.slot_id,
            day=day_short(slot.session.day) if slot and is_later else "",
            time=clock(slot.starts_at) if slot else "",
            with_whom=_with(slot) if slot else "",
            then=tuple(name for _, name in then),
            since=tuple(_since(row, slot, here, listed_then, entry)) if slot else (),
            there=there,
            ended=_ended(entry) if entry else None,
            hand=hands.get(row.pk, ""),
        )


def _entries(sheet: Sheet) -> Iterable[Entry]:
    return Entry.objects.filter(sheet=sheet, taken_back_at=None).select_related(
        "patient", "keyed_by", "clash", "owner", "appointment__slot__session"
    )


def _people(slot_ids: list[UUID]) -> dict[UUID, list[Appointment]]:
    rows = Appointment.objects.filter(slot__in=slot_ids)
    rows = rows.select_related("patient", "booked_by", "cancelled_by")
    rows = rows.order_by("slot_id", "is_extra", "booked_at")
    return {slot_id: list(own) for slot_id, own in groupby(rows, key=lambda row: row.slot_id)}


def _listed(sheet: Sheet) -> dict[UUID, list[tuple[UUID, str]]]:
    """Give whom a running list names in each slot: id of the patient, and the name as it is now."""
    if sheet.kind != Sheet.Kind.RUNNING:
        return {}
    seats = _seats(sheet.pk)
    patients = Patient.objects.in_bulk({pk for people in seats.values() for pk in people})
    return {
        slot: [
            (patients[pk].merged_into_id or pk, patients[pk].name)
            for pk in people
            if pk in patients
        ]
        for slot, people in seats.items()
    }


@lru_cache(maxsize=256)
def _seats(sheet_id: UUID) -> dict[UUID, list[UUID]]:
    """Read from the journal who was booked when a sheet was made: that never changes."""
    sheet = Sheet.objects.select_related("practice").get(pk=sheet_id)
    then = readings.read(sheet.practice, sheet.site_id, sheet.day, sheet.journal).then
    return {slot: [seat.patient for seat in seats] for slot, seats in then.seats.items()}


def _since(
    row: SheetRow, slot: Slot, here: list[Appointment], then: set[UUID], entry: Entry | None
) -> Iterable[str]:
    """Say what has happened in a slot since the page was printed, this row's own entry left out."""
    own = entry and entry.appointment_id
    for one in here:
        if one.pk == own or (entry and one.reference == entry.reference):
            continue
        if one.status == Status.CANCELLED:
            if one.patient_id in then:
                yield f"{one.patient.name} was cancelled{_by(one.cancelled_by, one.cancelled_at)}"
        elif one.patient_id not in then:
            how = " as an extra" if one.is_extra else ""
            yield f"{one.patient.name} was booked here{how}{_by(one.booked_by, one.booked_at)}"
        elif one.status != Status.BOOKED:
            at = getattr(one, f"{one.status}_at")
            yield f"{one.patient.name}: {one.get_status_display()}{_by(None, at)}"
    if slot.session.cancelled_at:
        yield "The session was cancelled"
    elif slot.removed_at:
        yield "The slot was taken out of the session"
    elif slot.blocked_at:
        yield f"The slot was blocked{_by(None, slot.blocked_at)}"
    if row.struck_at and entry is None:
        yield f"The row was struck out{_by(row.struck_by, row.struck_at)}"


def _by(who, at: datetime | None) -> str:
    person = f" by {who.name}" if who else ""
    return f"{person} {day_short(at)}, {clock(at)}" if at else person


def _with(slot: Slot) -> str:
    return finding.with_whom(slot.session.holders.all(), slot.session.name)


def _ended(entry: Entry) -> Ended:
    clash = entry.clash
    waits = clash is not None and clash.settled_at is None
    keyer = f"{entry.keyed_by.name}, " if entry.keyed_by else ""
    return Ended(
        entry_id=entry.pk,
        name=entry.patient.name if entry.patient else entry.typed,
        words=_how(entry, waits),
        end=entry.end,
        keyed=f"{keyer}{clock(entry.keyed_at)}",
        keyed_at=entry.keyed_at,
        clash_id=clash.pk if clash and waits else None,
        may_take_back=entry.what
        not in (What.CANCELLED, What.ARRIVED, What.DID_NOT_ATTEND, What.MOVED),
    )


def _how(entry: Entry, waits: bool) -> str:
    if entry.end == End.NOTHING:
        return "nothing written"
    if entry.end == End.CLASH:
        return "clash: a person decides" if waits else "clash settled"
    if entry.end == End.SET_ASIDE:
        if entry.closed_at:
            return f"{entry.why.lower()}: {entry.closed_how or 'closed'}"
        owner = f", {entry.owner.name}" if entry.owner else ""
        due = f", by {day_short(entry.due_at)} {clock(entry.due_at)}" if entry.due_at else ""
        return f"set aside: {entry.why.lower()}{owner}{due}"
    said = SAID[What(entry.what)]
    if entry.what == What.MOVED and entry.appointment:
        slot = entry.appointment.slot
        said += f" to {day_short(slot.session.day)}, {clock(slot.starts_at)}"
    return said


# --- The sheet --------------------------------------------------------------------------------


def _in_hand(rows: list[Row], code: str, after: str) -> Row | None:
    if named := next((row for row in rows if row.code == code), None):
        return named
    at = next((n for n, row in enumerate(rows, 1) if row.code == after), 0)
    todo = [row for row in (*rows[at:], *rows[:at]) if row.is_open]
    return next((row for row in todo if not row.hand), None)


def _heading(row: Row) -> str:
    return f"{row.day}: {row.section}" if row.day else row.section


def words(sheet: Sheet) -> str:
    """Say what a sheet is: 'Desk 2, Monday 23 November 2026, Harbour Surgery'."""
    session = ""
    if own := sheet.session:
        session = f", running list of {finding.with_whom(own.holders.all(), own.name)}"
    return f"{sheet.desk}{session}, {day_words(sheet.day)}, {sheet.site.name}"
