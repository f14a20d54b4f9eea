"""Change, cancel and reopen sessions."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from appointments import booking, journal
from appointments.journal import Actor
from appointments.models import Appointment, Session, SessionHolder, Slot
from appointments.refusals import NeedsReason
from appointments.sessions.shared import (
    check_overlaps,
    clinicians,
    reception_only,
    session_of,
    touch,
)


class Cancelling(NamedTuple):
    """What cancelling a session does: who is cancelled and rung, who is left as they are."""

    cancelled: list[Appointment]
    left_alone: list[Appointment]
    kept: list[Slot]


def change_session(
    by: Actor,
    session_id: UUID,
    *,
    name: str,
    category: str = "",
    holders: Iterable[UUID] = (),
    although_overlapping: bool = False,
) -> Session:
    """Change what a session is called and who holds it. Overlaps: see `open_session`."""
    reception_only(by)
    with journal.writing(by, "change_session") as entry:
        session = session_of(by, session_id)
        wanted = clinicians(by, holders)
        there = {row.clinician_id: row for row in session.session_holders.all()}
        new = [clinician for clinician in wanted if clinician.pk not in there]
        if not although_overlapping and session.cancelled_at is None:
            check_overlaps(new, [(session.starts_at, session.ends_at)], but=session.pk)
        entry.change(session, name=name, category=category)
        for clinician_id in there.keys() - {clinician.pk for clinician in wanted}:
            entry.remove(there[clinician_id])
        for clinician in new:
            entry.add(SessionHolder(practice=by.practice, session=session, clinician=clinician))
        touch(entry, session)
        return session


def cancel_session(by: Actor, session_id: UUID, reason: str) -> Session:
    """Cancel a session: its patients are cancelled by the practice and put on the call list.

    Whoever has arrived, been sent in, left or not attended is left as they are. Cancelling twice
    changes nothing.
    """
    reception_only(by)
    if not reason:
        raise NeedsReason("Say why the session is cancelled: its patients will ask.")
    with journal.writing(by, "cancel_session") as entry:
        session = session_of(by, session_id)
        if session.cancelled_at is not None:
            return session
        for appointment in cancelling(session).cancelled:
            booking.cancel_rows(entry, [appointment], "practice", reason)
            booking.settle_by_itself(entry, appointment, reason)
            booking.ring(entry, appointment, f"Session cancelled: {reason}"[:200])
        entry.change(session, cancelled_at=entry.at, cancelled_by=by.staff, cancel_reason=reason)
        touch(entry, session)
        return session


def cancelling(session: Session) -> Cancelling:
    """Foresee what cancelling does; the page that asks for confirmation shows it."""
    live = (
        Appointment.objects.filter(slot__session=session, continues=None)
        .exclude(status=Appointment.Status.CANCELLED)
        .select_related("slot__session__site", "patient")
        .order_by("slot__starts_at", "booked_at")
    )
    booked = [row for row in live if row.status == Appointment.Status.BOOKED]
    others = [row for row in live if row.status != Appointment.Status.BOOKED]
    kept = session.slots.filter(removed_at=None, kept_by__isnull=False).select_related("kept_by")
    return Cancelling(booked, others, list(kept))


def reopen_session(by: Actor, session_id: UUID, *, although_overlapping: bool = False) -> Session:
    """Take a session's cancellation back. Its patients stay cancelled, and on the call list."""
    reception_only(by)
    with journal.writing(by, "reopen_session") as entry:
        session = session_of(by, session_id)
        if session.cancelled_at is None:
            return session
        if not although_overlapping:
            holders = list(session.holders.all())
            check_overlaps(holders, [(session.starts_at, session.ends_at)], but=session.pk)
        entry.change(session, cancelled_at=None, cancelled_by=None, cancel_reason="")
        touch(entry, session)
        return session
