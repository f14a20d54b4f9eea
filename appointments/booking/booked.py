"""Book, move, cancel, reinstate, amend."""

import uuid
from typing import Any
from uuid import UUID

from appointments import journal
from appointments.booking.asking import NewAppointment
from appointments.booking.checks import (
    adjoining,
    appointment_of,
    check_extra,
    check_free,
    check_patient,
    patient_of,
    reception_only,
    rows_of,
    says_what_is_free,
    sent_before,
    slot_of,
    touch,
)
from appointments.booking.clashes import cancel_rows, settle_by_itself
from appointments.booking.moving import move_rows, use_up
from appointments.journal import Actor, Draft
from appointments.models import Appointment, Patient, Slot
from appointments.refusals import NeedsReason, ReferenceReused, WrongStatus

Status = Appointment.Status


@says_what_is_free
def book(slot_id: UUID, new: NewAppointment, by: Actor) -> Appointment:
    """Book a patient into a slot; the same reference again gives the first answer.

    A reason (`because`) is needed for an extra, a slot that is over, a patient who has died or
    left, and for an embargoed slot, which only the outage lead or a manager may take.
    Raises a BookingRefused with a sentence for the receptionist.
    """
    reception_only(by)
    sent_before(slot_id, new, by)
    with journal.writing(by, "book", reference=new.reference) as entry:
        if earlier := sent_before(slot_id, new, by):
            return _first_answer(earlier, new, slot_id, by)
        slot = slot_of(by, slot_id)
        patient = patient_of(by, new.patient)
        check_patient(patient, new.because)
        slots = [slot]
        if new.extra:
            check_extra(slot, new, entry.at)
        else:
            check_free(slot, by, new.because, entry.at, ignoring={slot_id})  # nobody is in it
            if new.double:
                slots.append(adjoining(slot, by, entry.at))
        appointment = _write(entry, slots, patient, new)
        if not new.extra:
            use_up(entry, slots)
        return appointment


def _write(entry: Draft, slots: list[Slot], patient: Patient, new: NewAppointment) -> Appointment:
    by = entry.by
    shared: dict[str, Any] = {
        "practice": by.practice,
        "patient": patient,
        "is_extra": new.extra,
        "because": new.because,
        "reason": new.reason,
        "notes": new.notes,
        "access_needs": new.access_needs,
        "mode": new.mode,
        "urgency": new.urgency,
        "booked_via": new.booked_via,
        "booked_at": entry.at,
        "booked_by": by.staff,
    }
    first, *rest = slots
    appointment = Appointment(
        slot=first, reference=new.reference, asked=new.fingerprint(first.pk), **shared
    )
    entry.add(appointment)
    touch(entry, first)
    for number, slot in enumerate(rest, 2):
        entry.add(
            Appointment(
                slot=slot,
                reference=uuid.uuid5(new.reference, str(number)),
                continues=appointment,
                **shared,
            )
        )
    return appointment


def _first_answer(earlier, new, slot_id, by) -> Appointment:
    if earlier.practice_id == by.practice.pk and earlier.asked == new.fingerprint(slot_id):
        return earlier
    raise ReferenceReused(
        "This form was already sent with other details. Open the slot again to start afresh."
    )


@says_what_is_free
def move(appointment_id: UUID, slot_id: UUID, by: Actor, because: str = "") -> Appointment:
    """Move an appointment (its double slot with it) to another slot, in one transaction.

    Moving it to where it already is changes nothing. An extra or a clash becomes an ordinary
    appointment in the new slot.
    """
    reception_only(by)
    with journal.writing(by, "move") as entry:
        appointment = appointment_of(by, appointment_id)
        if appointment.slot_id == slot_id:
            return appointment
        if appointment.status != Status.BOOKED:
            raise WrongStatus(
                f"This appointment is {appointment.get_status_display()}; only one that is "
                "booked can be moved. Book a new one instead."
            )
        move_rows(entry, appointment, slot_of(by, slot_id), because)
        settle_by_itself(entry, appointment, because or "Moved to another slot")
        return appointment


def cancel(
    appointment_id: UUID, by: Actor, *, cancelled_for: str = "patient", reason: str = ""
) -> Appointment:
    """Cancel an appointment; its slot is free again. Cancelling twice changes nothing.

    `cancelled_for` says who cancelled: 'patient' or 'practice'; the practice needs a reason.
    """
    reception_only(by)
    if cancelled_for == "practice" and not reason:
        raise NeedsReason("Say why the practice cancels: the patient will ask.")
    with journal.writing(by, "cancel") as entry:
        appointment = appointment_of(by, appointment_id)
        if appointment.status == Status.CANCELLED:
            return appointment
        if appointment.status in (Status.LEFT, Status.DID_NOT_ATTEND, Status.SENT_IN):
            raise WrongStatus(
                f"This appointment is {appointment.get_status_display()}; undo that first."
            )
        cancel_rows(entry, [appointment], cancelled_for, reason)
        settle_by_itself(entry, appointment, reason or "The patient cancelled")
        return appointment


@says_what_is_free
def reinstate(appointment_id: UUID, by: Actor) -> Appointment:
    """Take a cancellation back, if the slot is still free."""
    reception_only(by)
    with journal.writing(by, "reinstate") as entry:
        appointment = appointment_of(by, appointment_id)
        if appointment.status != Status.CANCELLED:
            return appointment
        rows = rows_of(appointment)
        if not appointment.is_extra:
            for row in rows:
                check_free(slot_of(by, row.slot_id), by, "taken back", entry.at)
        for row in rows:
            entry.change(
                row,
                status=Status.BOOKED,
                in_clash=False,
                cancelled_at=None,
                cancelled_by=None,
                cancelled_for="",
                cancel_reason="",
            )
        touch(entry, appointment.slot)
        return appointment


def amend(appointment_id: UUID, by: Actor, **details: str) -> Appointment:
    """Change what was noted with an appointment: reason, notes, access_needs, mode, urgency."""
    reception_only(by)
    with journal.writing(by, "amend") as entry:
        appointment = appointment_of(by, appointment_id)
        for row in rows_of(appointment):
            entry.change(row, **details)
        touch(entry, appointment.slot)
        return appointment
