"""Add, remove, retype, block and unblock the slots of a session."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from appointments import journal
from appointments.availability import LONDON
from appointments.journal import Actor, Draft
from appointments.models import Appointment, Hold, Session, Slot, SlotType
from appointments.refusals import NeedsReason, SlotHeld, SlotKept, SlotTaken, WrongStatus
from appointments.sessions.plans import PatternSlot, Stretch, new_slots
from appointments.sessions.shared import (
    check_overlaps,
    own,
    reception_only,
    session_of,
    slots_of,
    touch,
)
from appointments.wording import clock


def add_slots(
    by: Actor, session_id: UUID, stretch: Stretch, *, although_overlapping: bool = False
) -> int:
    """Add slots to a session, anywhere on its day; says how many are new.

    A slot that is there already just so is left as it is, so that adding twice adds once. One
    that would overlap with another slot of the session is refused.
    """
    reception_only(by)
    with journal.writing(by, "add_slots") as entry:
        session = session_of(by, session_id)
        if session.cancelled_at is not None:
            raise WrongStatus("This session is cancelled. Take the cancellation back first.")
        own(by.practice.slottype_set, stretch.slot_type, "slot type")
        starts = datetime.combine(session.day, stretch.starts, LONDON).astimezone(UTC)
        wanted = [
            PatternSlot(
                starts + number * stretch.length - session.starts_at,
                stretch.minutes,
                stretch.slot_type,
                stretch.mode,
            )
            for number in range(stretch.count)
        ]
        slots = _not_there_yet(session, new_slots(entry, session, wanted))
        if not slots:
            return 0
        begins = min(session.starts_at, slots[0].starts_at)
        ends = max(session.ends_at, slots[-1].ends_at)
        if (begins, ends) != (session.starts_at, session.ends_at):
            if not although_overlapping:
                check_overlaps(list(session.holders.all()), [(begins, ends)], but=session.pk)
            entry.change(session, starts_at=begins, ends_at=ends)
        entry.add_many(Slot, slots)
        touch(entry, session)
        return len(slots)


def _not_there_yet(session: Session, slots: list[Slot]) -> list[Slot]:
    def said(slot):
        return slot.starts_at, slot.minutes, slot.slot_type_id, slot.mode

    there = list(session.slots.filter(removed_at=None))
    same = {said(slot) for slot in there}
    new = [slot for slot in slots if said(slot) not in same]
    for slot in new:
        for other in there:
            if slot.starts_at < other.ends_at and other.starts_at < slot.ends_at:
                raise SlotTaken(
                    f"There is a slot from {clock(other.starts_at)} to {clock(other.ends_at)} "
                    "already. Choose another time, or remove that one first."
                )
    return new


def remove_slots(by: Actor, slot_ids: Iterable[UUID]) -> int:
    """Take free slots out of their session; says how many. Removing twice changes nothing."""
    reception_only(by)
    with journal.writing(by, "remove_slots") as entry:
        slots = [slot for slot in slots_of(by, slot_ids) if slot.removed_at is None]
        _check_unused(by, slots, entry.at)
        return _change_slots(entry, slots, removed_at=entry.at)


def change_type(by: Actor, slot_ids: Iterable[UUID], slot_type_id: UUID, mode: str) -> int:
    """Give slots another type and mode, booked or not; says how many were different."""
    reception_only(by)
    with journal.writing(by, "change_slot_type") as entry:
        slot_type: SlotType = own(by.practice.slottype_set, slot_type_id, "slot type")
        return _change_slots(entry, slots_of(by, slot_ids), slot_type=slot_type, mode=mode)


def block(by: Actor, slot_ids: Iterable[UUID], reason: str) -> int:
    """Block free slots so that nobody books them; says how many. Twice changes nothing."""
    reception_only(by)
    if not reason:
        raise NeedsReason("Say why, so that the next person knows whether it may be unblocked.")
    with journal.writing(by, "block") as entry:
        slots = [slot for slot in slots_of(by, slot_ids) if slot.blocked_at is None]
        _check_unused(by, slots, entry.at)
        return _change_slots(
            entry, slots, blocked_at=entry.at, blocked_by=by.staff, block_reason=reason
        )


def unblock(by: Actor, slot_ids: Iterable[UUID]) -> int:
    """Give blocked slots free again; says how many."""
    reception_only(by)
    with journal.writing(by, "unblock") as entry:
        slots = [slot for slot in slots_of(by, slot_ids) if slot.blocked_at is not None]
        return _change_slots(entry, slots, blocked_at=None, blocked_by=None, block_reason="")


def _change_slots(entry: Draft, slots: list[Slot], **values: Any) -> int:
    changed = entry.change_many(Slot, [(slot, values) for slot in slots])
    for session in {slot.session for slot in slots}:
        touch(entry, session)
    return changed


def _check_unused(by: Actor, slots: list[Slot], now: datetime) -> None:
    """Refuse slots in which somebody is booked, or which a desk has."""
    booked = set(
        Appointment.objects.filter(slot__in=slots)
        .exclude(status=Appointment.Status.CANCELLED)
        .values_list("slot_id", flat=True)
    )
    if taken := [slot for slot in slots if slot.pk in booked]:
        raise SlotTaken(f"{_times(taken)} booked. Move or cancel first; nothing was changed.")
    if kept := [slot for slot in slots if slot.kept_by_id]:
        raise SlotKept(
            f"{_times(kept)} held for outages by {kept[0].kept_by} "
            f"{kept[0].get_kept_on_display()}. Ask for it to be let go; nothing was changed."
        )
    held = Hold.objects.filter(slot__in=slots, until__gt=now).exclude(desk=by.desk)
    for hold in held.select_related("slot__session", "desk", "staff"):
        raise SlotHeld(
            f"{hold.desk} ({hold.staff.name}) is booking {clock(hold.slot.starts_at)} just now. "
            "Try again in two minutes; nothing was changed."
        )


def _times(slots: list[Slot]) -> str:
    *others, last = [clock(slot.starts_at) for slot in sorted(slots, key=lambda s: s.starts_at)]
    return f"{', '.join(others)} and {last} are" if others else f"{last} is"
