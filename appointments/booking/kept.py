"""Slots held for outages: which desk has one for when it is cut off, on screen or on paper."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from appointments import journal
from appointments.availability import facts_of, is_kept_from
from appointments.booking.checks import described, hold_on, live_in, reception_only, slot_of, touch
from appointments.journal import Actor, Draft
from appointments.models import Appointment, Desk, Hold, Slot
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


def blocked_there(slot_ids: Collection[UUID], by: Actor) -> int:
    """Say that held slots are blocked in the clinical system as well; says how many are new.

    From then on they count as the desks' own, and a load that says 'blocked' does not block them
    here. A slot that is not held any more is left out: nothing is to be blocked there for it.
    """
    reception_only(by)
    with journal.writing(by, "blocked_there") as entry:
        held = {"kept_by__isnull": False, "blocked_there_at": None}
        return _there(entry, slot_ids, held, {"blocked_there_at": entry.at, "by": by.staff})


def free_there(slot_ids: Collection[UUID], by: Actor) -> int:
    """Say that slots are not blocked in the clinical system any more; says how many are new."""
    reception_only(by)
    with journal.writing(by, "free_there") as entry:
        blocked = {"blocked_there_at__isnull": False}
        return _there(entry, slot_ids, blocked, {"blocked_there_at": None, "by": None})


def _there(entry: Draft, slot_ids: Collection[UUID], which: dict, said: dict) -> int:
    slots = entry.by.practice.slot_set.select_related("session").filter(pk__in=slot_ids, **which)
    rows = list(slots)
    who = said.pop("by")
    entry.change_many(Slot, [(slot, said | {"blocked_there_by": who}) for slot in rows])
    for slot in rows:
        touch(entry, slot)
    return len(rows)


def keep_free(entry: Draft, wanted: Mapping[UUID, tuple[Desk, str]]) -> list[Slot]:
    """Hold those of many slots that are still free, each for its desk, within an open entry.

    `wanted` says for each slot which desk gets it, and on what ('screen' or 'paper'). What was
    sold, blocked or taken in hand meanwhile is left out. Gives those that changed.
    """
    live = Appointment.objects.filter(slot=OuterRef("pk"), is_extra=False, in_clash=False)
    live = live.exclude(status=Appointment.Status.CANCELLED)
    held = Hold.objects.filter(slot=OuterRef("pk"), until__gt=entry.at)
    free = entry.by.practice.slot_set.filter(
        ~Exists(live), ~Exists(held), pk__in=list(wanted), kept_by=None, blocked_at=None,
        removed_at=None, session__cancelled_at=None, starts_at__gt=entry.at,
    )  # fmt: skip
    return _change_many(
        entry,
        [
            (slot, {"kept_by": wanted[slot.pk][0], "kept_on": wanted[slot.pk][1]})
            for slot in free.select_related("session")
        ],
    )


def give_up(entry: Draft, slot_ids: Iterable[UUID]) -> list[Slot]:
    """Let go of slots within an open entry, without asking whose they are.

    For whoever knows that the right to sell them has ended: the row was struck out, the sheet
    shredded, or nobody was given it yet. Gives those that changed.
    """
    kept = entry.by.practice.slot_set.filter(pk__in=slot_ids, kept_by__isnull=False)
    return _change_many(
        entry,
        [(slot, {"kept_by": None, "kept_on": ""}) for slot in kept.select_related("session")],
    )


def doubt(entry: Draft, slot_ids: Iterable[UUID]) -> list[Slot]:
    """Say within an open entry that the paper on which slots are kept was lost.

    They stay kept, and are shown as doubtful: somebody may be written there.
    """
    return _keep_on(entry, slot_ids, Slot.KeptOn.PAPER, Slot.KeptOn.LOST)


def no_doubt(entry: Draft, slot_ids: Iterable[UUID]) -> list[Slot]:
    """Say within an open entry that the paper turned up again: slots are kept on it as before."""
    return _keep_on(entry, slot_ids, Slot.KeptOn.LOST, Slot.KeptOn.PAPER)


def _keep_on(entry: Draft, slot_ids: Iterable[UUID], was: str, now: str) -> list[Slot]:
    slots = entry.by.practice.slot_set.select_related("session")
    kept = slots.filter(pk__in=slot_ids, kept_on=was)
    return _change_many(entry, [(slot, {"kept_on": now}) for slot in kept])


def _change_many(entry: Draft, slots: list[tuple[Slot, dict[str, Any]]]) -> list[Slot]:
    entry.change_many(Slot, [(slot, values | {"asked_for_by": None}) for slot, values in slots])
    for slot, _ in slots:
        touch(entry, slot)
    return [slot for slot, _ in slots]
