"""Enter what a row says, take it back, fill a request, leave the rest of a sheet."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from appointments import booking, journal
from appointments.booking import Written
from appointments.booking.checks import (
    appointment_of,
    check_free,
    reception_only,
    says_what_is_free,
    slot_of,
)
from appointments.journal import Actor, Draft
from appointments.models import Appointment
from appointments.refusals import BadDetail, ReferenceReused, WrongStatus
from fallback import sheets
from fallback.models import Entry, Sheet, SheetRow
from fallback.rekey.rows import entry_of, refuse_entered, row_of, sheet_of, use_up

What, End = Entry.What, Entry.End
KEYED_WRONGLY = "Keyed wrongly from a sheet"
# A request that is urgent is nobody's to leave lying; any other is for the same day.
DUE_AFTER = {"urgent": timedelta(0), "soon": timedelta(hours=4), "routine": timedelta(hours=24)}


@dataclass(frozen=True)
class Line:
    """What a clerk keys of one row. `reference` is made by the form: sent again, nothing changes.

    `slot` is the one an extra stands beside, or to which somebody was moved; `appointment` the one
    that was cancelled, moved or marked.
    """

    what: str
    reference: UUID
    written_at: datetime
    taken_by: str = ""  # initials, as written
    patient: UUID | None = None
    typed: str = ""  # the name as written
    said: str = ""  # reason, message, note
    urgency: str = "routine"
    mode: str = ""
    slot: UUID | None = None
    appointment: UUID | None = None
    told_at: datetime | None = None
    told_by: str = ""


def enter(reference: str, code: str, line: Line, by: Actor) -> Entry:
    """Enter one row of a sheet; whatever it says is taken in, a clash stays for a person.

    Refused are only mistakes of the keying: an unknown row, one that was keyed already, a line
    without the patient or appointment that it needs.
    """
    reception_only(by)
    with journal.writing(by, "enter", reference=line.reference) as draft:
        sheet = sheet_of(by, reference)
        row = row_of(sheet, code)
        if earlier := Entry.objects.filter(practice=by.practice, reference=line.reference).first():
            if earlier.row_id != row.pk:
                raise ReferenceReused("This line was sent for another row. Key this one anew.")
            return earlier
        refuse_entered(row)
        made = _TAKEN_IN[What(line.what)](draft, sheet, row, line)
        draft.add(made)
        use_up(draft, row, "Keyed")
        return made


def leave_rest(
    reference: str, by: Actor, *, from_code: str = "", but: Collection[UUID] = ()
) -> int:
    """Say that nothing was written on the rows that have no entry yet; gives how many.

    With `from_code` those from that row on: what was skipped above it still has to be keyed. `but`
    names rows to leave alone, which somebody else has in hand.
    """
    reception_only(by)
    with journal.writing(by, "leave_rest") as draft:
        sheet = sheet_of(by, reference)
        keyed = Entry.objects.filter(sheet=sheet, taken_back_at=None).values("row")
        rows = sheet.rows.select_related("slot").exclude(pk__in=keyed).exclude(pk__in=but)
        if from_code:
            rows = rows.filter(place__gte=row_of(sheet, from_code).place)
        rest = list(rows)
        draft.add_many(Entry, [_nothing(draft, sheet, row, _blank(draft)) for row in rest])
        for row in rest:
            use_up(draft, row, "Nothing written")
        return len(rest)


def take_back_rest(entry_id: UUID, by: Actor) -> int:
    """Take back all that was left with one key, of which this entry is one; gives how many."""
    reception_only(by)
    with journal.writing(by, "take_back_rest") as draft:
        entry = entry_of(by, entry_id)
        together = Entry.objects.filter(
            sheet=entry.sheet, what=What.NOTHING, keyed_at=entry.keyed_at,
            keyed_by=entry.keyed_by, taken_back_at=None,
        )  # fmt: skip
        back = {"taken_back_at": draft.at, "taken_back_by": by.staff}
        return draft.change_many(Entry, [(each, back) for each in together])


def take_back(entry_id: UUID, by: Actor) -> SheetRow:
    """Take back what was keyed wrongly; the row may be keyed again. Twice changes nothing.

    An appointment that came of it is cancelled as ours, unless the patient is there by now.
    """
    reception_only(by)
    with journal.writing(by, "take_back") as draft:
        if gone := Entry.objects.filter(
            practice=by.practice, pk=entry_id, taken_back_at__isnull=False
        ).first():
            return gone.row
        entry = entry_of(by, entry_id)
        if entry.what in (What.CANCELLED, What.ARRIVED, What.DID_NOT_ATTEND, What.MOVED):
            raise WrongStatus(
                "Undo the mark on the appointment itself: other desks may have gone on from it."
            )
        made = entry.appointment
        if made is not None and made.reference == entry.reference:
            if made.status != Appointment.Status.BOOKED:
                raise WrongStatus(
                    f"This appointment is {made.get_status_display()} by now. Undo that first."
                )
            booking.cancel_rows(draft, [made], "practice", KEYED_WRONGLY)
            booking.settle_by_itself(draft, made, KEYED_WRONGLY)
        draft.change(entry, taken_back_at=draft.at, taken_back_by=by.staff)
        return entry.row


@says_what_is_free
def fill(entry_id: UUID, slot_id: UUID, by: Actor) -> Entry:
    """Give a request its slot: it ends in the book. Twice changes nothing.

    This is booked now, so the slot has to be free to this desk like any other.
    """
    reception_only(by)
    with journal.writing(by, "fill") as draft:
        entry = entry_of(by, entry_id)
        if entry.what != What.REQUEST or entry.closed_at is not None:
            return entry
        if entry.patient_id is None:
            raise BadDetail("Say first who asked: find or register the patient.", "patient")
        check_free(slot_of(by, slot_id), by, "", draft.at)
        written = Written(
            patient=entry.patient_id,
            reference=entry.reference,
            at=draft.at,
            by=by.staff,
            reason=entry.said[:200],
            urgency=entry.urgency or "routine",
        )
        brought = booking.bring_in(draft, slot_id, written, _source(entry.sheet))
        draft.change(
            entry,
            slot_id=slot_id,
            appointment=brought.appointment,
            clash=brought.clash,
            end=End.CLASH if brought.clash else End.IN_BOOK,
            closed_at=draft.at,
            closed_by=by.staff,
            closed_how="Given an appointment",
        )
        return entry


# --- What each kind of line becomes -----------------------------------------------------------


def _entry(draft: Draft, sheet: Sheet, row: SheetRow, line: Line, **values: Any) -> Entry:
    return Entry(
        practice=draft.by.practice, sheet=sheet, row=row, reference=line.reference,
        what=line.what, typed=line.typed[:200], said=line.said[:500], urgency=line.urgency,
        told_at=line.told_at, told_by=line.told_by[:60], written_at=line.written_at,
        taken_by=line.taken_by[:60], keyed_at=draft.at, keyed_by=draft.by.staff, **values,
    )  # fmt: skip


def _booked(draft: Draft, sheet: Sheet, row: SheetRow, line: Line) -> Entry:
    # A line of a page without a reference says itself where it goes.
    slot = line.slot if row.kind == SheetRow.Kind.LOOSE else row.slot_id
    if slot is None:
        raise BadDetail(f"Row {row.code} has no slot: choose beside which one it goes.", "slot")
    return _brought(draft, sheet, row, line, slot)


def _extra(draft: Draft, sheet: Sheet, row: SheetRow, line: Line) -> Entry:
    slot = line.slot or row.slot_id
    if slot is None:
        raise BadDetail("Say beside which slot the extra goes: day, time and clinician.", "slot")
    return _brought(draft, sheet, row, line, slot, extra=line.said or "Written as an extra")


def _brought(
    draft: Draft, sheet: Sheet, row: SheetRow, line: Line, slot_id: UUID, extra: str = ""
) -> Entry:
    if line.patient is None:
        raise BadDetail("Choose the patient, or register a temporary one.", "patient")
    written = Written(
        patient=line.patient, reference=line.reference, at=line.written_at,
        reason=line.said[:200], mode=line.mode, urgency=line.urgency, extra=extra[:200],
    )  # fmt: skip
    made, clash, _ = booking.bring_in(draft, slot_id, written, _source(sheet))
    return _entry(
        draft, sheet, row, line, slot_id=slot_id, patient_id=made.patient_id, appointment=made,
        clash=clash, end=End.CLASH if clash else End.IN_BOOK,
    )  # fmt: skip


def _marked(note: Callable[[Draft, Appointment, Line], bool]) -> Callable[..., Entry]:
    def marked(draft: Draft, sheet: Sheet, row: SheetRow, line: Line) -> Entry:
        appointment = _meant(draft, row, line)
        note(draft, appointment, line)
        return _entry(
            draft, sheet, row, line, slot_id=appointment.slot_id, appointment=appointment,
            patient_id=appointment.patient_id, end=End.IN_BOOK,
        )  # fmt: skip

    return marked


def _moved(draft: Draft, sheet: Sheet, row: SheetRow, line: Line) -> Entry:
    """Cancel where it was and bring it in where it was moved to, as one line."""
    appointment = _meant(draft, row, line)
    if line.slot is None:
        raise BadDetail("Say to which slot the appointment was moved.", "slot")
    booking.note_cancelled(draft, appointment, "Moved to another slot")
    written = Written(
        patient=appointment.patient_id, reference=line.reference, at=line.written_at,
        reason=appointment.reason, mode=appointment.mode, urgency=appointment.urgency,
    )  # fmt: skip
    made, clash, _ = booking.bring_in(draft, line.slot, written, _source(sheet))
    return _entry(
        draft, sheet, row, line, slot_id=line.slot, appointment=made, clash=clash,
        patient_id=made.patient_id, end=End.CLASH if clash else End.IN_BOOK,
    )  # fmt: skip


def _for_later(draft: Draft, sheet: Sheet, row: SheetRow, line: Line) -> Entry:
    """Set a request or a message aside until somebody has seen to it."""
    if not (line.said or line.typed or line.patient):
        raise BadDetail("Write down who asked, and for what.", "said")
    return _entry(
        draft, sheet, row, line, patient_id=line.patient, end=End.SET_ASIDE,
        why=What(line.what).label, owner=draft.by.staff,
        due_at=line.written_at + DUE_AFTER.get(line.urgency, DUE_AFTER["routine"]),
    )  # fmt: skip


def _nothing(draft: Draft, sheet: Sheet, row: SheetRow, line: Line) -> Entry:
    return _entry(draft, sheet, row, line, slot_id=row.slot_id, end=End.NOTHING)


def _blank(draft: Draft) -> Line:
    entry = Entry()  # for its id: each row needs a reference of its own
    return Line(what=What.NOTHING, reference=entry.pk, written_at=draft.at)


def _meant(draft: Draft, row: SheetRow, line: Line) -> Appointment:
    """Give the appointment that a mark is about: the one named, or the one in the row's slot."""
    if line.appointment is not None:
        return appointment_of(draft.by, line.appointment)
    rows = Appointment.objects.filter(slot=row.slot_id, is_extra=False, in_clash=False)
    live = rows.exclude(status=Appointment.Status.CANCELLED).first() if row.slot_id else None
    if live is None:
        raise BadDetail(
            f"Nobody is booked in row {row.code} now: say which appointment it was.", "appointment"
        )
    return appointment_of(draft.by, live.pk)


def _source(sheet: Sheet) -> str:
    return f"sheet {sheets.shown(sheet)}"


_TAKEN_IN: dict[str, Callable[[Draft, Sheet, SheetRow, Line], Entry]] = {
    What.BOOKED: _booked,
    What.EXTRA: _extra,
    What.CANCELLED: _marked(
        lambda draft, row, line: booking.note_cancelled(draft, row, line.said or "As written")
    ),
    What.ARRIVED: _marked(
        lambda draft, row, line: booking.note_arrived(draft, row, line.written_at)
    ),
    What.DID_NOT_ATTEND: _marked(
        lambda draft, row, line: booking.note_did_not_attend(draft, row, line.written_at)
    ),
    What.MOVED: _moved,
    What.REQUEST: _for_later,
    What.MESSAGE: _for_later,
    What.NOTHING: _nothing,
}
