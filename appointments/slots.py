"""What the panels show: one slot as this desk sees it, one appointment in words."""

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from appointments import availability, finding, offers
from appointments.availability import LONDON, State
from appointments.journal import Actor
from appointments.models import Appointment, Hold, Slot, Staff
from appointments.wording import clock, day_words


def visible_to(staff: Staff, rows: QuerySet, path: str = "") -> QuerySet:
    """Narrow slots (or rows that reach one by `path`) to a clinician's own; reception sees all."""
    if staff.role != Staff.Role.CLINICIAN:
        return rows
    return rows.filter(**{f"{path}session__holders": staff.clinician_id})


def seen(slot: Slot, by: Actor) -> dict[str, Any]:
    """One slot as a desk sees it now: its state, who is in it, who has it, what is near."""
    now = timezone.now()
    desk = by.desk.pk if by.desk else None
    live = slot.appointments.exclude(status="cancelled").order_by("is_extra", "booked_at")
    people = list(live.select_related("patient", "booked_by"))
    main = next((a for a in people if not a.is_extra and not a.in_clash), None)
    hold = Hold.objects.filter(slot=slot, until__gt=now).select_related("desk", "staff").first()
    facts = availability.facts_of(slot)
    state = availability.state(
        facts, main.status if main else None, hold.desk_id if hold else None, desk, now
    )
    return {
        "slot": slot,
        "state": state,
        "people": people,
        "hold": hold if state is State.HELD else None,
        "released_at": availability.released_at(facts),
        "kept_here": slot.kept_by_id is not None and slot.kept_by_id == desk,
        "offers": offers.for_kept(slot, by),
        "place": place(slot),
        "needs_reason": state in (State.PAST, State.EMBARGOED),
    }


def place(slot: Slot) -> dict[str, str]:
    """Put a slot in words for a caller: day, time, with whom, where."""
    holders = slot.session.holders.all()
    return {
        "day": day_words(slot.starts_at.astimezone(LONDON).date()),
        "time": clock(slot.starts_at),
        "with_whom": finding.with_whom(holders, slot.session.name),
        "site": slot.session.site.name,
    }


def just_booked(appointment: Appointment) -> dict[str, Any]:
    """One appointment for whoever booked it: what to tell the caller."""
    slot = appointment.slot
    second = appointment.continuations.select_related("slot").first()
    return {
        "appointment": appointment,
        "patient": appointment.patient,
        "slot": slot,
        "place": place(slot),
        "minutes": slot.minutes + (second.slot.minutes if second else 0),
        "same_day": _same_day(appointment),
    }


def told(appointment: Appointment) -> dict[str, Any]:
    """One appointment for its panel: what to tell the caller, who did what when, what is next."""
    slot = appointment.slot
    others = slot.appointments.exclude(status="cancelled").exclude(pk=appointment.pk)
    return {
        **just_booked(appointment),
        "others": list(others.select_related("patient")),
        "marks": _marks(appointment),
        "today": timezone.localdate(timezone=LONDON),
        "has_begun": slot.starts_at <= timezone.now(),
    }


def _marks(appointment: Appointment) -> list[tuple[str, str, str]]:
    """Who did what when: [(words, time, person)]."""
    steps = (
        ("Booked", "booked"),
        ("Arrived", "arrived"),
        ("Sent in", "sent_in"),
        ("Left", "left"),
        ("Did not attend", "did_not_attend"),
        ("Cancelled", "cancelled"),
    )
    marks = []
    for words, stem in steps:
        if at := getattr(appointment, f"{stem}_at"):
            who = getattr(appointment, f"{stem}_by")
            marks.append((words, at, who.name if who else "the clinical system"))
    return marks


def _same_day(appointment: Appointment) -> list[str]:
    session = appointment.slot.session
    rows = appointment.patient.appointments.filter(
        slot__session__day=session.day, continues=None
    ).exclude(status="cancelled")
    rows = rows.exclude(pk=appointment.pk).select_related("slot__session")
    return [_brief(row) for row in rows.prefetch_related("slot__session__holders")]


def with_that_day(slot: Slot, found: list) -> list:
    """Add to patients found who is booked on the slot's day already: said, not refused."""
    rows = Appointment.objects.filter(
        patient__in=[f.id for f in found], slot__session__day=slot.session.day, continues=None
    ).exclude(status="cancelled")
    booked = defaultdict(list)
    for row in rows.select_related("slot__session").prefetch_related("slot__session__holders"):
        booked[row.patient_id].append(_brief(row))
    return [
        f._replace(warnings=(*f.warnings, f"Already booked that day: {', '.join(booked[f.id])}"))
        if booked[f.id]
        else f
        for f in found
    ]


def _brief(row: Appointment) -> str:
    session = row.slot.session
    return f"{clock(row.slot.starts_at)} {finding.with_whom(session.holders.all(), session.name)}"
