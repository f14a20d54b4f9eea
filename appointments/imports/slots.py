"""What a changed slot of the clinical system does to ours: the three-way comparison.

Base is what the clinical system said when it was last loaded (Slot.loaded_patient), theirs what it
says now, ours what the book has. Theirs equal to base leaves ours alone, whatever we did since.
See docs/decisions, 'Comparing an extract with the book'.
"""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from appointments.models import Appointment, Call, Clash, Patient, Practice, Session, Slot, SlotType
from appointments.patients import current
from appointments.wording import moment

Status = Appointment.Status

SOURCE = "clinical system"
CANCELLED = "Cancelled in the clinical system"
# Why a slot is blocked; with nobody in blocked_by these are the clinical system's, not ours.
BLOCKED = "Blocked in the clinical system"
TAKEN = "Booked in the clinical system for somebody who is not in its extract"
GONE = "Taken out in the clinical system"

# What the fingerprint of a row says that was removed over there.
DELETED = "deleted"

# Slots and sessions that a screen export brought: it has no GUIDs, so they are given a name.
LISTED = "screen-"

_ORDER = (Status.BOOKED, Status.ARRIVED, Status.SENT_IN, Status.LEFT)
_MARKS = ("arrived_by_id", "sent_in_by_id", "left_by_id", "did_not_attend_by_id")


class Booking(NamedTuple):
    """The patient's place that a slot's row tells of."""

    patient: str  # what the clinical system calls the patient
    status: str
    sent_in_at: datetime | None = None
    left_at: datetime | None = None
    booked_at: datetime | None = None
    booked_via: str = Appointment.Via.TELEPHONE
    # A list with at most a word for the status: no times, so it takes none away.
    is_brief: bool = False


@dataclass
class Theirs:
    """A slot's row with its links found. Without a session it is a deleted one."""

    guid: str
    digest: str
    session: Session | None = None
    slot_type: SlotType | None = None
    values: dict[str, Any] = field(default_factory=dict)  # starts_at, minutes, mode
    blocked: bool | None = None  # None: this layout does not say
    patient: Patient | None = None
    booking: Booking | None = None
    is_unknown: bool = False  # somebody is booked, and we cannot know who

    @property
    def why_blocked(self) -> str:
        """Say why nobody may be booked there; empty if somebody may."""
        return TAKEN if self.is_unknown else BLOCKED if self.blocked else ""


@dataclass
class Ours:
    """A slot as the book has it now."""

    slot: Slot
    appointments: list[Appointment] = field(default_factory=list)  # cancelled ones as well
    continuations: dict[UUID, list[Appointment]] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)  # open ones


@dataclass
class Decision:
    """What is to be written for one slot."""

    slot: Slot
    values: dict[str, Any] = field(default_factory=dict)
    cancelled: list[tuple[Appointment, dict]] = field(default_factory=list)
    changed: list[tuple[Appointment, dict]] = field(default_factory=list)
    settled: list[tuple[Clash, dict]] = field(default_factory=list)
    new: list[Appointment] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    touched: set[tuple[UUID, date]] = field(default_factory=set)


def listed_digest(as_of: datetime) -> str:
    """Give the fingerprint of a slot that a screen export changed: of when that was."""
    return f"{LISTED}{as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def is_listed_after(slot: Slot, stamp: datetime) -> bool:
    """Tell whether a screen export that is newer than `stamp` was the last to change a slot."""
    digest = slot.external_digest
    return digest.startswith(LISTED) and digest > listed_digest(stamp)


def survivor(patient: Patient | None) -> Patient | None:
    """Follow a record that was merged to the one that is used."""
    return current(patient) if patient else None


def new_slot(theirs: Theirs, practice: Practice, now: datetime) -> tuple[Slot, Appointment | None]:
    """Make a slot that the book does not have yet, and the appointment in it."""
    slot = Slot(
        practice=practice,
        session=theirs.session,
        slot_type=theirs.slot_type,
        loaded_patient=theirs.patient,
        external_id=theirs.guid,
        external_digest=theirs.digest,
        **{"mode": theirs.slot_type.mode if theirs.slot_type else "", **theirs.values},
    )
    if theirs.why_blocked:
        slot.blocked_at, slot.block_reason = now, theirs.why_blocked
    return slot, (_appointment(theirs, slot, 0) if theirs.patient else None)


