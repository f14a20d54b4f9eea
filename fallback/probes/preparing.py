"""At the first failure: fresh papers, so that whatever comes finds them there. Nobody is told."""

from django.utils import timezone

from appointments.availability import LONDON
from appointments.journal import Actor
from appointments.models import Practice
from fallback import printing
from fallback.keeper import wishes
from fallback.printing.rounds import papers_of


def prepare_quietly(practice: Practice, *, prints: bool) -> None:
    """Have the papers of today and of the next working day made anew now.

    They are printed as well where `prints` says so: at each printer what it prints by itself.
    Nothing is shared out beyond what always is: one failure is not an outage yet.
    """
    today = timezone.localdate(timezone=LONDON)
    printers = list(practice.printer_set.filter(closed_on=None)) if prints else []
    for site in practice.site_set.filter(closed_on=None):
        days = [today] if printing.is_worked(site, today) else []
        if following := printing.next_worked(site, today):
            days.append(following)
        own = [p for p in printers if p.site_id == site.pk and papers_of(p)]
        for day in days:
            for printer in own:
                wishes.wish(
                    practice, site, day,
                    printer=printer, papers=papers_of(printer), by=Actor(practice),
                )  # fmt: skip
            if not own:
                wishes.wish(practice, site, day)
