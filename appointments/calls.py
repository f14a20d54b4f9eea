"""Commands on the call list: what came of ringing a patient.

A patient goes onto the list where the appointment is lost (booking.ring).
"""

from uuid import UUID

from appointments import journal
from appointments.journal import Actor
from appointments.models import Call
from appointments.refusals import NotFound, NotYours, WrongStatus
from appointments.wording import clock

# After these nobody waits any more; after the others the patient is rung again.
ENDS = (Call.Outcome.REACHED, Call.Outcome.LETTER)


def record(by: Actor, call_id: UUID, outcome: str, *, tries: int, note: str = "") -> Call:
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
            note=note or call.note,
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