def decide(theirs: Theirs, ours: Ours, now: datetime) -> Decision:
    """Compare a slot that the book has with what the clinical system says of it now."""
    decision = Decision(ours.slot)
    last = survivor(ours.slot.loaded_patient)
    decision.values = {
        "external_id": theirs.guid,
        "external_digest": theirs.digest,
        "loaded_patient_id": theirs.patient.pk if theirs.patient else None,
    }
    live = [a for a in ours.appointments if a.status != Status.CANCELLED]
    by_patient = {a.patient_id: a for a in live}
    if last and last != theirs.patient and (gone := by_patient.get(last.pk)):
        _cancel(decision, ours, gone, now)
    if theirs.patient and theirs.booking:
        if known := by_patient.get(theirs.patient.pk):
            _follow(decision, ours, known, theirs.booking)
        elif theirs.patient != last or _booked_again(ours, theirs):
            _add(decision, ours, theirs, now)
    if theirs.session is None:
        _take_out(decision, ours, now)
    else:
        _alter(decision, ours, theirs, now)
    return decision


def _stay(decision: Decision, ours: Ours) -> list[Appointment]:
    """List the live appointments that this decision leaves in the slot."""
    gone = {appointment.pk for appointment, _ in decision.cancelled}
    return [a for a in ours.appointments if a.status != Status.CANCELLED and a.pk not in gone]


# --- The patient -------------------------------------------------------------------------------


def _cancel(decision: Decision, ours: Ours, gone: Appointment, now: datetime) -> None:
    """Cancel what the clinical system no longer has; not if our staff marked the patient here.

    Nor if we had cancelled theirs and booked the patient again: this one is ours. The extract does
    not say who cancelled, so neither do we.
    """
    is_marked = any(getattr(gone, mark) for mark in _MARKS)
    is_ours = gone.booked_by_id and any(
        a.patient_id == gone.patient_id and a.cancelled_by_id for a in ours.appointments
    )
    if is_marked or is_ours or gone.continues_id:
        return
    values = {"status": Status.CANCELLED, "cancelled_at": now, "cancel_reason": CANCELLED}
    rows = [gone, *ours.continuations.get(gone.pk, [])]
    decision.cancelled += [(row, values) for row in rows]
    for clash in ours.clashes:
        if gone.pk not in (clash.first_id, clash.second_id):
            continue
        first_stays = gone.pk == clash.second_id
        outcome = Clash.Outcome.FIRST if first_stays else Clash.Outcome.SECOND
        stays = clash.first if first_stays else clash.second
        decision.settled.append(
            (clash, {"settled_at": now, "outcome": outcome, "reason": CANCELLED})
        )
        if stays.in_clash:
            decision.changed.append((stays, {"in_clash": False}))


def _booked_again(ours: Ours, theirs: Theirs) -> bool:
    """Tell whether they booked the same patient once more after we had cancelled."""
    at = theirs.booking.booked_at if theirs.booking else None
    before = [
        a.cancelled_at
        for a in ours.appointments
        if theirs.patient and a.patient_id == theirs.patient.pk and a.cancelled_at
    ]
    return bool(at and before and at > max(before))


def _add(decision: Decision, ours: Ours, theirs: Theirs, now: datetime) -> None:
    """Book their patient; where we have somebody else it is a clash, and both stay."""
    earlier = sum(a.patient_id == theirs.patient.pk for a in ours.appointments if theirs.patient)
    appointment = _appointment(theirs, ours.slot, earlier)
    freed = {row.pk for row, values in decision.changed if values.get("in_clash") is False}
    main = next(
        (a for a in _stay(decision, ours) if not a.is_extra and (not a.in_clash or a.pk in freed)),
        None,
    )
    if main is not None:
        appointment.in_clash = True
        decision.clashes.append(
            Clash(
                practice_id=ours.slot.practice_id,
                first=main.continues or main,  # of a double appointment the whole
                second=appointment,
                source=SOURCE,
                came_at=now,
            )
        )
    decision.new.append(appointment)
    if ours.slot.session.cancelled_at:
        _ring(decision, appointment, "Booked in the clinical system; the session is cancelled", now)


def _appointment(theirs: Theirs, slot: Slot, earlier: int) -> Appointment:
    """Make their appointment; `earlier` ones of this patient in this slot had other references."""
    booking = theirs.booking
    if booking is None or theirs.patient is None:
        raise ValueError("a free slot makes no appointment")
    return Appointment(
        practice_id=slot.practice_id,
        slot=slot,
        patient=theirs.patient,
        reference=_reference(slot, booking, earlier),
        mode=theirs.values.get("mode") or slot.mode,
        booked_via=booking.booked_via,
        booked_at=booking.booked_at,
        **_marks(booking),
    )


def _reference(slot: Slot, booking: Booking, earlier: int) -> UUID:
    """Name their booking, the same on every load.

    A reference is unique for ever, so a patient who was booked in this slot before (and cancelled,
    or moved away by us) needs another.
    """
    while True:
        said = f"{slot.external_id or slot.pk}/{booking.patient}/{booking.booked_at}/{earlier}"
        reference = uuid.uuid5(slot.practice_id, said)
        if slot._state.adding or not Appointment.objects.filter(reference=reference).exists():
            return reference
        earlier += 1


