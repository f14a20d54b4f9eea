"""Which papers need making: the book has changed since, or their stamp has grown old."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from appointments.availability import LONDON
from appointments.models import Practice, Site
from fallback import plans
from fallback.hand.manifest import Kept
from fallback.paper import making
from fallback.places import first

AHEAD = 7  # days after today that have papers too
# The server's own copies go back at least as far as any place's may (Place.keeps_days).
KEPT_AT_MOST = timedelta(days=31)
# Today's unchanged papers are stamped anew, so that good paper does not look bad.
STAMPED_AGAIN_AFTER = timedelta(minutes=10)
CLOCKS_DIFFER = timedelta(minutes=1)  # a stamp from further ahead: the clock was set back


class SiteDay(NamedTuple):
    """A day at a site, as the papers know it. `is_changed`: not only the stamp has grown old."""

    site: Site
    day: date
    is_changed: bool


def days(now: datetime) -> list[date]:
    """Give the days that have papers: today and the seven that follow."""
    today = timezone.localtime(now, LONDON).date()
    return [today + timedelta(days=ahead) for ahead in range(AHEAD + 1)]


def sites(practice: Practice) -> list[Site]:
    """Give the sites that have papers: those that are in use."""
    return list(practice.site_set.filter(closed_on=None))


def stale(practice: Practice, now: datetime | None = None) -> list[SiteDay]:
    """Give the site-days whose papers must be made, today's first."""
    now = now or timezone.now()
    plan = plans.plan_of(practice)
    as_of = making.clinical_as_of(practice, plan)
    clinical = first.utc(as_of) if as_of else None
    kept = {(one.site, one.day): one for one in first.kept(practice)}
    today, *_ = wanted = days(now)
    held = making.held_on_paper(practice, today)
    open_sites = sites(practice)
    found = []
    for day in wanted:
        for site in open_sites:
            one = kept.get((str(site.pk), day))
            mark = making.mark_of(practice, site, day, held)
            if one is None or (one.said["mark"], one.said["clinical_as_of"]) != (mark, clinical):
                found.append(SiteDay(site, day, is_changed=True))
            elif day == today and _has_grown_old(one, now):
                found.append(SiteDay(site, day, is_changed=False))
    return found


def _has_grown_old(one: Kept, now: datetime) -> bool:
    age = now - datetime.fromisoformat(one.said["made_at"])
    return age > STAMPED_AGAIN_AFTER or age < -CLOCKS_DIFFER
