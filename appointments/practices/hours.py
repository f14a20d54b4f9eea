"""Commands on when sites are open: the week's hours, and the days that differ."""

from collections.abc import Iterable
from datetime import date, time
from uuid import UUID

import holidays

from appointments import journal
from appointments.journal import Actor, Draft
from appointments.models import Closure, OpeningTime, Site
from appointments.refusals import AlreadyThere
from appointments.wording import day_words

from .shared import managers_only, own, touch_day

Stretch = tuple[int, time, time]  # weekday (0 is Monday), opens, closes

# Core hours of the GP contract (NHS England): 8:00 to 18:30, Monday to Friday.
CORE_HOURS: list[Stretch] = [(weekday, time(8), time(18, 30)) for weekday in range(5)]


def set_opening_times(site_id: UUID, by: Actor, times: Iterable[Stretch]) -> None:
    """Replace a site's weekly opening times; two stretches on a day make a lunch break."""
    managers_only(by)
    with journal.writing(by, "set_opening_times") as entry:
        if replace_opening_times(entry, own(Site, site_id, by), times):
            entry.touch_everything()


def replace_opening_times(entry: Draft, site: Site, times: Iterable[Stretch]) -> bool:
    """Write the differences to a site's hours into an open entry; says whether there were any."""
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
    managers_only(by)
    with journal.writing(by, "add_closure") as entry:
        site = own(Site, site_id, by) if site_id else None
        if by.practice.closure_set.filter(site=site, day=day).exists():
            raise AlreadyThere(f"There is a closure on {day_words(day)} already. Remove it first.")
        closure = Closure(practice=by.practice, site=site, day=day, reason=reason, closes=closes)
        entry.add(closure)
        touch_day(entry, day, site)
    return closure


def remove_closure(closure_id: UUID, by: Actor) -> None:
    """Open again on a day that was to be closed."""
    managers_only(by)
    with journal.writing(by, "remove_closure") as entry:
        closure = own(Closure, closure_id, by)
        touch_day(entry, closure.day, closure.site)
        entry.remove(closure)


def add_bank_holidays(by: Actor, years: Iterable[int]) -> int:
    """Write England's bank holidays of these years into the closures; says how many were new.

    They are frozen as rows: the calendar must be known without the internet or an upgrade, and
    the practice may remove the ones on which it works. Days that are closed already stay as
    they are.
    """
    managers_only(by)
    with journal.writing(by, "add_bank_holidays") as entry:
        closed = set(by.practice.closure_set.filter(site=None).values_list("day", flat=True))
        new = [
            Closure(practice=by.practice, day=day, reason=reason, is_bank_holiday=True)
            for day, reason in sorted(_bank_holidays(years).items())
            if day not in closed
        ]
        entry.add_many(Closure, new)
        for closure in new:
            touch_day(entry, closure.day, None)
    return len(new)


def _bank_holidays(years: Iterable[int]) -> dict[date, str]:
    """Look up England's holidays, in English whatever the machine's language."""
    return dict(holidays.country_holidays("GB", subdiv="ENG", years=years, language="en_GB"))