def _marks(booking: Booking) -> dict[str, Any]:
    times = {"sent_in_at": booking.sent_in_at, "left_at": booking.left_at}
    return {"status": booking.status or Status.BOOKED, **times}


def _follow(decision: Decision, ours: Ours, known: Appointment, booking: Booking) -> None:
    """Bring an appointment that both have up to what they say; our own marks only go forward."""
    if known.continues_id:  # a second slot always follows its first
        return
    values: dict[str, Any] = {}
    if known.booked_by_id is None:
        values = {"booked_at": booking.booked_at or known.booked_at}
    if booking.is_brief and (not booking.status or _is_later(booking.status, known.status)):
        values["status"] = booking.status or known.status
    elif not any(getattr(known, mark) for mark in _MARKS):
        values |= _marks(booking) | {"did_not_attend_at": None}
    elif _is_later(booking.status, known.status):
        values |= {name: value for name, value in _marks(booking).items() if value}
    values = {name: value for name, value in values.items() if getattr(known, name) != value}
    if values:
        rows = [known, *ours.continuations.get(known.pk, [])]
        decision.changed += [(row, values) for row in rows]


def _is_later(theirs: str, ours: str) -> bool:
    """Tell whether their status goes on from ours. Somebody who came after all was not absent."""
    if theirs == Status.DID_NOT_ATTEND:
        return ours == Status.BOOKED
    if ours == Status.DID_NOT_ATTEND:
        return theirs in (Status.SENT_IN, Status.LEFT)
    return _ORDER.index(Status(theirs)) > _ORDER.index(Status(ours))


# --- The slot itself ---------------------------------------------------------------------------


def _take_out(decision: Decision, ours: Ours, now: datetime) -> None:
    """Remove a slot that they removed; with somebody of ours in it, block it and ring them."""
    slot = decision.slot
    decision.touched = {(slot.session.site_id, slot.session.day)}
    if not (stay := _stay(decision, ours)):
        decision.values["removed_at"] = slot.removed_at or now
        return
    decision.values |= {"blocked_at": slot.blocked_at or now, "block_reason": GONE}
    for appointment in stay:
        if appointment.status == Status.BOOKED and not appointment.continues_id:
            _ring(decision, appointment, "The clinical system took this slot out", now)


def _alter(decision: Decision, ours: Ours, theirs: Theirs, now: datetime) -> None:
    slot, session = decision.slot, theirs.session
    if session is None:
        raise ValueError("a deleted slot is taken out, not altered")
    values: dict[str, Any] = {"session_id": session.pk, **theirs.values}
    if theirs.slot_type:
        values["slot_type_id"] = theirs.slot_type.pk
    if slot.removed_at and (slot.external_digest == DELETED or theirs.patient):
        values["removed_at"] = None
    values |= _block(slot, theirs, now)
    decision.touched = {(s.site_id, s.day) for s in (slot.session, session)}
    if slot.starts_at != values["starts_at"] or slot.session.site_id != session.site_id:
        for appointment in _stay(decision, ours):
            is_theirs = theirs.patient and appointment.patient_id == theirs.patient.pk
            if appointment.status == Status.BOOKED and not is_theirs:
                was = f"The clinical system moved this slot; it was {moment(slot.starts_at)}"
                _ring(decision, appointment, f"{was}, {slot.session.site}"[:200], now)
    decision.values |= values


def _block(slot: Slot, theirs: Theirs, now: datetime) -> dict[str, Any]:
    """Block or unblock as they say; what our staff blocked stays blocked."""
    why = theirs.why_blocked
    if slot.blocked_there_at and not slot.blocked_at and not theirs.is_unknown:
        # Blocked there by our own staff, since it is held here for outages: free here all the same.
        return {} if theirs.blocked in (True, None) else {"blocked_there_at": None}
    if why and not slot.blocked_at:
        return {"blocked_at": now, "block_reason": why}
    by_them = slot.blocked_at and slot.blocked_by_id is None
    if by_them and slot.block_reason in (BLOCKED, TAKEN, GONE) and why != slot.block_reason:
        silent = theirs.blocked is None and slot.block_reason == BLOCKED
        if why:
            return {"block_reason": why}
        if not silent:
            return {"blocked_at": None, "block_reason": ""}
    return {}


def _ring(decision: Decision, appointment: Appointment, why: str, now: datetime) -> None:
    decision.calls.append(
        Call(
            practice_id=decision.slot.practice_id,
            patient_id=appointment.patient_id,
            appointment=appointment,
            why=why,
            asked_at=now,
        )
    )
