"""Prepare: before planned work, a storm, or at the first sign that something is wrong."""

from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from appointments.availability import LONDON
from appointments.journal import Actor
from appointments.models import Site
from appointments.refusals import NotYours
from fallback import allotments
from fallback.keeper import wishes

from .days import is_worked, next_worked
from .rounds import papers_of


class Prepared(NamedTuple):
    """What Prepare did: slots that are now held for outages, and what will come out where."""

    shared_out: int
    days: dict[Site, list[date]]
    printers: list[str]  # 'Front office at Harbour Surgery'
    without_printer: list[Site]


def prepare(by: Actor, now: datetime | None = None) -> Prepared:
    """Share out everything that is still free, today and the next working day, and print it.

    The keeper makes and prints it, beginning within a second: each printer what it prints by
    itself. A site without a printer has new files in its places only, and is named.
    """
    if by.staff and not by.staff.may_lead:
        raise NotYours("Ask the outage lead or a manager to prepare.")
    today = timezone.localtime(now or timezone.now(), LONDON).date()
    done = Prepared(0, {}, [], [])
    shared_out = 0
    for site in by.practice.site_set.filter(closed_on=None):
        days = done.days[site] = _days(site, today)
        shared_out += allotments.share_out_all(by, site, days)
        printers = [
            printer
            for printer in by.practice.printer_set.filter(site=site, closed_on=None)
            if papers_of(printer)
        ]
        if not printers:
            done.without_printer.append(site)
        done.printers.extend(f"{printer} at {site}" for printer in printers)
        for day in days:
            for printer in printers:
                wishes.wish(
                    by.practice, site, day, printer=printer, papers=papers_of(printer), by=by
                )
            if not printers:
                wishes.wish(by.practice, site, day, by=by)
    return done._replace(shared_out=shared_out)


def _days(site: Site, today: date) -> list[date]:
    days = [today] if is_worked(site, today) else []
    following = next_worked(site, today)
    return [*days, following] if following else days
