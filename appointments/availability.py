"""The rules: what state is a slot in, and may this desk book it now?

Pure functions over `Facts`: no queries, no clock of their own. The day page, the search for free
slots and the booking command all ask here, so that no two of them can disagree.
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class State(StrEnum):
    """A slot's state as one desk sees it."""

    FREE = "free"
    KEPT = "kept"
    HELD = "held"
    BLOCKED = "blocked"
    EMBARGOED = "embargoed"
    BOOKED = "booked"
    ARRIVED = "arrived"
    SENT_IN = "sent_in"
    LEFT = "left"
    DID_NOT_ATTEND = "did_not_attend"
    PAST = "past"


class Facts(NamedTuple):
    """What the rules need to know of a slot. COLUMNS fetches it from Slot, in this order."""

    id: UUID
    session_id: UUID
    starts_at: datetime
    minutes: int
    mode: str
    blocked_at: datetime | None
    session_cancelled_at: datetime | None
    removed_at: datetime | None
    kept_by_id: UUID | None
    kept_on: str
    day: date
    release: str
    release_time: time | None
    release_days: int
    release_hours: int

    @property
    def ends_at(self) -> datetime:
        """When the slot is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


COLUMNS = (
    "id", "session_id", "starts_at", "minutes", "mode", "blocked_at", "session__cancelled_at",
    "removed_at", "kept_by_id", "kept_on", "session__day", "slot_type__release",
    "slot_type__release_time", "slot_type__release_days", "slot_type__release_hours",
)  # fmt: skip


def released_at(facts: Facts) -> datetime | None:
    """From when the slot may be booked; None if from the beginning."""
    if facts.release == "at_time":
        day = facts.day - timedelta(days=facts.release_days)
        return datetime.combine(day, facts.release_time or time.min, LONDON)
    if facts.release == "hours_before":
        return facts.starts_at.astimezone(UTC) - timedelta(hours=facts.release_hours)
    return None


def is_kept_from(facts: Facts, desk: UUID | None) -> bool:
    """Whether another desk, or a printed sheet (even this desk's own), has the slot.

    A slot on paper may be sold in writing at any moment, so the screen leaves it alone until its
    row has been struck out; and on a sheet that was lost it may have been.
    """
    if facts.kept_by_id is None:
        return False
    return facts.kept_on != "screen" or facts.kept_by_id != desk


def state(
    facts: Facts, status: str | None, held_by: UUID | None, desk: UUID | None, now: datetime
) -> State:
    """Give the slot's state as `desk` sees it at `now`.

    `status` is that of the live appointment in it (None: nobody is booked), `held_by` the desk
    whose booking form is open.
    """
    if status is not None:
        return State(status)
    if facts.blocked_at or facts.session_cancelled_at or facts.removed_at:
        return State.BLOCKED
    if facts.starts_at + timedelta(minutes=facts.minutes) <= now:
        return State.PAST
    if held_by is not None and held_by != desk:
        return State.HELD
    if is_kept_from(facts, desk):
        return State.KEPT
    if facts.release != "at_once" and (released := released_at(facts)) and now < released:
        return State.EMBARGOED
    return State.FREE


def changes_by_itself(facts: Facts) -> list[datetime]:
    """Give the moments at which time alone changes the slot's state."""
    moments = [facts.ends_at]
    if released := released_at(facts):
        moments.append(released)
    return moments


def facts_of(slot: Any) -> Facts:
    """Give the facts of one Slot (its session and slot type loaded with it)."""
    return Facts(
        slot.id, slot.session_id, slot.starts_at, slot.minutes, slot.mode, slot.blocked_at,
        slot.session.cancelled_at, slot.removed_at, slot.kept_by_id, slot.kept_on,
        slot.session.day, slot.slot_type.release, slot.slot_type.release_time,
        slot.slot_type.release_days, slot.slot_type.release_hours,
    )  # fmt: skip
