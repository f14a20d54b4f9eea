"""What the practice decided about carrying on: its plan, and which slot types are dealt out."""

import re
from typing import Any
from uuid import UUID

from django.utils import timezone

from appointments import journal
from appointments.journal import Actor
from appointments.models import Practice, SlotType
from appointments.practices.shared import managers_only, own
from fallback.models import Dealt, Plan

# Meant for urgent cases, by the name: a default only, the manager's tick decides.
_URGENT = re.compile(r"\b(urgent|emergency|emergencies|duty|acute|same day|on the day)\b")
_NOT_URGENT = re.compile(r"\b(non|not) urgent\b")
# What shows on the papers or decides who has which slot: the papers are made anew after it.
_ON_PAPER = {
    "shares_on_screen", "shares_on_paper", "script", "script_approved_on", "script_approved_by",
    "beside_clinical_system",
}  # fmt: skip


def plan_of(practice: Practice) -> Plan:
    """Give the practice's plan; the defaults, not saved yet, while nobody has changed any."""
    return Plan.objects.filter(practice=practice).first() or Plan(practice=practice)


def change_plan(by: Actor, **values: Any) -> Plan:
    """Change the plan, by a manager."""
    managers_only(by)
    with journal.writing(by, "change_plan") as entry:
        plan = plan_of(by.practice)
        if plan._state.adding:
            entry.add(plan)
        before = {name: getattr(plan, name) for name in values}
        entry.change(plan, **values)
        if any(before[name] != values[name] for name in _ON_PAPER & values.keys()):
            entry.touch_everything()
    return plan


def deal_type(by: Actor, slot_type_id: UUID, is_dealt: bool) -> Dealt:
    """Say whether slots of a type are held for outages at all, by a manager."""
    managers_only(by)
    with journal.writing(by, "deal_type") as entry:
        slot_type = own(SlotType, slot_type_id, by)
        dealt = Dealt.objects.filter(slot_type=slot_type).first()
        if dealt is None:
            dealt = Dealt(practice=by.practice, slot_type=slot_type, is_dealt=is_dealt)
            entry.add(dealt)
            entry.touch_everything()
        elif entry.change(dealt, is_dealt=is_dealt):
            entry.touch_everything()
    return dealt


def types_of(practice: Practice) -> dict[SlotType, bool]:
    """Say of each slot type in use, by name, whether its slots are dealt out to the desks."""
    said = dict(Dealt.objects.filter(practice=practice).values_list("slot_type_id", "is_dealt"))
    today = timezone.localdate()
    return {
        slot_type: said.get(slot_type.pk, is_dealt_by_default(slot_type.name))
        for slot_type in practice.slottype_set.all()
        if slot_type.retired_on is None or slot_type.retired_on > today
    }


def is_dealt_by_default(name: str) -> bool:
    """Whether slots of a type of this name are dealt while no manager has said anything.

    All are but those for urgent cases. Embargoed ones are dealt as well: they are what people
    ring for.
    """
    words = re.sub(r"[\W_]+", " ", name.casefold())
    return not _URGENT.search(_NOT_URGENT.sub("", words))
