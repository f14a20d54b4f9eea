"""Printed sheets in a data folder, for a test that talks to its server only over HTTP."""

import json

from django.utils import timezone

from appointments import journal
from appointments.journal import Actor
from appointments.models import Practice
from fallback import allotments, sheets
from fallback.models import Sheet
from fallback.rekey import sums

DAYS = 5  # so that there are rows enough, whatever day of the week it is


def prepare() -> None:
    """Print all desks' sheets of the next working days; say in JSON what stands on them."""
    practice = Practice.objects.get(is_home=True)
    by = Actor(practice, practice.staff.get(username="manager"))
    site = practice.main_site
    ahead = practice.session_set.filter(site=site, day__gt=timezone.localdate(), cancelled_at=None)
    days = ahead.order_by("day").values_list("day", flat=True).distinct()[:DAYS]
    own = []
    for day in days:
        allotments.share_out_all(by, site, [day])
        number, now = journal.newest(practice), timezone.now()
        made = sheets.ensure(practice, site, day, print_number=1, journal=number, now=now)
        here = [sheet for sheet in made if sheet.kind == Sheet.Kind.DESK]
        sheets.printed(here, by)
        own += here
    patients = practice.patient_set.filter(died_on=None, departed_on=None, merged_into=None)
    said = {
        "sheets": {
            sheets.shown(sheet): [
                row.code for row in sheet.rows.filter(kind="slot").order_by("place")
            ]
            for sheet in own
        },
        "patients": [str(pk) for pk in patients.values_list("pk", flat=True)[:400]],
    }
    print(json.dumps(said))


def judge() -> None:
    """Say in JSON whether the sums of all sheets agree."""
    practice = Practice.objects.get(is_home=True)
    found = [sums(sheet) for sheet in Sheet.objects.filter(practice=practice, ended_at=None)]
    agree = [
        s.rows == s.in_book + s.clashes + s.settled + s.set_aside + s.nothing + s.to_do
        for s in found
    ]
    print(json.dumps({"agree": all(agree), "in_book": sum(s.in_book for s in found)}))
