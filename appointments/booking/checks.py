"""What the commands share: finding rows of the practice, and refusing with a reason."""

import functools
from collections.abc import Callable, Collection
from datetime import datetime
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.db.models import Q

from appointments import finding
from appointments.availability import State, facts_of, released_at, state
from appointments.booking.asking import NewAppointment
from appointments.finding import CANCELLED
from appointments.journal import Actor, Draft
from appointments.models import Appointment, Hold, Patient, Slot
from appointments.refusals import (
    BookingRefused,
    NeedsReason,
    NotFound,
    NotYours,
    SlotBlocked,
    SlotEmbargoed,
    SlotHeld,
    SlotKept,
    SlotPast,
    SlotTaken,
)
from appointments.wording import clock, moment

P = ParamSpec("P")
R = TypeVar("R")


def says_what_is_free(command: Callable[P, R]) -> Callable[P, R]:
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


def reception_only(by: Actor) -> None:
    """Refuse a clinician: booking is reception's."""
    if by.staff is not None and not by.staff.may_book:
        raise NotYours("Booking is reception's. Ask the desk to do this.")


def slot_of(by: Actor, slot_id: UUID) -> Slot:
    """Find a slot of the practice, with what the rules need to know of it."""
    slots = Slot.objects.select_related("session__site", "slot_type", "kept_by")
    try:
        return slots.get(practice=by.practice, pk=slot_id)
    except Slot.DoesNotExist:
        raise NotFound("This slot is not in the book any more. Reload the page.") from None


def patient_of(by: Actor, patient_id: UUID) -> Patient:
    """Find a patient of the practice; of merged records the one that is used."""
    try:
        patient = Patient.objects.get(practice=by.practice, pk=patient_id)
    except Patient.DoesNotExist:
        raise NotFound("This patient is not in the book. Search again.") from None
    while patient.merged_into is not None:
        patient = patient.merged_into
    return patient


def appointment_of(by: Actor, appointment_id: UUID) -> Appointment:
    """Find an appointment of the practice; its second slot leads to the first."""
    rows = Appointment.objects.select_related("slot__session__site", "slot__slot_type")
    try:
        row = rows.get(practice=by.practice, pk=appointment_id)
    except Appointment.DoesNotExist:
        raise NotFound("This appointment is not in the book. Reload the page.") from None
    return row if row.continues_id is None else rows.get(pk=row.continues_id)


def rows_of(appointment: Appointment) -> list[Appointment]:
    """Give an appointment's rows: its own, and that of its second slot."""
    return [appointment, *appointment.continuations.all()]


def live_in(slot: Slot):
    """Give who is booked in a slot, extras and clashes left out."""
    rows = slot.appointments.exclude(status=Appointment.Status.CANCELLED)
    return rows.filter(is_extra=False, in_clash=False).select_related("booked_by")


def hold_on(slot: Slot, now: datetime) -> Hold | None:
    """Give the hold on a slot while a booking form is open somewhere."""
    return Hold.objects.filter(slot=slot, until__gt=now).select_related("desk", "staff").first()


def check_patient(patient: Patient, because: str) -> None:
    """Refuse somebody who died or left the practice, unless a reason is given."""
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


def check_extra(slot: Slot, new: NewAppointment, now: datetime) -> None:
    """Refuse an extra without a reason, or where there is no slot any more."""
    if not new.because:
        raise NeedsReason("Give a reason for the extra, so that the clinician knows why.")
    if new.double:
        raise BookingRefused("An extra has no slot of its own, so it can't be double length.")
    if slot.session.cancelled_at or slot.removed_at:
        raise SlotBlocked(f"{described(slot)} was taken out of the diary. Choose another slot.")


# What a refusal says of a slot, and of whoever is in it: no more is read in a rush.
_IN_A_REFUSAL = (
    "reference", "booked_at", "booked_by__name", "slot__starts_at", "slot__mode",
    "slot__session__day", "slot__session__name", "slot__session__site", "slot__session__site__name",
    "slot__session__site__practice",
)  # fmt: skip


