"""The clashes that the pages show: two people who were promised the same slot."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from appointments import finding, slots
from appointments.booking import is_for_duty
from appointments.finding import FreeSlot, Wish
from appointments.models import Appointment, Clash, Clinician, Practice, Slot
from appointments.wording import ago, moment

NEWEST = 20  # settled ones that are shown below the open ones
PROPOSED = 3  # free slots for whoever gives way


class Side(NamedTuple):
    """One of the two people, and where the promise came from."""

    appointment: Appointment
    came: str  # 'Booked Mon 23 Nov 2026, 09:02 by Priya Shah (3 hours ago)'


class Dispute(NamedTuple):
    """A clash, where it is, who it is between, and whose choice it is."""

    clash: Clash
    place: dict[str, str]
    sides: tuple[Side, Side]
    for_duty: bool
    on_duty: Clinician | None
    is_due: bool  # it was set aside, and its time has come


def open_ones(practice: Practice) -> list[Dispute]:
    """List the clashes that nobody has decided, the earliest appointment first.

    Those set aside stand after the others, until they are due.
    """
    rows = practice.clash_set.filter(settled_at=None).order_by("first__slot__starts_at", "came_at")
    found = _disputes(practice, rows)
    return sorted(found, key=lambda one: one.clash.due_at is not None and not one.is_due)


def settled(practice: Practice) -> list[Dispute]:
    """List the clashes settled last."""
    rows = practice.clash_set.exclude(settled_at=None).order_by("-settled_at")
    return _disputes(practice, rows[:NEWEST])


def dispute(practice: Practice, clash_id: UUID) -> Dispute | None:
    """Read one clash."""
    found = _disputes(practice, practice.clash_set.filter(pk=clash_id))
    return found[0] if found else None


def proposals(practice: Practice, clash: Clash, desk: UUID | None) -> list[FreeSlot]:
    """Find three slots for whoever gives way: near it that day, else the next with the clinician.

    When the clinician has none, the next of anybody's of that kind.
    """
    slot = _disputed(clash)
    found = finding.near(practice, slot, desk)
    day, holder = slot.session.day, slot.session.holders.first()
    wishes = [Wish(starting=day, mode=slot.mode, slot_type=slot.slot_type_id)]
    if holder:
        wishes.insert(0, Wish(starting=day, mode=slot.mode, clinician=holder.pk))
    for wish in wishes:
        if len(found) >= PROPOSED:
            break
        there = {one.id for one in found}
        more = finding.next_free(practice, wish, desk, limit=PROPOSED + len(found))
        found += [one for one in more if one.id not in there]
    return sorted(found[:PROPOSED], key=lambda one: one.starts_at)


def _disputes(practice: Practice, clashes: QuerySet[Clash]) -> list[Dispute]:
    rows = clashes.select_related(
        "settled_by",
        "decided_by",
        "owner",
        "first__patient",
        "first__booked_by",
        "first__slot__session__site",
        "second__patient",
        "second__booked_by",
        "second__slot__session__site",
    ).prefetch_related("first__slot__session__holders", "second__slot__session__holders")
    now = timezone.now()
    days = {_disputed(row).session.day for row in rows}
    duties = practice.duty_set.filter(day__in=days).select_related("clinician")
    on_duty = {duty.day: duty.clinician for duty in duties}
    return [
        Dispute(
            clash=row,
            place=slots.place(_disputed(row)),
            sides=(_first(row, now), _second(row, now)),
            for_duty=is_for_duty(row, now),
            on_duty=on_duty.get(_disputed(row).session.day),
            is_due=row.due_at is not None and row.due_at <= now,
        )
        for row in rows
    ]


def _disputed(clash: Clash) -> Slot:
    """Give the slot that both were promised: whoever gave way may be elsewhere by now."""
    stayed = clash.second if clash.outcome == Clash.Outcome.SECOND else clash.first
    return stayed.slot


def _first(clash: Clash, now: datetime) -> Side:
    person = clash.first
    if person.booked_at is None:
        return Side(person, "Booked in the clinical system")
    by = f" by {person.booked_by}" if person.booked_by else " in the clinical system"
    return Side(person, f"Booked {moment(person.booked_at)}{by} ({ago(person.booked_at, now)})")


def _second(clash: Clash, now: datetime) -> Side:
    """Say where the second came from: written on paper, or found in the clinical system."""
    person, came = clash.second, f"here since {moment(clash.came_at)}"
    if person.booked_at is None:
        return Side(person, f"From the {clash.source}, {came}")
    said = f"{moment(person.booked_at)} ({ago(person.booked_at, now)})"
    if clash.source.startswith("sheet"):
        keyed = f", keyed by {person.booked_by}" if person.booked_by else ""
        return Side(person, f"Written {said} on {clash.source}{keyed}; {came}")
    by = f" by {person.booked_by}" if person.booked_by else f" in the {clash.source}"
    return Side(person, f"Booked {said}{by}; {came}")
