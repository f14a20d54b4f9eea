"""A practice's papers: seeing what is stale, and making the most urgent of it."""

import logging
import time
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from appointments import journal
from appointments.availability import LONDON
from appointments.models import Practice
from appointments.wording import day_short
from fallback import allotments
from fallback.keeper import staleness
from fallback.keeper.staleness import SiteDay
from fallback.paper import making
from fallback.paper.making import Made
from fallback.places import first

log = logging.getLogger(__name__)

GATHER = 0.4  # s that a change waits for others: a burst is one making
AGAIN_AFTER = 30.0  # s until a site-day that could not be made is tried again
# What is waited for counts so much by its day: today's papers go before, the others never starve.
TODAY, TOMORROW, LATER, ONLY_STAMP = 8.0, 2.0, 1.0, 0.5

Key = tuple[UUID, date]


class Papers:
    """The papers of one practice."""

    def __init__(self, practice: Practice):
        self.practice = practice
        self.stale: list[SiteDay] = []
        self.noticed: dict[Key, float] = {}  # monotonic
        self.failed: dict[Key, float] = {}  # monotonic, when it may be tried again
        self.trouble = ""
        self._seen: tuple | None = None

    def look(self, practice: Practice, now: datetime) -> None:
        """See what is stale. `practice` is read afresh; asks little while nothing has changed."""
        minute = now.replace(second=0, microsecond=0)
        seen = (journal.newest(practice), practice.clinical_as_of, minute)
        if seen == self._seen:
            return
        if self._seen is None or self._seen[2].date() != minute.date():
            oldest = staleness.days(now)[0] - staleness.KEPT_AT_MOST
            first.let_go(practice, oldest, [str(site.pk) for site in staleness.sites(practice)])
        self.practice, self._seen = practice, seen
        self.stale = staleness.stale(practice, now)
        keys = {_key(one) for one in self.stale}
        at = time.monotonic()
        self.noticed = {key: self.noticed.get(key, at) for key in keys}
        self.failed = {key: until for key, until in self.failed.items() if key in keys}
        if not self.failed:
            self.trouble = ""

    def wished(self, site_id: str, day: str) -> None:
        """Have a site-day made now, whether it is stale or not."""
        for site in staleness.sites(self.practice):
            if str(site.pk) == site_id:
                asked = SiteDay(site, date.fromisoformat(day), is_changed=True)
                self.stale = [asked, *(one for one in self.stale if _key(one) != _key(asked))]
                self.noticed[_key(asked)] = 0.0  # longer ago than anything else
                self.failed.pop(_key(asked), None)

    def make_next(self) -> Made | None:
        """Make the most urgent papers and keep them; None if there is nothing to do just now."""
        chosen = self._most_urgent()
        if chosen is None:
            return None
        site, day, _ = chosen
        try:
            self._share_out(chosen)
            made = making.make(self.practice, site, day)
            first.keep(self.practice, made)
        except Exception as error:
            self.failed[_key(chosen)] = time.monotonic() + AGAIN_AFTER
            self.trouble = f"The papers of {site} for {day_short(day)} could not be made"
            log.exception("papers of %s could not be made", day, exc_info=error)
            return None
        self.stale.remove(chosen)
        self.noticed.pop(_key(chosen), None)
        self._seen = None if self._seen is None else (-1, *self._seen[1:])  # look again
        return made

    def _share_out(self, chosen: SiteDay) -> None:
        """Deal the held slots anew first. If that fails, paper of what is held is still paper."""
        try:
            allotments.share_out(self.practice, chosen.site, chosen.day)
        except Exception as error:
            self.trouble = f"Slots of {day_short(chosen.day)} could not be shared out"
            log.exception("slots of %s could not be shared out", chosen.day, exc_info=error)

    def _most_urgent(self) -> SiteDay | None:
        at = time.monotonic()
        today = timezone.localdate(timezone=LONDON)

        def urgency(one: SiteDay) -> float:
            waited = at - self.noticed[_key(one)]
            ahead = (one.day - today).days
            weight = TODAY if ahead <= 0 else TOMORROW if ahead == 1 else LATER
            # Of what was noticed at once, the nearer day first.
            return (waited + 1 / (2 + ahead)) * (weight if one.is_changed else ONLY_STAMP)

        ready = [
            one
            for one in self.stale
            if at - self.noticed[_key(one)] >= GATHER and self.failed.get(_key(one), 0) <= at
        ]
        return max(ready, key=urgency, default=None)

    @property
    def waits_since(self) -> float | None:
        """Since when (monotonic) a change of today waits to be on paper."""
        today = timezone.localdate(timezone=LONDON)
        changed = [self.noticed[_key(s)] for s in self.stale if s.is_changed and s.day == today]
        return min(changed, default=None)


def _key(one: SiteDay) -> Key:
    return one.site.pk, one.day
