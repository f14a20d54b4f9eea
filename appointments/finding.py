"""Find free slots: the next ones that fit, and those near one that was just lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from appointments.availability import COLUMNS, LONDON, Facts, State, state
from appointments.models import Appointment, Clinician, Hold, Practice, Session, Slot


NEARBY = timedelta(hours=3)


@dataclass(frozen=True)
class Wish:
    """What the caller would like; everything left out does not matter."""

    starting: date | None = None  # local date; None: today
    clinician: UUID | None = None
    role: str = ""
    slot_type: UUID | None = None
    mode: str = ""
    half: str = ""  # 'am' or 'pm'
    site: UUID | None = None


class FreeSlot(NamedTuple):
    """A slot that may be booked now, with what to tell the caller."""

    id: UUID
    starts_at: datetime
    minutes: int
    with_whom: str
    slot_type: str
    mode: str
    site: str
    site_id: UUID


def next_free(
    practice: Practice,
    wish: Wish,
    desk: UUID | None,
    *,
    now: datetime | None = None,
    limit: int = 20,
) -> list[FreeSlot]:
    """The first `limit` slots that fit and that `desk` may book now, earliest first."""
    now = now or timezone.now()
    found: list[FreeSlot] = []
    for slot in _free(_fitting(practice, wish, now), desk, now, wish.half):
        found.append(slot)
        if len(found) == limit:
            break
    return _with_names(found)


def near(practice: Practice, slot: Slot, desk: UUID | None) -> list[FreeSlot]:
    """Up to three free slots within three hours of it, at that site: the same session's first."""
    now = timezone.now()
    same_day = practice.slot_set.filter(
        session__site=slot.session.site_id,
        session__day=slot.session.day,
        mode=slot.mode,
        starts_at__range=(slot.starts_at - NEARBY, slot.starts_at + NEARBY),
    )
    roles = set(slot.session.holders.values_list("role", flat=True))
    if roles:
        same_day = same_day.filter(session__holders__role__in=roles).distinct()
    found = list(_free(_unbooked(same_day), desk, now, ""))
    own = {f.id for f in found} & set(slot.session.slots.values_list("id", flat=True))
    found.sort(key=lambda f: (f.id not in own, abs(f.starts_at - slot.starts_at)))
    return _with_names(sorted(found[:3], key=lambda f: f.starts_at))


def _unbooked(slots: QuerySet[Slot]) -> QuerySet[Slot]:
    live = Appointment.objects.filter(slot=OuterRef("pk")).exclude(status="cancelled")
    return slots.filter(
        ~Exists(live), blocked_at=None, removed_at=None, session__cancelled_at=None
    ).order_by("starts_at", "id")


def _fitting(practice: Practice, wish: Wish, now: datetime) -> QuerySet[Slot]:
    starting = datetime.combine(wish.starting, time.min, LONDON) if wish.starting else now
    # A slot that has begun can still be booked: none is longer than a day.
    slots = practice.slot_set.filter(starts_at__gt=max(starting, now - timedelta(hours=4)))
    if wish.clinician or wish.role:
        holders = Session.holders.through.objects.filter(session=OuterRef("session"))
        if wish.clinician:
            holders = holders.filter(clinician=wish.clinician)
        if wish.role:
            holders = holders.filter(clinician__role=wish.role)
        slots = slots.filter(Exists(holders))
    if wish.slot_type:
        slots = slots.filter(slot_type=wish.slot_type)
    if wish.mode:
        slots = slots.filter(mode=wish.mode)
    if wish.site:
        slots = slots.filter(session__site=wish.site)
    return _unbooked(slots)


def _free(slots: QuerySet[Slot], desk: UUID | None, now: datetime, half: str) -> Iterator[FreeSlot]:
    held = dict(Hold.objects.filter(until__gt=now).values_list("slot_id", "desk_id"))
    columns = (*COLUMNS, "slot_type__name", "session__site__name", "session__site_id")
    for row in slots.values_list(*columns).iterator(chunk_size=100):
        facts = Facts(*row[: len(COLUMNS)])
        if half and (facts.starts_at.astimezone(LONDON).hour < 12) != (half == "am"):
            continue
        if state(facts, None, held.get(facts.id), desk, now) is State.FREE:
            # with_whom carries the session until _with_names fills it in for the few shown.
            yield FreeSlot(
                facts.id, facts.starts_at, facts.minutes, str(facts.session_id), row[-3],
                facts.mode, row[-2], row[-1],
            )  # fmt: skip


def _with_names(found: list[FreeSlot]) -> list[FreeSlot]:
    names = names_by_session({UUID(slot.with_whom) for slot in found})
    return [slot._replace(with_whom=names[UUID(slot.with_whom)]) for slot in found]


def names_by_session(session_ids: set[UUID]) -> dict[UUID, str]:
    """Who holds each session: 'Dr Bailey', 'Dr Bailey and Sister Webb', or the session's name."""
    sessions = Session.objects.filter(pk__in=session_ids).prefetch_related("holders")
    return {session.pk: with_whom(session.holders.all(), session.name) for session in sessions}


def with_whom(holders, session_name: str) -> str:
    """Join the holders' names; a session without holders goes by its own name."""
    people: list[Clinician] = list(holders)
    return " and ".join(person.short_name for person in people) or session_name
