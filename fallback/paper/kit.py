"""The blank kit: what lies in the drawer for the day when nothing else can be had.

Instructions that name this practice's people, desks, printers and places, a poster for the door,
and undated day pages. No patient stands on any of it, and no password.
"""

from datetime import time
from typing import Any

from django.utils import timezone

from appointments import journal
from appointments.availability import LONDON
from appointments.models import Practice, Site, Staff
from appointments.wording import day_words
from fallback.models import Place, Plan, Printer
from fallback.paper import glyphs
from fallback.paper.document import Document, Stamp
from fallback.plans import plan_of
from fallback.telling import advice
from fallback.telling.templates import COMPUTERS

Words = dict[str, Any]

DAYS = 5  # as many working days as an outage is planned for
# Each day page has four hours of rows, ten minutes each.
BEGINS = (time(8), time(12), time(16))
HOURS, MINUTES = 4, 10


def documents(practice: Practice) -> list[Document]:
    """Write the kit: instructions on one page, the door poster, a week of undated day pages."""
    plan = plan_of(practice)
    stamp = _stamp(practice)
    return [
        Document("kit", "Plan B", "plan_b.typ", _plan_b(practice, plan), stamp),
        Document("kit", "Door poster", "door_poster.typ", _poster(practice), stamp),
        Document("kit", "Day pages", "day_pages.typ", _day_pages(), stamp),
    ]


def _stamp(practice: Practice) -> Stamp:
    """Say when the kit was made; its pages are for any day and site, and of no print."""
    now = timezone.now()
    day = timezone.localdate(now, LONDON)
    return Stamp(
        practice=practice.name,
        site=practice.name,
        day=day,
        day_words=day_words(day),
        up_to_date_at=now,
        clinical_as_of=None,
        print_number=0,
        journal=journal.newest(practice),
    )


def _plan_b(practice: Practice, plan: Plan) -> Words:
    staff = practice.staff.filter(is_active=True)
    sites = practice.site_set.filter(closed_on=None)
    return {
        "leads": _names(staff.filter(role=Staff.Role.OUTAGE_LEAD)),
        "managers": _names(staff.filter(role=Staff.Role.MANAGER)),
        "people": _lines(plan.people),
        "diversions": _lines(plan.diversions),
        "passwords_lie": glyphs.visible(plan.passwords_lie),
        "is_beside": plan.beside_clinical_system,
        "sites": [_site(practice, site) for site in sites],
        "away": _places(practice.place_set.filter(closed_on=None, site=None)),
    }


def _lines(text: str) -> list[str]:
    return [glyphs.visible(line) for line in text.splitlines() if line.strip()]


def _names(staff) -> list[str]:
    return [glyphs.visible(one.name) for one in staff]


def _site(practice: Practice, site: Site) -> Words:
    desks = practice.desk_set.filter(closed_on=None, site=site)
    printers = Printer.objects.filter(practice=practice, closed_on=None, site=site)
    places = Place.objects.filter(practice=practice, closed_on=None, site=site)
    return {
        "name": glyphs.visible(site.name),
        "telephone": glyphs.visible(site.telephone),
        "desks": [glyphs.visible(desk.name) for desk in desks],
        "printers": [glyphs.visible(printer.queue) for printer in printers],
        "places": _places(places),
    }


def _places(places) -> list[Words]:
    return [
        {
            "name": glyphs.visible(place.name),
            "folder": glyphs.visible(place.folder),
            "is_protected": place.leaves_server and place.pdfs_protected,
        }
        for place in places
    ]


def _poster(practice: Practice) -> Words:
    sites = practice.site_set.filter(closed_on=None)
    return {
        "happened": f"{COMPUTERS.title}.",
        "longer": advice.LONGER,
        "emergency": advice.EMERGENCY,
        "practice": glyphs.visible(practice.name),
        "telephones": [
            {"site": glyphs.visible(site.name), "number": glyphs.visible(site.telephone)}
            for site in sites
            if site.telephone
        ],
    }


def _day_pages() -> Words:
    pages = [
        [
            f"{begins.hour + minutes // 60:02}:{minutes % 60:02}"
            for minutes in range(0, HOURS * 60, MINUTES)
        ]
        for begins in BEGINS
    ]
    return {"days": DAYS, "pages": pages}
