"""Commands on slots and appointments. Each is one transaction with its journal entry.

Lock, check, write: `journal.writing` locks the practice's journal first, so two desks can't check
at the same time; the unique constraint on live appointments stands underneath.
"""

import functools
import hashlib
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db.models import Q

from appointments import finding, journal
from appointments.availability import State, facts_of, is_kept_from, released_at, state
from appointments.journal import Actor, Draft
from appointments.models import Appointment, Call, Clash, Desk, Hold, Patient, Slot
from appointments.refusals import (
    BookingRefused,
    NeedsReason,
    NotFound,
    NotYours,
    ReferenceReused,
    SlotBlocked,
    SlotEmbargoed,
    SlotHeld,
    SlotKept,
    SlotPast,
    SlotTaken,
    WrongStatus,
)
from appointments.wording import clock, moment

# A booking form that is open refreshes its hold every 45 s; a PC that went dead lets go by itself.
HOLD_LASTS = timedelta(minutes=2)

Status = Appointment.Status
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class NewAppointment:
    """What is asked for. `because` is the stated reason where one is needed (see `book`)."""

    patient: UUID
    reference: UUID
    reason: str = ""
    mode: str = "face_to_face"
    urgency: str = "routine"
    booked_via: str = "telephone"
    notes: str = ""
    access_needs: str = ""
    double: bool = False
    extra: bool = False
    because: str = ""

    def fingerprint(self, slot: UUID) -> str:
        """Say what a retry must repeat exactly."""
        said = {name: str(value) for name, value in asdict(self).items()}
        return hashlib.sha256(journal.canonical([str(slot), said]).encode()).hexdigest()


def _says_what_is_free(command: Callable[P, R]) -> Callable[P, R]:
    """Add to a refusal what is free near the lost slot: looked up after the lock is given back."""

    @functools.wraps(command)
    def telling(*args, **kwargs):
        try:
            return command(*args, **kwargs)
        except BookingRefused as refused:
            if refused.slot is not None:
                by = next(value for value in (*args, *kwargs.values()) if isinstance(value, Actor))
                refused.sentence += f" {_nearby(refused.slot, by)}"
            raise

    return telling


# --- Booking -----------------------------------------------------------------------------------


@_says_what_is_free
def book(slot_id: UUID, new: NewAppointment, by: Actor) -> Appointment:
    """Book a patient into a slot; the same reference again gives the first answer.

    A reason (`because`) is needed for an extra, a slot that is over, a patient who has died or
    left, and for an embargoed slot, which only the outage lead or a manager may take.
    Raises a BookingRefused with a sentence for the receptionist.
    """
    _reception_only(by)
    with journal.writing(by, "book", reference=new.reference) as entry:
        if earlier := Appointment.objects.filter(reference=new.reference).first():
            return _first_answer(earlier, new, slot_id, by)
        slot = _slot(by, slot_id)
        patient = _patient(by, new.patient)
        _check_patient(patient, new.because)
        slots = [slot]
        if new.extra:
            _check_extra(slot, new, entry.at)
        else:
            _check_free(slot, by, new.because, entry.at)
            if new.double:
                slots.append(_adjoining(slot, by, entry.at))
        appointment = _write(entry, slots, patient, new)
        if not new.extra:
            _use_up(entry, slots)
        return appointment


def _write(entry: Draft, slots: list[Slot], patient: Patient, new: NewAppointment) -> Appointment:
    by = entry.by
    shared: dict[str, Any] = {
        "practice": by.practice,
        "patient": patient,
        "is_extra": new.extra,
        "because": new.because,
        "reason": new.reason,
        "notes": new.notes,
        "access_needs": new.access_needs,
        "mode": new.mode,
        "urgency": new.urgency,
        "booked_via": new.booked_via,
        "booked_at": entry.at,
        "booked_by": by.staff,
    }
    first, *rest = slots
    appointment = Appointment(
        slot=first, reference=new.reference, asked=new.fingerprint(first.pk), **shared
    )
    entry.add(appointment)
    _touch(entry, first)
    for number, slot in enumerate(rest, 2):
        entry.add(
            Appointment(
                slot=slot,
                reference=uuid.uuid5(new.reference, str(number)),
                continues=appointment,
                **shared,
            )
        )
    return appointment


def _use_up(entry: Draft, slots: list[Slot]) -> None:
    """Sold is sold: nobody has these slots in hand or keeps them for an outage any more."""
    for slot in slots:
        entry.change(slot, kept_by=None, kept_on="", asked_for_by=None)
    Hold.objects.filter(slot__in=slots).delete()


