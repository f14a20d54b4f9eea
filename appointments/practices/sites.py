"""Commands on sites."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from appointments import journal
from appointments.journal import Actor
from appointments.models import Site
from appointments.refusals import StillNeeded
from appointments.wording import day_words

from .hours import CORE_HOURS, replace_opening_times
from .shared import amended, managers_only, own


def add_site(by: Actor, *, name: str, **values: Any) -> Site:
    """Add a site; the first one becomes the main site. It keeps core hours until told otherwise."""
    managers_only(by)
    with journal.writing(by, "add_site") as entry:
        site = Site(practice=by.practice, name=name, **values)
        entry.add(site)
        replace_opening_times(entry, site, CORE_HOURS)
        if by.practice.main_site_id is None:
            entry.change(by.practice, main_site=site)
        entry.touch_everything()
    return site


def amend_site(site_id: UUID, by: Actor, **values: Any) -> Site:
    """Change a site's name, order, telephone, address or postcode."""
    return amended(Site, site_id, by, "amend_site", values)


def close_site(site_id: UUID, by: Actor) -> Site:
    """Take a site out of use from today."""
    managers_only(by)
    with journal.writing(by, "close_site") as entry:
        site = own(Site, site_id, by)
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
    return amended(Site, site_id, by, "reopen_site", {"closed_on": None})
