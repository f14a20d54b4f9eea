"""A slot in hand while its booking form is open. Not journalled: it ends by itself."""

from datetime import timedelta
from uuid import UUID

from appointments import journal
from appointments.booking.checks import check_free, reception_only, says_what_is_free, slot_of
from appointments.journal import Actor, Draft
from appointments.models import Desk, Hold, Slot, Staff
from appointments.refusals import NotYours

# A booking form that is open refreshes its hold every 45 s; a PC that went dead lets go by itself.
HOLD_LASTS = timedelta(minutes=2)


@says_what_is_free
def hold(slot_id: UUID, by: Actor) -> Hold:
    """Take a slot in hand for two minutes while the booking form is open, or refresh that."""
    reception_only(by)
    if by.desk is None or by.staff is None:
        raise NotYours("Choose which desk this is first.")
    with journal.writing(by, "hold") as entry:  # records nothing: holds are not journalled
        slot = slot_of(by, slot_id)
        check_free(slot, by, "looking", entry.at)
        return put_in_hand(entry, slot, by.desk, by.staff)


def put_in_hand(entry: Draft, slot: Slot, desk: Desk, staff: Staff) -> Hold:
    """Put a slot in a desk's hand for two minutes, within an open entry."""
    row, _ = Hold.objects.update_or_create(
        slot=slot,
        defaults={
            "practice": entry.by.practice,
            "desk": desk,
            "staff": staff,
            "until": entry.at + HOLD_LASTS,
        },
    )
    return row


def release(slot_id: UUID, by: Actor) -> None:
    """Give a slot back that this desk has in hand."""
    Hold.objects.filter(practice=by.practice, slot=slot_id, desk=by.desk).delete()