def _first_answer(earlier, new, slot_id, by) -> Appointment:
    if earlier.practice_id == by.practice.pk and earlier.asked == new.fingerprint(slot_id):
        return earlier
    raise ReferenceReused(
        "This form was already sent with other details. Open the slot again to start afresh."
    )


@_says_what_is_free
def move(appointment_id: UUID, slot_id: UUID, by: Actor, because: str = "") -> Appointment:
    """Move an appointment (its double slot with it) to another slot, in one transaction.

    Moving it to where it already is changes nothing. An extra or a clash becomes an ordinary
    appointment in the new slot.
    """
    _reception_only(by)
    with journal.writing(by, "move") as entry:
        appointment = _appointment(by, appointment_id)
        if appointment.slot_id == slot_id:
            return appointment
        if appointment.status != Status.BOOKED:
            raise WrongStatus(
                f"This appointment is {appointment.get_status_display()}; only one that is "
                "booked can be moved. Book a new one instead."
            )
        target = _slot(by, slot_id)
        second = list(appointment.continuations.select_related("slot__session"))
        own_slots = {appointment.slot_id, *(row.slot_id for row in second)}
        targets = [target]
        _check_free(target, by, because, entry.at, ignoring=own_slots)
        if second:
            targets.append(_adjoining(target, by, entry.at, ignoring=own_slots))
        _touch(entry, appointment.slot)
        _touch(entry, target)
        # Out of the way first: a double appointment may move by one slot, onto its own second.
        order = [appointment, *second]
        if target.pk in {row.slot_id for row in second}:
            order.reverse()
            targets.reverse()
        for row, to in zip(order, targets, strict=True):
            entry.change(row, slot=to, is_extra=False, in_clash=False)
        entry.about(appointment.patient_id)
        settle_by_itself(entry, appointment, because or "Moved to another slot")
        _use_up(entry, targets)
        return appointment


def cancel(
    appointment_id: UUID, by: Actor, *, cancelled_for: str = "patient", reason: str = ""
) -> Appointment:
    """Cancel an appointment; its slot is free again. Cancelling twice changes nothing.

    `cancelled_for` says who cancelled: 'patient' or 'practice'; the practice needs a reason.
    """
    _reception_only(by)
    if cancelled_for == "practice" and not reason:
        raise NeedsReason("Say why the practice cancels: the patient will ask.")
    with journal.writing(by, "cancel") as entry:
        appointment = _appointment(by, appointment_id)
        if appointment.status == Status.CANCELLED:
            return appointment
        if appointment.status in (Status.LEFT, Status.DID_NOT_ATTEND, Status.SENT_IN):
            raise WrongStatus(
                f"This appointment is {appointment.get_status_display()}; undo that first."
            )
        cancel_rows(entry, [appointment], cancelled_for, reason)
        settle_by_itself(entry, appointment, reason or "The patient cancelled")
        return appointment


def cancel_rows(entry: Draft, appointments, cancelled_for: str, reason: str) -> None:
    """Cancel these appointments and their second slots within an open entry."""
    for appointment in appointments:
        for row in _rows(appointment):
            entry.change(
                row,
                status=Status.CANCELLED,
                cancelled_at=entry.at,
                cancelled_by=entry.by.staff,
                cancelled_for=cancelled_for,
                cancel_reason=reason,
            )
        _touch(entry, appointment.slot)


@_says_what_is_free
def reinstate(appointment_id: UUID, by: Actor) -> Appointment:
    """Take a cancellation back, if the slot is still free."""
    _reception_only(by)
    with journal.writing(by, "reinstate") as entry:
        appointment = _appointment(by, appointment_id)
        if appointment.status != Status.CANCELLED:
            return appointment
        rows = _rows(appointment)
        if not appointment.is_extra:
            for row in rows:
                _check_free(_slot(by, row.slot_id), by, "taken back", entry.at)
        for row in rows:
            entry.change(
                row,
                status=Status.BOOKED,
                in_clash=False,
                cancelled_at=None,
                cancelled_by=None,
                cancelled_for="",
                cancel_reason="",
            )
        _touch(entry, appointment.slot)
        return appointment


def amend(appointment_id: UUID, by: Actor, **details: str) -> Appointment:
    """Change what was noted with an appointment: reason, notes, access_needs, mode, urgency."""
    _reception_only(by)
    with journal.writing(by, "amend") as entry:
        appointment = _appointment(by, appointment_id)
        for row in _rows(appointment):
            entry.change(row, **details)
        _touch(entry, appointment.slot)
        return appointment


