"""Which days a site works: the evening's papers are for the next one of them."""

from datetime import date, timedelta

from django.db.models import Q

from appointments.models import Session, Site

AHEAD = 14  # days; Christmas with both weekends is shorter
WEEKDAYS = range(5)  # Monday to Friday, where a site's opening hours have not been entered


def is_worked(site: Site, day: date) -> bool:
    """Say whether somebody needs a site's papers for a day.

    It is open by the week's hours and not closed for the whole day; or sessions are held there
    all the same (a Saturday clinic; a bank holiday that is worked).
    """
    held = Session.objects.filter(site=site, day=day, cancelled_at=None)
    if held.exists():
        return True
    closures = site.practice.closure_set.filter(Q(site=site) | Q(site=None), day=day, closes=None)
    if closures.exists():
        return False
    weekdays = set(site.opening_times.values_list("weekday", flat=True))
    return day.weekday() in (weekdays or WEEKDAYS)


def next_worked(site: Site, after: date) -> date | None:
    """Give the first day after one that a site works; None when none is near."""
    days = (after + timedelta(days=number) for number in range(1, AHEAD + 1))
    return next((day for day in days if is_worked(site, day)), None)
