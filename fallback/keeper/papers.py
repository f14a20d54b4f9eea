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
from fallback import allotments, plans
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
        self.asked: dict[Key, SiteDay] = {}
        self.dealt: set[Key] = set()  # held slots were dealt since it was noticed
        self.failed: dict[Key, float] = {}  # monotonic, when it may be tried again
        self.missing: dict[Key, str] = {}  # made, but for a document that the press refuses
        self.trouble = ""
        self.stale_after_minutes: int | None = None  # beside a clinical system
        self._seen: tuple | None = None
        self._let_go_on: date | None = None

    def look(self, practice: Practice, now: datetime) -> None:
        """See what is stale. `practice` is read afresh; asks little while nothing has changed."""
        minute = now.replace(second=0, microsecond=0)
        seen = (journal.newest(practice), practice.clinical_as_of, minute)
        if seen == self._seen:
            return
        self.practice, self._seen = practice, seen
        self._let_go(staleness.days(now)[0])
        plan = plans.plan_of(practice)
        beside = plan.beside_clinical_system
        self.stale_after_minutes = plan.stale_after_minutes if beside else None
        stale = staleness.stale(practice, now)
        asked = [one for key, one in self.asked.items() if key not in {_key(o) for o in stale}]
        self.stale = [*asked, *stale]
        keys = {_key(one) for one in self.stale}
        at = time.monotonic()
        self.noticed = {key: self.noticed.get(key, at) for key in keys}
        self.dealt &= keys
        self.failed = {key: until for key, until in self.failed.items() if key in keys}
        if not self.failed:
            self.trouble = next(iter(self.missing.values()), "")

    def _let_go(self, today: date) -> None:
        if today != self._let_go_on:
            self._let_go_on = today
            self.missing = {key: words for key, words in self.missing.items() if key[1] >= today}
            sites = [str(site.pk) for site in staleness.sites(self.practice)]
            first.let_go(self.practice, today - staleness.KEPT_AT_MOST, sites)

    def wished(self, site_id: str, day: str) -> None:
        """Have a site-day made now, whether it is stale or not."""
        for site in staleness.sites(self.practice):
            if str(site.pk) == site_id:
                asked = SiteDay(site, date.fromisoformat(day), is_changed=True)
                self.asked[_key(asked)] = asked
                self.noticed[_key(asked)] = 0.0  # longer ago than anything else
                self.failed.pop(_key(asked), None)
                self._look_again()

    def make_next(self) -> Made | None:
        """Make the most urgent papers and keep them; None if there is nothing to do just now."""
        chosen = self._most_urgent()
        if chosen is None:
            return None
        if self._share_out():
            self._look_again()  # what was dealt stands on the sheets of the days before as well
            return None
        site, day, _ = chosen
        try:
            made = making.make(self.practice, site, day)
            first.keep(self.practice, made)
        except Exception as error:
            self.failed[_key(chosen)] = time.monotonic() + AGAIN_AFTER
            self.trouble = f"The papers of {site} for {day_short(day)} could not be made"
            log.exception("papers of %s could not be made", day, exc_info=error)
            return None
        self.missing.pop(_key(chosen), None)
        if made.missing:
            which = " and ".join(made.missing)
            self.missing[_key(chosen)] = f"{which} for {day_short(day)} could not be made"
        self.stale.remove(chosen)
        self.asked.pop(_key(chosen), None)
        self.noticed.pop(_key(chosen), None)
        self.dealt.discard(_key(chosen))
        self._look_again()
        return made

    def _share_out(self) -> int:
        """Deal the held slots anew wherever something changed; gives how many slots it moved.

        If that fails, paper of what is held is still paper.
        """
        moved = 0
        for one in self.stale:
            if _key(one) not in self.dealt:
                self.dealt.add(_key(one))
                try:
                    moved += allotments.share_out(self.practice, one.site, one.day)
                except Exception as error:
                    self.trouble = f"Slots of {day_short(one.day)} could not be shared out"
                    log.exception("slots of %s not shared out", one.day, exc_info=error)
        return moved

    def _look_again(self) -> None:
        self._seen = None

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
