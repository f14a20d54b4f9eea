"""Commands on the practice as a whole: how it begins, and what it is called."""

from datetime import time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from appointments import journal, staff
from appointments.journal import Actor
from appointments.models import Desk, Mode, Practice, SlotType, Staff
from appointments.refusals import AlreadyThere

from .desks import add_desk
from .hours import add_bank_holidays
from .shared import managers_only
from .sites import add_site
from .slot_types import add_slot_type

# What nearly every practice has; names, colours and rules are the practice's to change.
USUAL_SLOT_TYPES: list[dict[str, Any]] = [
    {"name": "Routine", "national_category": "General Consultation Routine"},
    {
        "name": "On the day",
        "colour": SlotType.Colour.ORANGE,
        "national_category": "General Consultation Acute",
        "release": SlotType.Release.AT_TIME,
        "release_time": time(8),
    },
    {
        "name": "Telephone",
        "colour": SlotType.Colour.AQUA,
        "mode": Mode.TELEPHONE,
        "national_category": "General Consultation Routine",
    },
    {
        "name": "Nurse",
        "colour": SlotType.Colour.GREEN,
        "national_category": "Planned Clinics",
    },
    {
        "name": "Home visit",
        "colour": SlotType.Colour.PURPLE,
        "mode": Mode.HOME_VISIT,
        "national_category": "Home Visit",
    },
]


def found(*, ods_code: str, name: str, is_home: bool = False, is_demo: bool = False) -> Practice:
    """Make a practice with an empty journal. Raises AlreadyThere when the ODS code is taken."""
    practice = Practice(
        ods_code=ods_code.strip().upper(), name=name.strip(), is_home=is_home, is_demo=is_demo
    )
    try:
        with transaction.atomic():
            journal.start(practice)  # points at the practice, which follows before the commit
            with journal.writing(Actor(practice), "found_practice") as entry:
                entry.add(practice)
    except IntegrityError as error:
        raise AlreadyThere("There is a practice with this ODS code already.") from error
    return practice


def found_first(
    *, ods_code: str, name: str, site: str, desks: int, manager: dict[str, Any]
) -> tuple[Staff, Desk]:
    """Make the server's home practice, ready for work; returns its manager and first desk.

    `manager` has username, name and password. Raises AlreadyThere once there is a practice: this
    is what a new server offers to whoever comes first.
    """
    with transaction.atomic():
        if Practice.objects.exists():
            raise AlreadyThere("This server has a practice already. Sign in instead.")
        by = Actor(found(ods_code=ods_code, name=name, is_home=True))
        main = add_site(by, name=site)
        first, *_ = [add_desk(by, main.pk) for _ in range(desks)]
        for slot_type in USUAL_SLOT_TYPES:
            add_slot_type(by, **slot_type)
        this_year = timezone.localdate().year
        add_bank_holidays(by, (this_year, this_year + 1))
        return staff.add(by, role=Staff.Role.MANAGER, **manager), first


def amend_practice(by: Actor, **values: Any) -> None:
    """Change the practice's name, main site or idle lock (minutes)."""
    managers_only(by)
    with journal.writing(by, "amend_practice") as entry:
        if entry.change(by.practice, **values):
            entry.touch_everything()