# --- Marking -----------------------------------------------------------------------------------

# For each mark: its columns' stem, and the states from which it may be given.
_MARKS = {
    Status.ARRIVED: ("arrived", (Status.BOOKED,)),
    Status.SENT_IN: ("sent_in", (Status.BOOKED, Status.ARRIVED)),
    Status.LEFT: ("left", (Status.BOOKED, Status.ARRIVED, Status.SENT_IN)),
    Status.DID_NOT_ATTEND: ("did_not_attend", (Status.BOOKED, Status.ARRIVED)),
}


def arrive(appointment_id: UUID, by: Actor) -> Appointment:
    """Mark the patient as arrived."""
    return _mark(appointment_id, by, Status.ARRIVED, "arrive")


def send_in(appointment_id: UUID, by: Actor) -> Appointment:
    """Mark the patient as sent in to the clinician."""
    return _mark(appointment_id, by, Status.SENT_IN, "send_in")


def leave(appointment_id: UUID, by: Actor) -> Appointment:
    """Mark the patient as seen and gone."""
    return _mark(appointment_id, by, Status.LEFT, "leave")


def did_not_attend(appointment_id: UUID, by: Actor) -> Appointment:
    """Mark that the patient did not come; not before the appointment's time."""
    return _mark(appointment_id, by, Status.DID_NOT_ATTEND, "did_not_attend")


def undo_mark(appointment_id: UUID, by: Actor) -> Appointment:
    """Take the newest mark back; the appointment is as it was before it."""
    with journal.writing(by, "undo_mark") as entry:
        appointment = _appointment(by, appointment_id)
        _may_mark(by, appointment)
        if appointment.status not in _MARKS:
            return appointment
        stem, _ = _MARKS[Status(appointment.status)]
        before = Status.BOOKED
        for status in (Status.ARRIVED, Status.SENT_IN):
            if status != appointment.status and getattr(appointment, f"{_MARKS[status][0]}_at"):
                before = status
        for row in _rows(appointment):
            entry.change(row, status=before, **{f"{stem}_at": None, f"{stem}_by": None})
        _touch(entry, appointment.slot)
        return appointment


def _mark(appointment_id: UUID, by: Actor, status: Status, command: str) -> Appointment:
    with journal.writing(by, command) as entry:
        appointment = _appointment(by, appointment_id)
        _may_mark(by, appointment)
        if appointment.status == status:
            return appointment
        stem, allowed = _MARKS[status]
        if appointment.status not in allowed:
            raise WrongStatus(
                f"This appointment is {appointment.get_status_display()}. Undo that first."
            )
        if status == Status.DID_NOT_ATTEND and appointment.slot.starts_at > entry.at:
            raise WrongStatus(
                f"It is not yet {clock(appointment.slot.starts_at)}: mark it when the time has "
                "passed, or cancel it."
            )
        for row in _rows(appointment):
            entry.change(row, status=status, **{f"{stem}_at": entry.at, f"{stem}_by": by.staff})
        _touch(entry, appointment.slot)
        return appointment


def _may_mark(by: Actor, appointment: Appointment) -> None:
    if by.staff is None or by.staff.may_book:
        return
    holders = appointment.slot.session.session_holders
    if not holders.filter(clinician=by.staff.clinician_id).exists():
        raise NotYours("Only reception, or the clinician whose list it is, can mark this patient.")


# --- A slot in hand: while a form is open -------------------------------------------------------


@_says_what_is_free
def hold(slot_id: UUID, by: Actor) -> Hold:
    """Take a slot in hand for two minutes while the booking form is open, or refresh that."""
    _reception_only(by)
    if by.desk is None or by.staff is None:
        raise NotYours("Choose which desk this is first.")
    with journal.writing(by, "hold") as entry:  # records nothing: holds are not journalled
        slot = _slot(by, slot_id)
        _check_free(slot, by, "looking", entry.at)
        row, _ = Hold.objects.update_or_create(
            slot=slot,
            defaults={
                "practice": by.practice,
                "desk": by.desk,
                "staff": by.staff,
                "until": entry.at + HOLD_LASTS,
            },
        )
        return row


def release(slot_id: UUID, by: Actor) -> None:
    """Give a slot back that this desk has in hand."""
    Hold.objects.filter(practice=by.practice, slot=slot_id, desk=by.desk).delete()


