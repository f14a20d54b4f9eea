"""What the commands on sessions share."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from appointments.finding import with_whom
from appointments.journal import Actor, Draft
from appointments.models import Clinician, Session, Slot
from appointments.refusals import NotFound, NotYours, Overlaps
from appointments.wording import clock, moment


def check_overlaps(
    holders: Sequence[Clinician],
    times: Sequence[tuple[datetime, datetime]],
    but: UUID | None = None,
) -> None:
    """Refuse when one of these clinicians has another session at one of these times.

    Cancelled sessions are in nobody's way; `but` is the session that is being changed.
    """
    others = Session.objects.filter(
        holders__in=holders,
        cancelled_at=None,
        starts_at__lt=max(ends for _, ends in times),
        ends_at__gt=min(starts for starts, _ in times),
    )
    if but is not None:
        others = others.exclude(pk=but)
    others = others.select_related("site").prefetch_related("holders").distinct()
    for other in others:
        if any(starts < other.ends_at and other.starts_at < ends for starts, ends in times):
            who = with_whom([h for h in other.holders.all() if h in holders], other.name)
            raise Overlaps(
                f"{who} has another session at {other.site} on {moment(other.starts_at)} to "
                f"{clock(other.ends_at)} ({other.name}). Tick that both are wanted, or choose "
                "another time."
            )


def reception_only(by: Actor) -> None:
    """Refuse people whose role does not include the diary."""
    if by.staff is not None and not by.staff.may_book:
        raise NotYours("Sessions are reception's to open and change. Ask the desk to do this.")


def session_of(by: Actor, session_id: UUID) -> Session:
    """Find a session of the practice, with its site."""
    return own(by.practice.session_set.select_related("site"), session_id, "session")


def slots_of(by: Actor, slot_ids: Iterable[UUID]) -> list[Slot]:
    """Find slots of the practice, with their sessions; refuse when one is not there."""
    wanted = set(slot_ids)
    slots = by.practice.slot_set.filter(pk__in=wanted)
    slots = slots.select_related("session", "kept_by", "slot_type", "blocked_by")
    if len(slots) != len(wanted):
        raise NotFound("A slot is not in the book any more. Reload the page.")
    return list(slots)


def clinicians(by: Actor, clinician_ids: Iterable[UUID]) -> list[Clinician]:
    """Find clinicians of the practice."""
    return [own(by.practice.clinician_set, pk, "clinician") for pk in clinician_ids]


def own(rows: Any, row_id: UUID, what: str) -> Any:
    """Find a row among the practice's own; `what` is its word in the refusal."""
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise NotFound(f"This {what} is not in the book any more. Reload the page.")
    return row


def touch(entry: Draft, session: Session) -> None:
    """Say that the session's day looks different at its site."""
    entry.touch(session.site_id, session.day)
