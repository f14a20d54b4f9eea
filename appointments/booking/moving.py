"""Put an appointment into another slot, within an open entry."""

from appointments.booking.checks import adjoining, check_free, touch
from appointments.journal import Draft
from appointments.models import Appointment, Hold, Slot


def move_rows(entry: Draft, appointment: Appointment, target: Slot, because: str) -> None:
    """Move an appointment, its double slot with it, to a slot that is checked to be free.

    An extra or a clash becomes an ordinary appointment there.
    """
    by = entry.by
    second = list(appointment.continuations.select_related("slot__session"))
    own_slots = {appointment.slot_id, *(row.slot_id for row in second)}
    targets = [target]
    check_free(target, by, because, entry.at, ignoring=own_slots)
    if second:
        targets.append(adjoining(target, by, entry.at, ignoring=own_slots))
    touch(entry, appointment.slot)
    touch(entry, target)
    # Out of the way first: a double appointment may move by one slot, onto its own second.
    order = [appointment, *second]
    if target.pk in {row.slot_id for row in second}:
        order.reverse()
        targets.reverse()
    for row, to in zip(order, targets, strict=True):
        entry.change(row, slot=to, is_extra=False, in_clash=False)
    entry.about(appointment.patient_id)
    use_up(entry, targets)


def use_up(entry: Draft, slots: list[Slot]) -> None:
    """Sold is sold: nobody has these slots in hand or keeps them for an outage any more."""
    for slot in slots:
        entry.change(slot, kept_by=None, kept_on="", asked_for_by=None)
    Hold.objects.filter(slot__in=slots).delete()
