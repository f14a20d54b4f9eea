"""Arrived, sent in, left, did not attend: each by reception or the clinician whose list it is."""

from uuid import UUID

from appointments import journal
from appointments.booking.checks import appointment_of, rows_of, touch
from appointments.journal import Actor
from appointments.models import Appointment
from appointments.refusals import NotYours, WrongStatus
from appointments.wording import clock

Status = Appointment.Status

# For each mark: its columns' stem, and the states from which it may be given.
_MARKS = {
    Status.ARRIVED: ("arrived", (Status.BOOKED,)),
    Status.SENT_IN: ("sent_in", (Status.BOOKED, Status.ARRIVED)),
    Status.LEFT: ("left", (Status.BOOKED, Status.ARRIVED, Status.SENT_IN)),
    Status.DID_NOT_ATTEND: ("did_not_attend", (Status.BOOKED, Status.ARRIVED)),
}


def arrive(appointment_id: UUID, by: Actor) -> Appointment:
    """Mark the patient as arrived."""
    return _mark(appointment_id, by, Status.ARRIVED, "arrive")


def send_in(appointment_id: UUID, by: Actor) -> Appointment:
    """Mark the patient as sent in to the clinician."""
    return _mark(appointment_id, by, Status.SENT_IN, "send_in")


def leave(appointment_id: UUID, by: Actor) -> Appointment:
    """Mark the patient as seen and gone."""
    return _mark(appointment_id, by, Status.LEFT, "leave")


def did_not_attend(appointment_id: UUID, by: Actor) -> Appointment:
    """Mark that the patient did not come; not before the appointment's time."""
    return _mark(appointment_id, by, Status.DID_NOT_ATTEND, "did_not_attend")


def undo_mark(appointment_id: UUID, by: Actor) -> Appointment:
    """Take the newest mark back; the appointment is as it was before it."""
    with journal.writing(by, "undo_mark") as entry:
        appointment = appointment_of(by, appointment_id)
        _may_mark(by, appointment)
        if appointment.status not in _MARKS:
            return appointment
        stem, _ = _MARKS[Status(appointment.status)]
        before = Status.BOOKED
        for status in (Status.ARRIVED, Status.SENT_IN):
            if status != appointment.status and getattr(appointment, f"{_MARKS[status][0]}_at"):
                before = status
        for row in rows_of(appointment):
            entry.change(row, status=before, **{f"{stem}_at": None, f"{stem}_by": None})
        touch(entry, appointment.slot)
        return appointment


def _mark(appointment_id: UUID, by: Actor, status: Status, command: str) -> Appointment:
    with journal.writing(by, command) as entry:
        appointment = appointment_of(by, appointment_id)
        _may_mark(by, appointment)
        if appointment.status == status:
            return appointment
        stem, allowed = _MARKS[status]
        if appointment.status not in allowed:
            raise WrongStatus(
                f"This appointment is {appointment.get_status_display()}. Undo that first."
            )
        if status == Status.DID_NOT_ATTEND and appointment.slot.starts_at > entry.at:
            raise WrongStatus(
                f"It is not yet {clock(appointment.slot.starts_at)}: mark it when the time has "
                "passed, or cancel it."
            )
        for row in rows_of(appointment):
            entry.change(row, status=status, **{f"{stem}_at": entry.at, f"{stem}_by": by.staff})
        touch(entry, appointment.slot)
        return appointment


def _may_mark(by: Actor, appointment: Appointment) -> None:
    if by.staff is None or by.staff.may_book:
        return
    holders = appointment.slot.session.session_holders
    if not holders.filter(clinician=by.staff.clinician_id).exists():
        raise NotYours("Only reception, or the clinician whose list it is, can mark this patient.")
