"""What happened on paper, or at a desk that was cut off, comes into the book.

It is a fact by then: nothing here refuses it. Where the book says otherwise both stay, and a person
is asked (a clash, or a call). All of it works within an open entry, so that the line it came from
ends in the same transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from appointments.booking.checks import live_in, patient_of, rows_of, slot_of, touch
from appointments.booking.clashes import cancel_rows, ring, settle_by_itself
from appointments.journal import Draft
from appointments.models import Appointment, Clash, Hold, Slot, Staff

Status = Appointment.Status


@dataclass(frozen=True)
class Written:
    """An appointment as somebody took it down. `extra` says why it stands beside the slots."""

    patient: UUID
    reference: UUID
    at: datetime
    by: Staff | None = None
    reason: str = ""
    mode: str = ""  # empty: the slot's own
    urgency: str = "routine"
    booked_via: str = "telephone"
    notes: str = ""
    extra: str = ""


class Brought(NamedTuple):
    """What became of it: the appointment, the clash if two have the slot now, and whether new."""

    appointment: Appointment
    clash: Clash | None
    is_new: bool


def bring_in(entry: Draft, slot_id: UUID, written: Written, source: str) -> Brought:
    """Put somebody into a slot as it was written; `source` names the paper ('sheet K7QHM-4').

    The same reference again, or the same patient in that slot already, changes nothing. Somebody
    else there: both stay, in a clash. A slot that was blocked, taken out or cancelled meanwhile:
    the patient goes on the call list.
    """
    if earlier := Appointment.objects.filter(reference=written.reference).first():
        return Brought(earlier, _clash_of(earlier), is_new=False)
    slot = slot_of(entry.by, slot_id)
    patient = patient_of(entry.by, written.patient)
    there = None if written.extra else live_in(slot).first()
    if there is not None and there.patient_id == patient.pk:
        return Brought(there, None, is_new=False)
    appointment = Appointment(
        practice=entry.by.practice,
        slot=slot,
        patient=patient,
        reference=written.reference,
        is_extra=bool(written.extra),
        in_clash=there is not None,
        because=written.extra,
        reason=written.reason,
        notes=written.notes,
        mode=written.mode or slot.mode,
        urgency=written.urgency,
        booked_via=written.booked_via,
        booked_at=written.at,
        booked_by=written.by or entry.by.staff,
    )
    entry.add(appointment)
    touch(entry, slot)
    clash = None
    if there is not None:
        clash = Clash(
            practice=entry.by.practice,
            first=there.continues or there,  # of a double appointment the whole
            second=appointment,
            source=source,
            came_at=entry.at,
        )
        entry.add(clash)
    elif not written.extra:
        entry.change(slot, kept_by=None, kept_on="", asked_for_by=None)
        Hold.objects.filter(slot=slot).delete()
    if gone := _gone(slot):
        ring(entry, appointment, f"Written on {source}, but {gone}")
    return Brought(appointment, clash, is_new=True)


def note_cancelled(entry: Draft, appointment: Appointment, reason: str) -> bool:
    """Cancel as it was written; says whether the book had it otherwise."""
    if appointment.status == Status.CANCELLED:
        return False
    cancel_rows(entry, [appointment], "patient", reason)
    settle_by_itself(entry, appointment, reason)
    return True


def note_arrived(entry: Draft, appointment: Appointment, at: datetime) -> bool:
    """Mark that the patient came, as it was written; later marks stay. Says whether it is new."""
    return _note(entry, appointment, Status.ARRIVED, at, only_from=(Status.BOOKED,))


def note_did_not_attend(entry: Draft, appointment: Appointment, at: datetime) -> bool:
    """Mark that the patient did not come, as it was written. Says whether it is new."""
    return _note(entry, appointment, Status.DID_NOT_ATTEND, at, only_from=(Status.BOOKED,))


def _note(entry: Draft, appointment: Appointment, status, at: datetime, *, only_from) -> bool:
    if appointment.status not in only_from:
        return False
    stamped = {"status": status, f"{status}_at": at, f"{status}_by": entry.by.staff}
    for row in rows_of(appointment):
        entry.change(row, **stamped)
    touch(entry, appointment.slot)
    return True


def _gone(slot: Slot) -> str:
    if slot.session.cancelled_at:
        return "the session was cancelled"
    if slot.removed_at:
        return "the slot was taken out of the session"
    return "the slot was blocked" if slot.blocked_at else ""


def _clash_of(appointment: Appointment) -> Clash | None:
    return Clash.objects.filter(second=appointment, settled_at=None).first()
