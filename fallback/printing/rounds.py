"""What prints by itself: in the evening for the next working day, in the morning for today."""

import logging
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

from appointments.availability import LONDON
from appointments.journal import Actor
from appointments.models import Practice, Site
from appointments.refusals import BookingRefused
from fallback import plans
from fallback.models import Plan, Printer, PrintJob
from fallback.paper import making
from fallback.paper.press import PressError

from .days import is_worked, next_worked
from .jobs import NoSuchPaper, follow, nothing_to_print, resume, send

log = logging.getLogger(__name__)

# A server that comes back within the hour prints late. After that people have found their own way,
# and a heap of paper that comes out of nowhere only puzzles them.
LATE_BY = timedelta(hours=1)


class Round(NamedTuple):
    """A site's papers that are due to be printed by themselves."""

    occasion: str  # 'morning 2026-11-23', of which there is one
    site: Site
    day: date
    printers: list[Printer]


def look_after(practice: Practice, now: datetime) -> None:
    """See how the jobs stand, and print what is due. Raises nothing that waiting would mend.

    A round has been printed when its rows say so, whatever the clock says: a keeper that starts
    again, or a clock that is set back, prints nothing twice.
    """
    follow(practice, now)
    for each in due(practice, now):
        try:
            _print(practice, each)
        except (PressError, BookingRefused) as error:
            log.error("the papers of the %s were not printed: %s", each.occasion, error)


def due(practice: Practice, now: datetime) -> Iterator[Round]:
    """Give the rounds whose time has come and that are not printed in full."""
    printers = list(practice.printer_set.filter(closed_on=None).select_related("site__practice"))
    if not printers:
        return
    plan = plans.plan_of(practice)
    for site in {printer.site for printer in printers}:
        for word, day in _days(plan, site, timezone.localtime(now, LONDON)):
            occasion = f"{word} {day}"
            here = [p for p in printers if p.site_id == site.pk and _wants(p)]
            if left := [p for p in here if not _is_done(p, occasion)]:
                yield Round(occasion, site, day, left)


def papers_of(printer: Printer) -> str:
    """Name what a printer prints by itself."""
    return " ".join(
        word
        for word, wanted in (("diaries", printer.prints_diary), ("sheets", printer.prints_sheets))
        if wanted
    )


_wants = papers_of


def _days(plan: Plan, site: Site, now: datetime) -> Iterator[tuple[str, date]]:
    today = now.date()
    if _has_come(plan.morning_print, now) and is_worked(site, today):
        yield "morning", today
    if _has_come(plan.evening_print, now) and (day := next_worked(site, today)):
        yield "evening", day


def _has_come(clock: time | None, now: datetime) -> bool:
    """Say whether it is that time, or up to an hour after it, on the same day."""
    if clock is None:
        return False
    since = now - datetime.combine(now.date(), clock, LONDON)
    return timedelta(0) <= since < LATE_BY


def _is_done(printer: Printer, occasion: str) -> bool:
    jobs = PrintJob.objects.filter(printer=printer, occasion=occasion)
    return jobs.exists() and not _unsent(printer, occasion)


def _unsent(printer: Printer, occasion: str) -> list[PrintJob]:
    """Give what was listed and never reached the queue's door."""
    jobs = PrintJob.objects.filter(
        printer=printer, occasion=occasion, state=PrintJob.State.WAITING, queue_job=""
    )
    return list(jobs.order_by("asked_at"))


def _print(practice: Practice, due_now: Round) -> None:
    by = Actor(practice)
    for printer in due_now.printers:
        # Anew for each printer: slots may be sold while the one before takes its jobs.
        made = making.make(practice, due_now.site, due_now.day)
        try:
            if left := _unsent(printer, due_now.occasion):
                resume(made, left, by)
            else:
                send(made, printer, by, papers_of(printer), occasion=due_now.occasion)
        except NoSuchPaper:
            nothing_to_print(made.print, printer, by, due_now.occasion)
