"""The clashes that the pages show: two people who were promised the same slot."""

from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from appointments import slots
from appointments.availability import LONDON
from appointments.models import Appointment, Clash, Clinician, Practice

NEWEST = 20  # settled ones that are shown below the open ones
Status = Appointment.Status


class Dispute(NamedTuple):
    """A clash, where it is, and whether the duty clinician is the one to decide it."""

    clash: Clash
    place: dict[str, str]
    for_duty: bool
    on_duty: Clinician | None


def open_ones(practice: Practice) -> list[Dispute]:
    """List the clashes that nobody has decided, the earliest appointment first."""
    rows = practice.clash_set.filter(settled_at=None).order_by("first__slot__starts_at", "came_at")
    return _disputes(practice, rows)


def settled(practice: Practice) -> list[Dispute]:
    """List the clashes settled last."""
    rows = practice.clash_set.exclude(settled_at=None).order_by("-settled_at")
    return _disputes(practice, rows[:NEWEST])


def dispute(practice: Practice, clash_id: UUID) -> Dispute | None:
    """Read one clash."""
    found = _disputes(practice, practice.clash_set.filter(pk=clash_id))
    return found[0] if found else None


def _disputes(practice: Practice, clashes: QuerySet[Clash]) -> list[Dispute]:
    rows = clashes.select_related(
        "settled_by",
        "first__patient",
        "first__booked_by",
        "first__slot__session__site",
        "second__patient",
        "second__booked_by",
        "second__slot__session__site",
    ).prefetch_related("first__slot__session__holders")
    days = {row.first.slot.session.day for row in rows}
    duties = practice.duty_set.filter(day__in=days).select_related("clinician")
    on_duty = {duty.day: duty.clinician for duty in duties}
    return [
        Dispute(row, slots.place(row.first.slot), _for_duty(row), on_duty.get(_day(row)))
        for row in rows
    ]


def _for_duty(clash: Clash) -> bool:
    """Say whether it is the duty clinician's: anything today, urgent or arrived."""
    people = (clash.first, clash.second)
    return (
        _day(clash) == timezone.localdate(timezone=LONDON)
        or any(person.urgency == Appointment.Urgency.URGENT for person in people)
        or any(person.status in (Status.ARRIVED, Status.SENT_IN) for person in people)
    )


def _day(clash: Clash):
    return clash.first.slot.session.day
