"""Slots held for outages: which desk has one for when it is cut off, on screen or on paper."""

from uuid import UUID

from appointments import journal
from appointments.availability import facts_of, is_kept_from
from appointments.booking.checks import described, hold_on, live_in, reception_only, slot_of, touch
from appointments.journal import Actor
from appointments.models import Desk, Slot
from appointments.refusals import NeedsReason, NotYours, SlotHeld, SlotKept, SlotTaken
from appointments.wording import clock


def keep(slot_ids: list[UUID], desk: Desk, on: str, by: Actor) -> int:
    """Hold free slots for a desk for when it is cut off, `on` 'screen' or 'paper'.

    Keeping what that desk keeps already writes nothing new. Says how many changed. A slot that
    is booked, blocked or kept by another desk is refused.
    """
    with journal.writing(by, "keep", details={"desk": desk.pk, "on": on}) as entry:
        count = 0
        for slot_id in slot_ids:
            slot = slot_of(by, slot_id)
            if (slot.kept_by_id, slot.kept_on) == (desk.pk, on):
                continue
            if slot.kept_by_id is not None and slot.kept_by_id != desk.pk:
                raise SlotKept(f"{described(slot)} is already held for outages by {slot.kept_by}.")
            if (held := hold_on(slot, entry.at)) and held.desk_id != desk.pk:
                raise SlotHeld(f"{held.desk} has {described(slot)} open until {clock(held.until)}.")
            if live_in(slot).exists() or slot.blocked_at or slot.session.cancelled_at:
                raise SlotTaken(f"{described(slot)} is not free, so it can't be held for outages.")
            count += entry.change(slot, kept_by=desk, kept_on=on, asked_for_by=None)
            touch(entry, slot)
        return count


def let_go(slot_ids: list[UUID], by: Actor, reason: str = "") -> int:
    """Let go of slots held for outages; says how many changed.

    A desk lets go of its own slots on screen. Those of another desk, or on paper, the outage
    lead lets go with a reason.
    """
    with journal.writing(by, "let_go", details={"reason_given": bool(reason)}) as entry:
        count = 0
        for slot_id in slot_ids:
            slot = slot_of(by, slot_id)
            if slot.kept_by_id is None:
                continue
            if is_kept_from(facts_of(slot), by.desk.pk if by.desk else None) and by.staff:
                if not by.staff.may_lead:
                    raise NotYours(
                        f"{described(slot)} is held by {slot.kept_by} "
                        f"{slot.get_kept_on_display()}. Ask that desk, or the outage lead, to let "
                        "go of it."
                    )
                if not reason:
                    raise NeedsReason(f"Say why {slot.kept_by} loses this slot.")
            count += entry.change(slot, kept_by=None, kept_on="", asked_for_by=None)
            touch(entry, slot)
        return count


def ask_for(slot_id: UUID, by: Actor) -> Slot:
    """Ask the desk that keeps a slot to let go of it; that desk sees the question."""
    reception_only(by)
    with journal.writing(by, "ask_for") as entry:
        slot = slot_of(by, slot_id)
        if slot.kept_by_id is not None and slot.kept_by_id != (by.desk and by.desk.pk):
            entry.change(slot, asked_for_by=by.desk)
            touch(entry, slot)
        return slot