def sent_before(slot_id: UUID, new: NewAppointment, by: Actor) -> Appointment | None:
    """Give the appointment that came of this reference; refuse a slot that somebody has.

    One look answers both. When sixteen desks want the same slot, fifteen end here: before they
    wait for the lock (the slot was gone when they asked), or as the first thing once they have it.
    """
    wanted = Q(reference=new.reference)
    if not new.extra:  # an extra takes the slot from nobody
        live = Q(slot=slot_id, is_extra=False, in_clash=False) & ~Q(status=CANCELLED)
        wanted |= live & Q(practice=by.practice)
    rows = Appointment.objects.filter(wanted)
    found = list(rows.select_related("slot__session__site", "booked_by").only(*_IN_A_REFUSAL))
    for row in found:
        if row.reference == new.reference:
            return Appointment.objects.get(pk=row.pk)
    if found:
        raise _taken(found[0].slot, found[0])
    return None


def _taken(slot: Slot, live: Appointment) -> SlotTaken:
    who = f" by {live.booked_by.name}" if live.booked_by else ""
    when = f" {moment(live.booked_at)}" if live.booked_at else ""
    return SlotTaken(f"{described(slot)} is already booked{who}{when}.", slot)


def check_free(
    slot: Slot,
    by: Actor,
    because: str,
    now: datetime,
    ignoring: Collection[UUID] = (),
) -> None:
    """Refuse with the reason why this desk may not book the slot now.

    `ignoring` are slots whose appointment is being moved away.
    """
    desk = by.desk.pk if by.desk else None
    live = None if slot.pk in ignoring else live_in(slot).first()
    held = hold_on(slot, now)
    facts = facts_of(slot)
    held_by = held.desk_id if held else None
    found = state(facts, live.status if live else None, held_by, desk, now)
    if found is State.FREE:
        return
    if live is not None:
        raise _taken(slot, live)
    place = described(slot)
    if found is State.BLOCKED:
        why = slot.block_reason or ("the session is cancelled" if slot.session.cancelled_at else "")
        raise SlotBlocked(f"{place} is blocked{f': {why}' if why else ''}.", slot)
    if found is State.HELD and held is not None:
        raise SlotHeld(
            f"{held.desk} ({held.staff.name}) has {place} open until {clock(held.until)}.", slot
        )
    if found is State.KEPT and slot.kept_on == Slot.KeptOn.LOST:
        raise SlotKept(
            f"{place} is doubtful: it stands on a sheet of {slot.kept_by} that was lost, and "
            "somebody may be written there. Take another, or ask the outage lead to let go of it.",
            slot,
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


def adjoining(
    slot: Slot,
    by: Actor,
    now: datetime,
    ignoring: Collection[UUID] = (),
) -> Slot:
    """Give the slot straight after one, checked to be free as well."""
    following = (
        Slot.objects.select_related("session__site", "slot_type", "kept_by")
        .filter(session=slot.session_id, starts_at=slot.ends_at, removed_at=None)
        .first()
    )
    if following is None:
        raise SlotTaken(
            f"There is no slot straight after {described(slot)}, so it can't be double length."
        )
    check_free(following, by, "", now, ignoring)
    return following


def described(slot: Slot) -> str:
    """Name a slot as people do: '10:40 with Dr Lane'."""
    who = finding.with_whom(slot.session.holders.all(), slot.session.name)
    return f"{clock(slot.starts_at)} with {who}"


def _nearby(slot: Slot, by: Actor) -> str:
    free = finding.near(by.practice, slot, by.desk.pk if by.desk else None)
    if not free:
        return "Nothing else like it is free that day."
    return "Free nearby: " + ", ".join(f"{clock(f.starts_at)} {f.with_whom}" for f in free) + "."


def touch(entry: Draft, slot: Slot) -> None:
    """Say that the slot's day looks different now."""
    entry.touch(slot.session.site_id, slot.session.day)
