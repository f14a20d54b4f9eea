"""Find free slots: the next ones that fit, and those near one that was just lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from appointments import diary
from appointments.availability import COLUMNS, LONDON, Facts, State, state
from appointments.models import (
    Appointment,
    Clinician,
    Hold,
    Practice,
    Session,
    Slot,
    SlotType,
)

NEARBY = timedelta(hours=3)
# A slot that has begun may still be booked until it is over; few are longer than this.
LONGEST = timedelta(hours=4)
NOON = 12  # hours
# Written into the query instead of sent beside it: only so does SQLite see that the partial index
# on live appointments is the answer. It saves a third of a search in a full book.
CANCELLED = RawSQL("'cancelled'", ())


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
    after: UUID | None = None  # the last slot that was shown: what follows it


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
    """Find the first `limit` slots that fit and that `desk` may book now, earliest first."""
    now = now or timezone.now()
    free = _free(_fitting(practice, wish, now), desk, now)
    if wish.half:
        free = (row for row in free if _is_in(wish.half, row[0]))
    return _told(list(islice(free, limit)))


def near(practice: Practice, slot: Slot, desk: UUID | None) -> list[FreeSlot]:
    """Find up to three free slots within three hours, at that site: the same clinician's first.

    Read from the day as it is kept in memory: in a rush every refusal asks this.
    """
    site = slot.session.site
    return [
        FreeSlot(
            id=line.id,
            starts_at=line.starts_at,
            minutes=line.minutes,
            with_whom=heading,
            slot_type=line.type_name,
            mode=line.mode,
            site=site.name,
            site_id=site.pk,
        )
        for heading, line in diary.free_near(slot, NEARBY, 3, desk=desk)
    ]


def _unbooked(slots: QuerySet[Slot]) -> QuerySet[Slot]:
    # An extra does not take the slot from anybody.
    live = Appointment.objects.filter(
        ~Q(status=CANCELLED), slot=OuterRef("pk"), is_extra=False, in_clash=False
    )
    return slots.filter(
        ~Exists(live), blocked_at=None, removed_at=None, session__cancelled_at=None
    ).order_by("starts_at", "id")


def _fitting(practice: Practice, wish: Wish, now: datetime) -> QuerySet[Slot]:
    since = now - LONGEST
    if wish.starting:
        since = max(since, datetime.combine(wish.starting, time.min, LONDON))
    slots = practice.slot_set.filter(starts_at__gt=since)
    if wish.clinician or wish.role:
        holder: dict[str, Any] = {"holders": wish.clinician} if wish.clinician else {}
        holder |= {"holders__role": wish.role} if wish.role else {}
        # By site and day, as the index has it: a practice's years of old sessions stay out of it.
        sessions = Session.objects.filter(
            site__in=practice.site_set.order_by().values("pk"),
            day__gte=since.astimezone(LONDON).date(),
            **holder,
        )
        slots = slots.filter(session__in=sessions.order_by().values("pk"))
    if wish.slot_type:
        slots = slots.filter(slot_type=wish.slot_type)
    if wish.mode:
        slots = slots.filter(mode=wish.mode)
    if wish.site:
        slots = slots.filter(session__site=wish.site)
    if wish.after and (last := practice.slot_set.filter(pk=wish.after).first()):
        slots = slots.filter(starts_at__gte=last.starts_at)
        slots = slots.exclude(starts_at=last.starts_at, id__lte=last.pk)
    for slot_type in practice.slottype_set.exclude(release=SlotType.Release.AT_ONCE):
        slots = slots.exclude(slot_type=slot_type, starts_at__gt=now + _reach(slot_type))
    return _unbooked(slots)


def _reach(slot_type: SlotType) -> timedelta:
    """How far ahead a slot of an embargoed type can be released at the most.

    The rules themselves are availability's; this keeps the search from reading weeks of slots
    that they would turn down. Two days more than `release_days`: the day itself, and a margin.
    """
    if slot_type.release == SlotType.Release.AT_TIME:
        return timedelta(days=slot_type.release_days + 2)
    return timedelta(hours=slot_type.release_hours)


def _is_in(half: str, facts: Facts) -> bool:
    return (facts.starts_at.astimezone(LONDON).hour < NOON) == (half == "am")


def _free(
    slots: QuerySet[Slot], desk: UUID | None, now: datetime
) -> Iterator[tuple[Facts, tuple[str, str, UUID]]]:
    """Yield the facts of each slot that is free to the desk, with its type, site and site's id."""
    held = dict(Hold.objects.filter(until__gt=now).values_list("slot_id", "desk_id"))
    columns = (*COLUMNS, "slot_type__name", "session__site__name", "session__site_id")
    # Fetched in small helpings: reading on beyond the twentieth costs more than asking again.
    for row in slots.values_list(*columns).iterator(chunk_size=20):
        facts = Facts(*row[: len(COLUMNS)])
        if state(facts, None, held.get(facts.id), desk, now) is State.FREE:
            yield facts, row[len(COLUMNS) :]


def _told(free: list[tuple[Facts, tuple[str, str, UUID]]]) -> list[FreeSlot]:
    names = names_by_session({facts.session_id for facts, _ in free})
    return [
        FreeSlot(
            id=facts.id,
            starts_at=facts.starts_at,
            minutes=facts.minutes,
            with_whom=names[facts.session_id],
            slot_type=slot_type,
            mode=facts.mode,
            site=site,
            site_id=site_id,
        )
        for facts, (slot_type, site, site_id) in free
    ]


def names_by_session(session_ids: set[UUID]) -> dict[UUID, str]:
    """Who holds each session: 'Dr Bailey', 'Dr Bailey and Sister Webb', or the session's name."""
    sessions = Session.objects.filter(pk__in=session_ids).prefetch_related("holders")
    return {session.pk: with_whom(session.holders.all(), session.name) for session in sessions}


def with_whom(holders, session_name: str) -> str:
    """Join the holders' names; a session without holders goes by its own name."""
    people: list[Clinician] = list(holders)
    return " and ".join(person.short_name for person in people) or session_name
