"""Commands on the practice and what it is made of: sites, hours, desks, slot types, clinicians.

    site = practices.add_site(by, name="Minnis Bay")
    practices.amend_site(site.pk, by, telephone="01632 960111")

Nothing that the book has ever pointed at is deleted: sites and desks close, slot types retire,
clinicians leave, and all of them can come back.
"""

from collections.abc import Iterable
from datetime import date, time
from typing import Any, TypeVar
from uuid import UUID

import holidays
from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.utils import timezone

from appointments import journal, staff
from appointments.journal import Actor, Draft
from appointments.models import (
    Clinician,
    Closure,
    Desk,
    Duty,
    Mode,
    OpeningTime,
    Practice,
    Site,
    SlotType,
    Staff,
)
from appointments.refusals import AlreadyThere, NotFound, NotYours, StillNeeded
from appointments.wording import day_words

Row = TypeVar("Row", bound=models.Model)
Stretch = tuple[int, time, time]  # weekday (0 is Monday), opens, closes

# Core hours of the GP contract (NHS England): 8:00 to 18:30, Monday to Friday.
CORE_HOURS: list[Stretch] = [(weekday, time(8), time(18, 30)) for weekday in range(5)]

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
    *, ods_code: str, name: str, site: str, desks: int, manager: dict[str, str]
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
    _managers_only(by)
    with journal.writing(by, "amend_practice") as entry:
        if entry.change(by.practice, **values):
            entry.touch_everything()


# --- Sites, and when they are open ------------------------------------------------------------


def add_site(by: Actor, *, name: str, **values: Any) -> Site:
    """Add a site; the first one becomes the main site. It keeps core hours until told otherwise."""
    _managers_only(by)
    with journal.writing(by, "add_site") as entry:
        site = Site(practice=by.practice, name=name, **values)
        entry.add(site)
        _set_opening_times(entry, site, CORE_HOURS)
        if by.practice.main_site_id is None:
            entry.change(by.practice, main_site=site)
        entry.touch_everything()
    return site


def amend_site(site_id: UUID, by: Actor, **values: Any) -> Site:
    """Change a site's name, order, telephone, address or postcode."""
    return _amended(Site, site_id, by, "amend_site", values)


def close_site(site_id: UUID, by: Actor) -> Site:
    """Take a site out of use from today."""
    _managers_only(by)
    with journal.writing(by, "close_site") as entry:
        site = _own(Site, site_id, by)
        if site == by.practice.main_site:
            raise StillNeeded(f"{site} is the main site. Make another site the main one first.")
        if site.desks.filter(closed_on=None).exists():
            raise StillNeeded(f"{site} still has desks. Close them or move them first.")
        coming = site.sessions.filter(day__gte=timezone.localdate(), cancelled_at=None)
        if coming.exists():
            last = coming.latest("day").day
            raise StillNeeded(
                f"{site} still has sessions up to {day_words(last)}. Cancel or move them first."
            )
        entry.change(site, closed_on=site.closed_on or timezone.localdate())
        entry.touch_everything()
    return site


def reopen_site(site_id: UUID, by: Actor) -> Site:
    """Take a site into use again."""
    return _amended(Site, site_id, by, "reopen_site", {"closed_on": None})


def set_opening_times(site_id: UUID, by: Actor, times: Iterable[Stretch]) -> None:
    """Replace a site's weekly opening times; two stretches on a day make a lunch break."""
    _managers_only(by)
    with journal.writing(by, "set_opening_times") as entry:
        if _set_opening_times(entry, _own(Site, site_id, by), times):
            entry.touch_everything()


def _set_opening_times(entry: Draft, site: Site, times: Iterable[Stretch]) -> bool:
    there = {(row.weekday, row.opens, row.closes): row for row in site.opening_times.all()}
    wanted = set(times)
    for stretch in there.keys() - wanted:
        entry.remove(there[stretch])
    new = [
        OpeningTime(practice=site.practice, site=site, weekday=weekday, opens=opens, closes=closes)
        for weekday, opens, closes in sorted(wanted - there.keys())
    ]
    entry.add_many(OpeningTime, new)
    return wanted != there.keys()