# --- Slots held for outages ---------------------------------------------------------------------


def keep(slot_ids: list[UUID], desk: Desk, on: str, by: Actor) -> int:
    """Hold free slots for a desk for when it is cut off, `on` 'screen' or 'paper'.

    Keeping what that desk keeps already writes nothing new. Says how many changed. A slot that
    is booked, blocked or kept by another desk is refused.
    """
    with journal.writing(by, "keep", details={"desk": desk.pk, "on": on}) as entry:
        count = 0
        for slot_id in slot_ids:
            slot = _slot(by, slot_id)
            if (slot.kept_by_id, slot.kept_on) == (desk.pk, on):
                continue
            if slot.kept_by_id is not None and slot.kept_by_id != desk.pk:
                raise SlotKept(f"{_place(slot)} is already held for outages by {slot.kept_by}.")
            if (held := _held_by(slot, entry.at)) and held.desk_id != desk.pk:
                raise SlotHeld(f"{held.desk} has {_place(slot)} open until {clock(held.until)}.")
            if _live(slot).exists() or slot.blocked_at or slot.session.cancelled_at:
                raise SlotTaken(f"{_place(slot)} is not free, so it can't be held for outages.")
            count += entry.change(slot, kept_by=desk, kept_on=on, asked_for_by=None)
            _touch(entry, slot)
        return count


def let_go(slot_ids: list[UUID], by: Actor, reason: str = "") -> int:
    """Let go of slots held for outages; says how many changed.

    A desk lets go of its own slots on screen. Those of another desk, or on paper, the outage
    lead lets go with a reason.
    """
    with journal.writing(by, "let_go", details={"reason_given": bool(reason)}) as entry:
        count = 0
        for slot_id in slot_ids:
            slot = _slot(by, slot_id)
            if slot.kept_by_id is None:
                continue
            if is_kept_from(facts_of(slot), by.desk.pk if by.desk else None) and by.staff:
                if not by.staff.may_lead:
                    raise NotYours(
                        f"{_place(slot)} is held by {slot.kept_by} {slot.get_kept_on_display()}. "
                        "Ask that desk, or the outage lead, to let go of it."
                    )
                if not reason:
                    raise NeedsReason(f"Say why {slot.kept_by} loses this slot.")
            count += entry.change(slot, kept_by=None, kept_on="", asked_for_by=None)
            _touch(entry, slot)
        return count


def ask_for(slot_id: UUID, by: Actor) -> Slot:
    """Ask the desk that keeps a slot to let go of it; that desk sees the question."""
    _reception_only(by)
    with journal.writing(by, "ask_for") as entry:
        slot = _slot(by, slot_id)
        if slot.kept_by_id is not None and slot.kept_by_id != (by.desk and by.desk.pk):
            entry.change(slot, asked_for_by=by.desk)
            _touch(entry, slot)
        return slot


# --- Clashes ------------------------------------------------------------------------------------


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
            _touch(entry, second.slot)
        else:
            stays, goes = (first, second) if outcome == Clash.Outcome.FIRST else (second, first)
            if goes.status != Status.CANCELLED:
                cancel_rows(entry, [goes], "practice", reason)
                ring(entry, goes, "Two people were booked in one slot; this one could not stay")
            entry.change(goes, in_clash=False)
            entry.change(stays, in_clash=False)
            _touch(entry, stays.slot)
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


# --- What the commands share --------------------------------------------------------------------


def _reception_only(by: Actor) -> None:
    if by.staff is not None and not by.staff.may_book:
        raise NotYours("Booking is reception's. Ask the desk to do this.")


def _slot(by: Actor, slot_id: UUID) -> Slot:
    slots = Slot.objects.select_related("session__site", "slot_type", "kept_by")
    try:
        return slots.get(practice=by.practice, pk=slot_id)
    except Slot.DoesNotExist:
        raise NotFound("This slot is not in the book any more. Reload the page.") from None


def _patient(by: Actor, patient_id: UUID) -> Patient:
    try:
        patient = Patient.objects.get(practice=by.practice, pk=patient_id)
    except Patient.DoesNotExist:
        raise NotFound("This patient is not in the book. Search again.") from None
    while patient.merged_into is not None:
        patient = patient.merged_into
    return patient


def _appointment(by: Actor, appointment_id: UUID) -> Appointment:
    rows = Appointment.objects.select_related("slot__session__site", "slot__slot_type")
    try:
        row = rows.get(practice=by.practice, pk=appointment_id)
    except Appointment.DoesNotExist:
        raise NotFound("This appointment is not in the book. Reload the page.") from None
    return row if row.continues_id is None else rows.get(pk=row.continues_id)


