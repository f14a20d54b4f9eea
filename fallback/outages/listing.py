"""Outages in a list: those that stand, those on their way home, those that are signed off."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from appointments.models import Practice
from fallback.models import Outage

NEWEST = 50  # of those that are signed off
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """One outage as a list shows it."""

    outage: Outage
    now: datetime

    @property
    def lasted(self) -> str:
        """How long it has lasted or did: '1 h 12 min'."""
        return lasted((self.outage.ended_at or self.now) - self.outage.began_at)


@dataclass(frozen=True)
class Listing:
    """The page."""

    standing: list[Line]
    coming_home: list[Line]
    signed_off: list[Line]


def of(practice: Practice, now: datetime | None = None) -> Listing:
    """List a practice's outages, the newest first."""
    now = now or timezone.now()
    rows = Outage.objects.filter(practice=practice)
    rows = rows.select_related("site", "declared_by", "signed_off_by")
    lines = [Line(row, now) for row in rows.filter(signed_off_at=None)]
    done = [Line(row, now) for row in rows.exclude(signed_off_at=None)[:NEWEST]]
    return Listing(
        standing=[line for line in lines if line.outage.ended_at is None],
        coming_home=[line for line in lines if line.outage.ended_at],
        signed_off=done,
    )


def lasted(time: timedelta) -> str:
    """Write a length of time: '45 min', '1 h 12 min', '2 days 3 h'."""
    days, rest = divmod(time, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes = rest // MINUTE
    if days:
        return f"{days} {'day' if days == 1 else 'days'} {hours} h"
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
