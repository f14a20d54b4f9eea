"""What was set aside, on its way to its end: handed on, told to the duty clinician, whose it is."""

from datetime import datetime
from uuid import UUID

from appointments import journal
from appointments.booking.checks import patient_of, reception_only
from appointments.journal import Actor
from appointments.models import Staff
from appointments.refusals import BadDetail, NotFound, WrongStatus
from fallback.models import Entry
from fallback.rekey.rows import entry_of

End = Entry.End


def hand_on(entry_id: UUID, by: Actor, *, owner: Staff, due_at: datetime) -> Entry:
    """Say who sees to it from now on, and by when."""
    reception_only(by)
    if owner.practice_id != by.practice.pk or not owner.is_active:
        raise NotFound("This person does not work here any more. Choose somebody else.")
    with journal.writing(by, "hand_on") as draft:
        entry = _open_one(by, entry_id)
        draft.change(entry, owner=owner, due_at=due_at)
        return entry


def tell_duty(entry_id: UUID, by: Actor, *, told_by: str, at: datetime) -> Entry:
    """Say that the duty clinician was told of it, when and by whom."""
    reception_only(by)
    if not told_by:
        raise BadDetail("Say who told the duty clinician.", "told_by")
    with journal.writing(by, "tell_duty") as draft:
        entry = _open_one(by, entry_id)
        if at > draft.at:
            raise BadDetail("This time has not come yet. Look at it again.", "at")
        draft.change(entry, told_at=at, told_by=told_by[:60])
        return entry


def say_who(entry_id: UUID, patient_id: UUID, by: Actor) -> Entry:
    """Say which patient it is about, where only a name was written."""
    reception_only(by)
    with journal.writing(by, "say_who") as draft:
        entry = _open_one(by, entry_id)
        draft.change(entry, patient=patient_of(by, patient_id))
        return entry


def reopen(entry_id: UUID, by: Actor) -> Entry:
    """Take back that it was closed; nothing that was booked from it. Twice changes nothing."""
    reception_only(by)
    with journal.writing(by, "reopen_entry") as draft:
        entry = entry_of(by, entry_id)
        if entry.end != End.SET_ASIDE:
            raise WrongStatus("This one is in the book by now. Cancel or move the appointment.")
        draft.change(entry, closed_at=None, closed_by=None, closed_how="")
        return entry


def _open_one(by: Actor, entry_id: UUID) -> Entry:
    entry = entry_of(by, entry_id)
    if entry.end != End.SET_ASIDE or entry.closed_at is not None:
        raise WrongStatus("Somebody has closed this one meanwhile. Look at the list again.")
    return entry
