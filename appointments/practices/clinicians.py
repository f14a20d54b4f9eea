"""Commands on clinicians, and on who is on duty."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from appointments import journal
from appointments.journal import Actor
from appointments.models import Clinician, Duty
from appointments.refusals import NotYours

from .shared import amended, managers_only, own, touch_day


def add_clinician(by: Actor, *, family_name: str, **values: Any) -> Clinician:
    """Add somebody who is seen: GP, nurse, pharmacist…"""
    managers_only(by)
    with journal.writing(by, "add_clinician") as entry:
        clinician = Clinician(practice=by.practice, family_name=family_name, **values)
        entry.add(clinician)
    return clinician


def amend_clinician(clinician_id: UUID, by: Actor, **values: Any) -> Clinician:
    """Change a clinician's title, names or role."""
    return amended(Clinician, clinician_id, by, "amend_clinician", values)


def clinician_leaves(clinician_id: UUID, by: Actor) -> Clinician:
    """Offer a clinician no longer for new sessions; those that are there stay."""
    today = timezone.localdate()
    return amended(Clinician, clinician_id, by, "clinician_leaves", {"left_on": today})


def clinician_returns(clinician_id: UUID, by: Actor) -> Clinician:
    """Offer a clinician again."""
    return amended(Clinician, clinician_id, by, "clinician_returns", {"left_on": None})


def set_duty(by: Actor, day: date, clinician_id: UUID | None) -> None:
    """Say who the duty clinician of a day is; None means nobody. Reception may do this too."""
    if by.staff and not by.staff.may_book:
        raise NotYours("Reception says who the duty clinician is. Ask at a desk.")
    with journal.writing(by, "set_duty") as entry:
        clinician = own(Clinician, clinician_id, by) if clinician_id else None
        duty = by.practice.duty_set.filter(day=day).first()
        if duty and clinician:
            entry.change(duty, clinician=clinician)
        elif duty:
            entry.remove(duty)
        elif clinician:
            entry.add(Duty(practice=by.practice, day=day, clinician=clinician))
        if entry.changes:
            touch_day(entry, day, None)