def add_closure(
    by: Actor, day: date, reason: str, *, site_id: UUID | None = None, closes: time | None = None
) -> Closure:
    """Shut a site (or with None all sites) for a day, or from `closes` on for the rest of it."""
    _managers_only(by)
    with journal.writing(by, "add_closure") as entry:
        site = _own(Site, site_id, by) if site_id else None
        if by.practice.closure_set.filter(site=site, day=day).exists():
            raise AlreadyThere(f"There is a closure on {day_words(day)} already. Remove it first.")
        closure = Closure(practice=by.practice, site=site, day=day, reason=reason, closes=closes)
        entry.add(closure)
        _touch_day(entry, day, site)
    return closure


def remove_closure(closure_id: UUID, by: Actor) -> None:
    """Open again on a day that was to be closed."""
    _managers_only(by)
    with journal.writing(by, "remove_closure") as entry:
        closure = _own(Closure, closure_id, by)
        _touch_day(entry, closure.day, closure.site)
        entry.remove(closure)


def add_bank_holidays(by: Actor, years: Iterable[int]) -> int:
    """Write England's bank holidays of these years into the closures; says how many were new.

    They are frozen as rows: the calendar must be known without the internet or an upgrade, and
    the practice may remove the ones on which it works. Days that are closed already stay as
    they are.
    """
    _managers_only(by)
    with journal.writing(by, "add_bank_holidays") as entry:
        closed = set(by.practice.closure_set.filter(site=None).values_list("day", flat=True))
        new = [
            Closure(practice=by.practice, day=day, reason=reason, is_bank_holiday=True)
            for day, reason in sorted(_bank_holidays(years).items())
            if day not in closed
        ]
        entry.add_many(Closure, new)
        for closure in new:
            _touch_day(entry, closure.day, None)
    return len(new)


def _bank_holidays(years: Iterable[int]) -> dict[date, str]:
    """Look up England's holidays, in English whatever the machine's language."""
    return dict(holidays.country_holidays("GB", subdiv="ENG", years=years, language="en_GB"))


# --- Desks --------------------------------------------------------------------------------------


def add_desk(by: Actor, site_id: UUID, *, name: str = "", number: int | None = None) -> Desk:
    """Add a desk at a site; without a number it gets the next, without a name 'Desk 5'."""
    _managers_only(by)
    with journal.writing(by, "add_desk") as entry:
        desks = by.practice.desk_set
        number = number or (desks.aggregate(most=Max("number"))["most"] or 0) + 1
        if desks.filter(number=number).exists():
            raise AlreadyThere(f"There is a desk {number} already. Choose another number.")
        desk = Desk(
            practice=by.practice,
            site=_own(Site, site_id, by),
            number=number,
            name=name or f"Desk {number}",
        )
        entry.add(desk)
    return desk


def amend_desk(desk_id: UUID, by: Actor, **values: Any) -> Desk:
    """Change a desk's name or site."""
    return _amended(Desk, desk_id, by, "amend_desk", values)


def close_desk(desk_id: UUID, by: Actor) -> Desk:
    """Take a desk out of use; PCs that stood there are asked for their desk again."""
    _managers_only(by)
    with journal.writing(by, "close_desk") as entry:
        desk = _own(Desk, desk_id, by)
        if not by.practice.desk_set.filter(closed_on=None).exclude(pk=desk.pk).exists():
            raise StillNeeded(f"{desk} is the only desk. Add another one first.")
        if desk.kept_slots.exists():
            raise StillNeeded(f"{desk} has slots held for outages. Let go of them first.")
        entry.change(desk, closed_on=desk.closed_on or timezone.localdate())
    return desk


def reopen_desk(desk_id: UUID, by: Actor) -> Desk:
    """Take a desk into use again."""
    return _amended(Desk, desk_id, by, "reopen_desk", {"closed_on": None})


# --- Slot types ---------------------------------------------------------------------------------


def add_slot_type(by: Actor, *, name: str, **values: Any) -> SlotType:
    """Add a slot type."""
    _managers_only(by)
    with journal.writing(by, "add_slot_type") as entry:
        _refuse_name(by, name)
        slot_type = SlotType(practice=by.practice, name=name, **values)
        entry.add(slot_type)
    return slot_type


