"""What the pages on sessions show: a site's week, and one session slot by slot."""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from appointments.availability import facts_of, state
from appointments.finding import with_whom
from appointments.models import Appointment, Hold, Session, Site, Slot

Status = Appointment.Status


class SessionLine(NamedTuple):
    """A session in a list, with its number of slots that are booked, blocked and neither."""

    session: Session
    holders: str
    booked: int
    blocked: int
    free: int


class _Counts(NamedTuple):
    total: int
    booked: int
    blocked: int


class SlotRow(NamedTuple):
    """A slot of a session as a desk sees it, with everybody who is in it."""

    slot: Slot
    state: str
    people: list[Appointment]


def week_of(site: Site, monday: date) -> list[tuple[date, list[SessionLine]]]:
    """Read a site's sessions from `monday` on, by day; the weekend only where something is on."""
    days: dict[date, list[SessionLine]] = {monday + timedelta(days=n): [] for n in range(7)}
    sessions = site.sessions.filter(day__in=days).prefetch_related("holders")
    counts = _counts(sessions)
    for session in sessions:
        count = counts.get(session.pk, _Counts(0, 0, 0))
        free = count.total - count.booked - count.blocked
        holders = with_whom(session.holders.all(), "")
        line = SessionLine(session, holders, count.booked, count.blocked, free)
        days[session.day].append(line)
    return [(day, lines) for day, lines in days.items() if lines or day.weekday() < 5]


def _counts(sessions: QuerySet[Session]) -> dict[UUID, _Counts]:
    live = Appointment.objects.filter(slot=OuterRef("pk"), is_extra=False, in_clash=False)
    slots = Slot.objects.filter(session__in=sessions.order_by(), removed_at=None)
    counted = (
        slots.order_by()
        .alias(is_booked=Exists(live.exclude(status=Status.CANCELLED)))
        .values("session_id")
        .annotate(
            total=Count("pk"),
            booked=Count("pk", filter=Q(is_booked=True)),
            blocked=Count("pk", filter=Q(is_booked=False, blocked_at__isnull=False)),
        )
        .values_list("session_id", "total", "booked", "blocked")
    )
    return {pk: _Counts(*counts) for pk, *counts in counted}


def rows_of(session: Session, desk: UUID | None) -> list[SlotRow]:
    """Read a session's slots in order of time."""
    now = timezone.now()
    slots = session.slots.filter(removed_at=None).order_by("starts_at", "id")
    live = Appointment.objects.filter(slot__session=session).exclude(status=Status.CANCELLED)
    people: dict[UUID, list[Appointment]] = {}
    for row in live.select_related("patient").order_by("is_extra", "in_clash", "booked_at"):
        people.setdefault(row.slot_id, []).append(row)
    held = Hold.objects.filter(slot__session=session, until__gt=now)
    holds = dict(held.values_list("slot", "desk"))
    return [
        SlotRow(
            slot,
            state(facts_of(slot), _status(people.get(slot.pk)), holds.get(slot.pk), desk, now),
            people.get(slot.pk, []),
        )
        for slot in slots.select_related("session", "slot_type", "kept_by")
    ]


def _status(people: list[Appointment] | None) -> str | None:
    """Tell the status of whoever has the slot; those beside them (extras, clashes) come after."""
    first = people[0] if people else None
    return first.status if first and not (first.is_extra or first.in_clash) else None
