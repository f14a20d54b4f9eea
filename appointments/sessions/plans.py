"""What a session looks like without its day: its stretches of slots, its times, its holders.

Sessions are planned in local time of day: a Monday surgery from 8:30 begins at 8:30 all year.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from appointments.availability import LONDON
from appointments.finding import with_whom
from appointments.journal import Actor, Draft
from appointments.models import Clinician, Session, Site, Slot
from appointments.refusals import BookingRefused
from appointments.sessions.shared import clinicians, own

NOON = time(12)


@dataclass(frozen=True)
class Stretch:
    """A row of slots of one length (minutes), type and mode; `starts` and `ends` are local."""

    starts: time
    ends: time
    minutes: int
    slot_type: UUID
    mode: str = "face_to_face"

    @property
    def count(self) -> int:
        """How many whole slots fit."""
        return max((since_midnight(self.ends) - since_midnight(self.starts)) // self.length, 0)

    @property
    def length(self) -> timedelta:
        """How long a slot is."""
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Plan:
    """A session to open, once on each of the days. What lies between two stretches is a break."""

    site: UUID
    days: tuple[date, ...]
    stretches: tuple[Stretch, ...]
    holders: tuple[UUID, ...] = ()
    name: str = ""
    category: str = ""


class PatternSlot(NamedTuple):
    """A slot without its day."""

    after: timedelta  # since the session's start
    minutes: int
    slot_type_id: UUID
    mode: str
    block_reason: str | None = None  # None: not blocked


@dataclass(frozen=True)
class Pattern:
    """A session without its day."""

    site: Site
    holders: list[Clinician]
    name: str
    category: str
    starts: time
    length: timedelta
    slots: list[PatternSlot]

    def on(self, day: date) -> tuple[datetime, datetime]:
        """When it starts and ends on a day. It begins at the same local time, always."""
        starts = datetime.combine(day, self.starts, LONDON).astimezone(UTC)
        return starts, starts + self.length


def new_slots(entry: Draft, session: Session, wanted: Iterable[PatternSlot]) -> list[Slot]:
    """Make a session's slots from its pattern; they are not saved yet."""
    return [
        Slot(
            practice=entry.by.practice,
            session=session,
            starts_at=session.starts_at + slot.after,
            minutes=slot.minutes,
            slot_type_id=slot.slot_type_id,
            mode=slot.mode,
            blocked_at=None if slot.block_reason is None else entry.at,
            blocked_by=None if slot.block_reason is None else entry.by.staff,
            block_reason=slot.block_reason or "",
        )
        for slot in wanted
    ]


def pattern_of(by: Actor, plan: Plan) -> Pattern:
    """Work out a session from a plan, or refuse one that can't be."""
    site = own(by.practice.site_set, plan.site, "site")
    holders = clinicians(by, plan.holders)
    if not (holders or plan.name):
        raise BookingRefused("Say who holds the session, or give it a name.")
    stretches = sorted(plan.stretches, key=lambda stretch: stretch.starts)
    for before, after in pairwise(stretches):
        if after.starts < before.ends:
            raise BookingRefused(
                f"Two stretches overlap: one ends at {before.ends:%H:%M}, the next starts at "
                f"{after.starts:%H:%M}. Change one of them."
            )
    if any(stretch.count == 0 for stretch in stretches):
        raise BookingRefused("A stretch is too short for one slot. Make it longer.")
    for slot_type in {stretch.slot_type for stretch in stretches}:
        own(by.practice.slottype_set, slot_type, "slot type")
    starts = since_midnight(stretches[0].starts)
    half = "AM" if stretches[0].starts < NOON else "PM"
    return Pattern(
        site=site,
        holders=holders,
        name=plan.name or f"{with_whom(holders, '')[:110]} {half}",
        category=plan.category,
        starts=stretches[0].starts,
        length=since_midnight(stretches[-1].ends) - starts,
        slots=[
            PatternSlot(
                since_midnight(stretch.starts) - starts + number * stretch.length,
                stretch.minutes,
                stretch.slot_type,
                stretch.mode,
            )
            for stretch in stretches
            for number in range(stretch.count)
        ],
    )


def pattern_from(session: Session, with_blocks: bool) -> Pattern:
    """Take the pattern off a session that is there."""
    return Pattern(
        site=session.site,
        holders=list(session.holders.all()),
        name=session.name,
        category=session.category,
        starts=session.starts_at.astimezone(LONDON).time(),
        length=session.ends_at - session.starts_at,
        slots=[
            PatternSlot(
                slot.starts_at - session.starts_at,
                slot.minutes,
                slot.slot_type_id,
                slot.mode,
                slot.block_reason if slot.blocked_at and with_blocks else None,
            )
            for slot in session.slots.filter(removed_at=None)
        ],
    )


def since_midnight(clock_time: time) -> timedelta:
    """Turn a local time of day into a length of time."""
    return timedelta(hours=clock_time.hour, minutes=clock_time.minute)