def amend_slot_type(slot_type_id: UUID, by: Actor, **values: Any) -> SlotType:
    """Change what a slot type is called, how it looks, or from when its slots may be booked."""
    if "name" in values:
        _refuse_name(by, values["name"], but=slot_type_id)
    return _amended(SlotType, slot_type_id, by, "amend_slot_type", values)


def retire_slot_type(slot_type_id: UUID, by: Actor) -> SlotType:
    """Offer a slot type no longer for new slots; those that are there keep it."""
    today = timezone.localdate()
    return _amended(SlotType, slot_type_id, by, "retire_slot_type", {"retired_on": today})


def restore_slot_type(slot_type_id: UUID, by: Actor) -> SlotType:
    """Offer a slot type again."""
    return _amended(SlotType, slot_type_id, by, "restore_slot_type", {"retired_on": None})


def _refuse_name(by: Actor, name: str, but: UUID | None = None) -> None:
    if by.practice.slottype_set.filter(name__iexact=name).exclude(pk=but).exists():
        raise AlreadyThere(f"There is a slot type called {name} already. Choose another name.")


# --- Clinicians, and who is on duty -------------------------------------------------------------


def add_clinician(by: Actor, *, family_name: str, **values: Any) -> Clinician:
    """Add somebody who is seen: GP, nurse, pharmacist…"""
    _managers_only(by)
    with journal.writing(by, "add_clinician") as entry:
        clinician = Clinician(practice=by.practice, family_name=family_name, **values)
        entry.add(clinician)
    return clinician


def amend_clinician(clinician_id: UUID, by: Actor, **values: Any) -> Clinician:
    """Change a clinician's title, names or role."""
    return _amended(Clinician, clinician_id, by, "amend_clinician", values)


def clinician_leaves(clinician_id: UUID, by: Actor) -> Clinician:
    """Offer a clinician no longer for new sessions; those that are there stay."""
    today = timezone.localdate()
    return _amended(Clinician, clinician_id, by, "clinician_leaves", {"left_on": today})


def clinician_returns(clinician_id: UUID, by: Actor) -> Clinician:
    """Offer a clinician again."""
    return _amended(Clinician, clinician_id, by, "clinician_returns", {"left_on": None})


def set_duty(by: Actor, day: date, clinician_id: UUID | None) -> None:
    """Say who the duty clinician of a day is; None means nobody. Reception may do this too."""
    if by.staff and not by.staff.may_book:
        raise NotYours("Reception says who the duty clinician is. Ask at a desk.")
    with journal.writing(by, "set_duty") as entry:
        clinician = _own(Clinician, clinician_id, by) if clinician_id else None
        duty = by.practice.duty_set.filter(day=day).first()
        if duty and clinician:
            entry.change(duty, clinician=clinician)
        elif duty:
            entry.remove(duty)
        elif clinician:
            entry.add(Duty(practice=by.practice, day=day, clinician=clinician))
        if entry.changes:
            _touch_day(entry, day, None)


# --- What they share ----------------------------------------------------------------------------


def _managers_only(by: Actor) -> None:
    """Refuse everybody but managers and the program itself."""
    if by.staff and not by.staff.may_manage:
        raise NotYours("Only a manager may change the settings.")


def _own(model: type[Row], row_id: UUID, by: Actor) -> Row:
    """Return a row of the practice's own, locked until the command is done."""
    rows = model._default_manager.select_for_update(of=("self",))
    row = rows.filter(practice=by.practice, pk=row_id).first()
    if row is None:
        raise NotFound(f"That {model._meta.verbose_name} is not in this practice's settings.")
    return row


def _amended(model: type[Row], row_id: UUID, by: Actor, command: str, values: dict) -> Row:
    _managers_only(by)
    with journal.writing(by, command) as entry:
        row = _own(model, row_id, by)
        if entry.change(row, **values):
            entry.touch_everything()
    return row


def _touch_day(entry: Draft, day: date, site: Site | None) -> None:
    """Say that a day looks different, at one site or at all of them."""
    sites = [site.pk] if site else entry.by.practice.site_set.values_list("pk", flat=True)
    for site_id in sites:
        entry.touch(site_id, day)
