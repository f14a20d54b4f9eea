"""Who can't stay: cancelling rows, calling people, and two who were promised one slot."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from appointments import journal
from appointments.availability import LONDON
from appointments.booking.checks import described, reception_only, rows_of, slot_of, touch
from appointments.booking.moving import move_rows
from appointments.journal import Actor, Draft
from appointments.models import Appointment, Call, Clash, Staff
from appointments.refusals import NeedsReason, NotFound, NotYours, WrongStatus
from appointments.wording import day_short

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


def settle_clash(
    clash_id: UUID,
    outcome: str,
    by: Actor,
    reason: str,
    *,
    decided_by: UUID | None = None,
    move_to: UUID | None = None,
) -> Clash:
    """Decide a clash: 'both' are seen (the second as an extra), or the 'first' or 'second' stays.

    Whoever does not stay is moved to the slot `move_to`, or else cancelled by the practice, and
    goes on the call list either way. The outage lead decides and takes it down; for anything
    urgent, arrived or today the choice is the duty clinician's (`decided_by`). A slot that was
    taken meanwhile is refused, and nothing is settled.
    """
    if by.staff is None or not by.staff.may_lead:
        raise NotYours("The outage lead or a manager settles a clash.")
    if not reason:
        raise NeedsReason("Say why it is settled this way, and on whose word.")
    with journal.writing(by, "settle_clash") as entry:
        clash = clash_of(by, clash_id)
        if clash.settled_at is not None:
            return clash
        if decided_by is None and is_for_duty(clash, entry.at):
            raise NeedsReason(
                "This is the duty clinician's choice: ask, and say which duty clinician it was."
            )
        if decided_by and not by.practice.clinician_set.filter(pk=decided_by).exists():
            raise NotFound("This clinician is not in the book. Choose again.")
        first, second = clash.first, clash.second
        if outcome == Clash.Outcome.BOTH:
            entry.change(second, is_extra=True, in_clash=False, because=reason)
            touch(entry, second.slot)
        else:
            stays, goes = (first, second) if outcome == Clash.Outcome.FIRST else (second, first)
            _give_way(entry, clash, goes, move_to, reason)
            entry.change(goes, in_clash=False)
            entry.change(stays, in_clash=False)
            touch(entry, stays.slot)
        entry.change(clash, decided_by_id=decided_by)
        _end(entry, clash, outcome, reason)
        return clash


def set_clash_aside(
    clash_id: UUID, by: Actor, *, owner: Staff, due_at: datetime, waits_for: str
) -> Clash:
    """Leave a clash for somebody, until when, and say what it waits for. It still counts as open.

    Whoever meets it may do so: nothing is decided by it.
    """
    reception_only(by)
    if not waits_for:
        raise NeedsReason("Say what it waits for: whoever gets it will ask.")
    with journal.writing(by, "set_clash_aside") as entry:
        clash = clash_of(by, clash_id)
        if clash.settled_at is None:
            entry.change(clash, owner=owner, due_at=due_at, waits_for=waits_for[:200])
        return clash


def is_for_duty(clash: Clash, now: datetime) -> bool:
    """Say whether it is the duty clinician's choice: anything today, urgent or arrived."""
    people = (clash.first, clash.second)
    return (
        clash.first.slot.session.day == now.astimezone(LONDON).date()
        or any(person.urgency == Appointment.Urgency.URGENT for person in people)
        or any(person.status in (Status.ARRIVED, Status.SENT_IN) for person in people)
    )


def clash_of(by: Actor, clash_id: UUID) -> Clash:
    """Find a clash of the practice, with both people's slots."""
    rows = Clash.objects.select_related(
        "first__slot__session", "second__slot__session", "settled_by"
    )
    clash = rows.filter(practice=by.practice, pk=clash_id).first()
    if clash is None:
        raise NotFound("This clash is not in the book any more. Look at the list again.")
    return clash


def _give_way(
    entry: Draft, clash: Clash, goes: Appointment, move_to: UUID | None, reason: str
) -> None:
    """Move or cancel whoever does not stay, and put them on the call list."""
    if goes.status == Status.CANCELLED:
        return
    if move_to is None:
        cancel_rows(entry, [goes], "practice", reason)
        why = "Two people were booked in one slot; this one could not stay"
        ring(entry, goes, why, clash)
        return
    if goes.status not in (Status.BOOKED, Status.ARRIVED):
        raise WrongStatus(
            f"This appointment is {goes.get_status_display()} by now, so nobody can be moved. "
            "Look at both people again."
        )
    was = f"{described(goes.slot)}, {day_short(goes.slot.session.day)}"
    move_rows(entry, goes, slot_of(entry.by, move_to), reason)
    ring(entry, goes, f"Two people were booked at {was}; this one was moved", clash)


def ring(entry: Draft, appointment: Appointment, why: str, clash: Clash | None = None) -> None:
    """Put the appointment's patient on the call list, within an open entry."""
    entry.add(
        Call(
            practice=entry.by.practice,
            patient_id=appointment.patient_id,
            appointment=appointment,
            clash=clash,
            why=why[:200],
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
        reason=reason[:200],
    )
