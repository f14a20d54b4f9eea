"""Commands on slot types."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from appointments import journal
from appointments.journal import Actor
from appointments.models import SlotType
from appointments.refusals import AlreadyThere

from .shared import amended, managers_only


def add_slot_type(by: Actor, *, name: str, **values: Any) -> SlotType:
    """Add a slot type."""
    managers_only(by)
    with journal.writing(by, "add_slot_type") as entry:
        _refuse_name(by, name)
        slot_type = SlotType(practice=by.practice, name=name, **values)
        entry.add(slot_type)
    return slot_type


def amend_slot_type(slot_type_id: UUID, by: Actor, **values: Any) -> SlotType:
    """Change what a slot type is called, how it looks, or from when its slots may be booked."""
    if "name" in values:
        _refuse_name(by, values["name"], but=slot_type_id)
    return amended(SlotType, slot_type_id, by, "amend_slot_type", values)


def retire_slot_type(slot_type_id: UUID, by: Actor) -> SlotType:
    """Offer a slot type no longer for new slots; those that are there keep it."""
    today = timezone.localdate()
    return amended(SlotType, slot_type_id, by, "retire_slot_type", {"retired_on": today})


def restore_slot_type(slot_type_id: UUID, by: Actor) -> SlotType:
    """Offer a slot type again."""
    return amended(SlotType, slot_type_id, by, "restore_slot_type", {"retired_on": None})


def _refuse_name(by: Actor, name: str, but: UUID | None = None) -> None:
    same = by.practice.slottype_set.filter(name__iexact=name)
    if (same.exclude(pk=but) if but else same).exists():
        raise AlreadyThere(f"There is a slot type called {name} already. Choose another name.")
