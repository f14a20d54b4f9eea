"""Held slots, and whether they are blocked in the clinical system as well.

Beside EMIS Web or SystmOne a slot that a desk holds for outages could still be sold there, by the
NHS App as well. So somebody blocks it there and ticks it here; once it is not held any more, it is
to be free there again.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from appointments.finding import with_whom
from appointments.models import Appointment, Practice, Session, Slot
from appointments.wording import clock, day_words
from fallback import plans

ORDER = ("session__day", "session__site__order", "session__starts_at", "session_id", "starts_at")


class Group(NamedTuple):
    """A session with slots to see to in the clinical system."""

    session: Session
    day: str
    with_whom: str
    site: str
    times: list[tuple[Slot, str]]


class Blocking(NamedTuple):
    """What is to be done there, and what was done."""

    is_beside: bool
    to_free: list[Group]
    to_block: list[Group]
    blocked: list[Group]
    left: int


def to_block(practice: Practice, now: datetime) -> list[Slot]:
    """Give the held slots still to come that nobody has ticked, in the order of the book."""
    return list(_coming(practice, now).filter(kept_by__isnull=False, blocked_there_at=None))


def read(practice: Practice, now: datetime) -> Blocking:
    """Say what is to be blocked and to be freed in the clinical system."""
    blocked = list(_coming(practice, now).filter(blocked_there_at__isnull=False))
    waiting = to_block(practice, now)
    freed = [slot for slot in blocked if slot.kept_by_id is None]
    return Blocking(
        is_beside=plans.plan_of(practice).beside_clinical_system,
        to_free=_groups(freed),
        to_block=_groups(waiting),
        blocked=_groups([slot for slot in blocked if slot.kept_by_id is not None]),
        left=len(freed) + len(waiting),
    )


def chosen(groups: Iterable[Group], slots: Iterable[str], session: str) -> list[UUID]:
    """Give the ids of what was ticked: single slots, or all that a session shows.

    What has left the list meanwhile is left out.
    """
    ticked = set(slots)
    return [
        slot.pk
        for group in groups
        for slot, _ in group.times
        if str(slot.pk) in ticked or str(group.session.pk) == session
    ]


def _coming(practice: Practice, now: datetime) -> QuerySet[Slot]:
    """Choose slots to come with nobody in them: who is booked here is a line of the worklist."""
    live = Appointment.objects.exclude(status=Appointment.Status.CANCELLED)
    booked = live.filter(slot=OuterRef("pk"), is_extra=False, in_clash=False)
    slots = practice.slot_set.filter(
        ~Exists(booked), starts_at__gt=now, removed_at=None, blocked_at=None,
        session__cancelled_at=None,
    )  # fmt: skip
    return (
        slots.order_by(*ORDER).select_related("session__site").prefetch_related("session__holders")
    )


def _groups(slots: list[Slot]) -> list[Group]:
    groups = []
    for _, own in groupby(slots, key=lambda slot: slot.session_id):
        here = list(own)
        session = here[0].session
        groups.append(
            Group(
                session=session,
                day=day_words(session.day),
                with_whom=with_whom(session.holders.all(), session.name),
                site=session.site.name,
                times=[(slot, clock(slot.starts_at)) for slot in here],
            )
        )
    return groups
