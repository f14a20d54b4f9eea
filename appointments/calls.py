"""The call list: whom to ring, and the commands that record what came of it.

A patient goes onto the list where the appointment is lost (booking.ring).
"""

from datetime import datetime, time
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, QuerySet, When
from django.utils import timezone

from appointments import journal, slots
from appointments.availability import LONDON
from appointments.journal import Actor
from appointments.models import Appointment, Call, Practice
from appointments.refusals import NeedsReason, NotFound, NotYours, WrongStatus
from appointments.wording import clock

# After these the duty clinician says what is next, where somebody had to give way in a clash.
NOT_REACHED = (Call.Outcome.NO_ANSWER, Call.Outcome.WRONG_NUMBER)
# After these nobody waits any more; after the others the patient is rung again.
ENDS = (Call.Outcome.REACHED, Call.Outcome.LETTER)
# A cancelled session's patients all wait since the same moment: whoever would come first is first.
BY_TIME = ("appointment__slot__starts_at", "id")


class CallLine(NamedTuple):
    """Somebody to ring: what was lost, and what the patient has coming already."""

    call: Call
    slot: dict[str, str]  # that was lost, or to which the patient was moved
    is_lost: bool
    coming: dict[str, str] | None
    for_duty: bool  # the duty clinician says what is next


def to_ring(practice: Practice) -> list[CallLine]:
    """List who waits for a call: for the duty clinician, the urgent, then who waits longest."""
    urgent = When(appointment__urgency=Appointment.Urgency.URGENT, then=0)
    waiting = practice.call_set.filter(done_at=None)
    lines = _lines(waiting.order_by(Case(urgent, default=1), "asked_at", *BY_TIME))
    return sorted(lines, key=lambda line: not line.for_duty)


def done_today(practice: Practice) -> list[CallLine]:
    """List the calls that ended today, the newest first."""
    midnight = datetime.combine(timezone.localdate(timezone=LONDON), time.min, LONDON)
    return _lines(practice.call_set.filter(done_at__gte=midnight).order_by("-done_at"))


def waiting_for_a_call(practice: Practice) -> int:
    """Count the patients to ring."""
    return practice.call_set.filter(done_at=None).count()


def line_of(practice: Practice, call_id: UUID) -> CallLine | None:
    """Read one call as the list shows it."""
    lines = _lines(practice.call_set.filter(pk=call_id))
    return lines[0] if lines else None


def _lines(calls: QuerySet[Call]) -> list[CallLine]:
    rows = calls.select_related(
        "patient", "tried_by", "asked_by", "duty_said_by", "appointment__slot__session__site"
    ).prefetch_related("appointment__slot__session__holders")
    coming = _coming({row.patient_id for row in rows})
    return [_line(row, *coming.get(row.patient_id, (None, None))) for row in rows]


def _line(call: Call, next_id: UUID | None, coming: dict[str, str] | None) -> CallLine:
    return CallLine(
        call,
        slots.place(call.appointment.slot),
        is_lost=call.appointment.status == Appointment.Status.CANCELLED,
        coming=coming if next_id != call.appointment_id else None,
        for_duty=waits_for_duty(call),
    )


def waits_for_duty(call: Call) -> bool:
    """Say whether the duty clinician is asked: somebody who gave way could not be reached."""
    if call.clash_id is None or call.done_at is not None or call.outcome not in NOT_REACHED:
        return False
    return not (call.duty_said_at and call.tried_at and call.duty_said_at >= call.tried_at)


def _coming(patient_ids: set[UUID]) -> dict[UUID, tuple[UUID, dict[str, str]]]:
    """Read the next appointment of each of these patients: its id, and in words."""
    rows = Appointment.objects.filter(
        patient__in=patient_ids,
        status=Appointment.Status.BOOKED,
        continues=None,
        slot__starts_at__gt=timezone.now(),
    )
    rows = rows.select_related("slot__session__site").prefetch_related("slot__session__holders")
    latest_first = rows.order_by("-slot__starts_at")
    return {row.patient_id: (row.pk, slots.place(row.slot)) for row in latest_first}


def record(by: Actor, call_id: UUID, outcome: str, *, tries: int, note: str | None = None) -> Call:
    """Record what came of ringing: reached, no answer, wrong number, or a letter sent instead.

    `tries` is how many there had been when the person looked: a try that was counted meanwhile
    (the same form again, or a colleague) is not counted twice. Raises WrongStatus when somebody
    else had ended the call otherwise.
    """
    _reception_only(by)
    with journal.writing(by, "record_call") as entry:
        call = _call(by, call_id)
        if call.done_at is not None:
            if call.outcome != outcome:
                raise WrongStatus(
                    f"{call.tried_by.name if call.tried_by else 'The program'} ended this call at "
                    f"{clock(call.done_at)}: {call.get_outcome_display().lower()}."
                )
            return call
        if outcome not in ENDS and call.tries != tries:
            return call
        entry.change(
            call,
            outcome=outcome,
            note=call.note if note is None else note,
            tries=call.tries + (outcome != Call.Outcome.LETTER),
            tried_at=entry.at,
            tried_by=by.staff,
            done_at=entry.at if outcome in ENDS else None,
        )
        return call


def note(by: Actor, call_id: UUID, text: str) -> Call:
    """Write a note for whoever rings next."""
    _reception_only(by)
    with journal.writing(by, "note_call") as entry:
        call = _call(by, call_id)
        entry.change(call, note=text)
        return call


def duty_says(by: Actor, call_id: UUID, clinician_id: UUID, text: str) -> Call:
    """Take down what the duty clinician wants done about somebody who can't be reached.

    The call stays on the list, to be rung or ended as was said.
    """
    _reception_only(by)
    if not text:
        raise NeedsReason("Say what the duty clinician wants done.")
    with journal.writing(by, "duty_says") as entry:
        call = _call(by, call_id)
        clinician = by.practice.clinician_set.filter(pk=clinician_id, left_on=None).first()
        if clinician is None:
            raise NotFound("This clinician is not in the book. Choose again.")
        if waits_for_duty(call):
            entry.change(call, duty_said=text[:200], duty_said_at=entry.at, duty_said_by=clinician)
        return call


def put_back(by: Actor, call_id: UUID) -> Call:
    """Put a call that was ended by mistake back on the list; its tries stay counted."""
    _reception_only(by)
    with journal.writing(by, "put_back_call") as entry:
        call = _call(by, call_id)
        if call.done_at is not None:
            entry.change(call, outcome=Call.Outcome.TO_RING, done_at=None)
        return call


def _reception_only(by: Actor) -> None:
    if by.staff is not None and not by.staff.may_book:
        raise NotYours("Ringing patients is reception's. Ask the desk to do this.")


def _call(by: Actor, call_id: UUID) -> Call:
    calls = by.practice.call_set.select_related("tried_by")
    call = calls.filter(pk=call_id).first()
    if call is None:
        raise NotFound("This call is not on the list any more. Reload the page.")
    return call
