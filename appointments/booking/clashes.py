"""Who can't stay: cancelling rows, calling people, and two who were promised one slot."""

from uuid import UUID

from django.db.models import Q

from appointments import journal
from appointments.booking.checks import rows_of, touch
from appointments.journal import Actor, Draft
from appointments.models import Appointment, Call, Clash
from appointments.refusals import NeedsReason, NotYours

Status = Appointment.Status


def cancel_rows(entry: Draft, appointments, cancelled_for: str, reason: str) -> None:
    """Cancel these appointments and their second slots within an open entry."""
    for appointment in appointments:
        for row in rows_of(appointment):
            entry.change(
                row,
                status=Status.CANCELLED,
                cancelled_at=entry.at,
                cancelled_by=entry.by.staff,
                cancelled_for=cancelled_for,
                cancel_reason=reason,
            )
        touch(entry, appointment.slot)


def settle_clash(clash_id: UUID, outcome: str, by: Actor, reason: str) -> Clash:
    """Decide a clash: 'both' are seen (the second as an extra), or the 'first' or 'second' stays.

    Whoever does not stay is cancelled by the practice and goes on the call list. The decision is
    the outage lead's; for anything urgent, arrived or today it is the duty clinician's, whose
    word the reason records.
    """
    if by.staff is None or not by.staff.may_lead:
        raise NotYours("The outage lead or a manager settles a clash.")
    if not reason:
        raise NeedsReason("Say why it is settled this way, and on whose word.")
    with journal.writing(by, "settle_clash") as entry:
        clash = Clash.objects.select_related("first__slot__session", "second__slot__session").get(
            practice=by.practice, pk=clash_id
        )
        if clash.settled_at is not None:
            return clash
        first, second = clash.first, clash.second
        if outcome == Clash.Outcome.BOTH:
            entry.change(second, is_extra=True, in_clash=False, because=reason)
            touch(entry, second.slot)
        else:
            stays, goes = (first, second) if outcome == Clash.Outcome.FIRST else (second, first)
            if goes.status != Status.CANCELLED:
                cancel_rows(entry, [goes], "practice", reason)
                ring(entry, goes, "Two people were booked in one slot; this one could not stay")
            entry.change(goes, in_clash=False)
            entry.change(stays, in_clash=False)
            touch(entry, stays.slot)
        _end(entry, clash, outcome, reason)
        return clash


def ring(entry: Draft, appointment: Appointment, why: str) -> None:
    """Put the appointment's patient on the call list, within an open entry."""
    entry.add(
        Call(
            practice=entry.by.practice,
            patient_id=appointment.patient_id,
            appointment=appointment,
            why=why,
            asked_at=entry.at,
            asked_by=entry.by.staff,
        )
    )


def settle_by_itself(entry: Draft, gone: Appointment, reason: str) -> None:
    """End the open clashes of an appointment that left its slot, within an open entry."""
    open_ones = Clash.objects.filter(practice=entry.by.practice, settled_at=None)
    for clash in open_ones.filter(Q(first=gone) | Q(second=gone)):
        stays = clash.second if gone.pk == clash.first_id else clash.first
        entry.change(stays, in_clash=False)
        outcome = Clash.Outcome.SECOND if stays.pk == clash.second_id else Clash.Outcome.FIRST
        _end(entry, clash, outcome, reason)


def _end(entry: Draft, clash: Clash, outcome: str, reason: str) -> None:
    entry.change(
        clash,
        settled_at=entry.at,
        settled_by=entry.by.staff,
        outcome=outcome,
        reason=reason,
    )