def _rows(appointment: Appointment) -> list[Appointment]:
    return [appointment, *appointment.continuations.all()]


def _live(slot: Slot):
    rows = slot.appointments.exclude(status=Status.CANCELLED)
    return rows.filter(is_extra=False, in_clash=False).select_related("booked_by")


def _held_by(slot: Slot, now: datetime) -> Hold | None:
    return Hold.objects.filter(slot=slot, until__gt=now).select_related("desk", "staff").first()


def _check_patient(patient: Patient, because: str) -> None:
    if because:
        return
    if patient.died_on is not None:
        raise NeedsReason(
            "This patient is recorded as having died. Check that it is the right person; to book "
            "all the same, give a reason."
        )
    if patient.departed_on is not None:
        raise NeedsReason(
            "This patient has left the practice. To book all the same, give a reason."
        )


def _check_extra(slot: Slot, new: NewAppointment, now: datetime) -> None:
    if not new.because:
        raise NeedsReason("Give a reason for the extra, so that the clinician knows why.")
    if new.double:
        raise BookingRefused("An extra has no slot of its own, so it can't be double length.")
    if slot.session.cancelled_at or slot.removed_at:
        raise SlotBlocked(f"{_place(slot)} was taken out of the diary. Choose another slot.")


def _check_free(
    slot: Slot,
    by: Actor,
    because: str,
    now: datetime,
    ignoring: set[UUID] = frozenset(),  # type: ignore[assignment]
) -> None:
    """Refuse with the reason why this desk may not book the slot now.

    `ignoring` are slots whose appointment is being moved away.
    """
    desk = by.desk.pk if by.desk else None
    live = None if slot.pk in ignoring else _live(slot).first()
    held = _held_by(slot, now)
    facts = facts_of(slot)
    held_by = held.desk_id if held else None
    found = state(facts, live.status if live else None, held_by, desk, now)
    place = _place(slot)
    if found is State.FREE:
        return
    if live is not None:
        who = f" by {live.booked_by.name}" if live.booked_by else ""
        when = f" {moment(live.booked_at)}" if live.booked_at else ""
        raise SlotTaken(f"{place} is already booked{who}{when}.", slot)
    if found is State.BLOCKED:
        why = slot.block_reason or ("the session is cancelled" if slot.session.cancelled_at else "")
        raise SlotBlocked(f"{place} is blocked{f': {why}' if why else ''}.", slot)
    if found is State.HELD and held is not None:
        raise SlotHeld(
            f"{held.desk} ({held.staff.name}) has {place} open until {clock(held.until)}.", slot
        )
    if found is State.KEPT:
        raise SlotKept(
            f"{place} is held for outages by {slot.kept_by} {slot.get_kept_on_display()}: "
            "ask for it, or take another.",
            slot,
        )
    if found is State.EMBARGOED:
        if because and (by.staff is None or by.staff.may_lead):
            return
        when = moment(released_at(facts))
        raise SlotEmbargoed(
            f"{place} may be booked from {when}; before that only the outage lead or a manager "
            "can, with a reason.",
            slot,
        )
    if not because:
        raise SlotPast(f"{place} is over. To write it in afterwards, give a reason.")


def _adjoining(
    slot: Slot,
    by: Actor,
    now: datetime,
    ignoring: set[UUID] = frozenset(),  # type: ignore[assignment]
) -> Slot:
    following = (
        Slot.objects.select_related("session__site", "slot_type", "kept_by")
        .filter(session=slot.session_id, starts_at=slot.ends_at, removed_at=None)
        .first()
    )
    if following is None:
        raise SlotTaken(
            f"There is no slot straight after {_place(slot)}, so it can't be double length."
        )
    _check_free(following, by, "", now, ignoring)
    return following


def _place(slot: Slot) -> str:
    who = finding.with_whom(slot.session.holders.all(), slot.session.name)
    return f"{clock(slot.starts_at)} with {who}"


def _nearby(slot: Slot, by: Actor) -> str:
    free = finding.near(by.practice, slot, by.desk.pk if by.desk else None)
    if not free:
        return "Nothing else like it is free that day."
    return "Free nearby: " + ", ".join(f"{clock(f.starts_at)} {f.with_whom}" for f in free) + "."


def _touch(entry: Draft, slot: Slot) -> None:
    entry.touch(slot.session.site_id, slot.session.day)
