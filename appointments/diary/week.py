"""A site's week, for finding gaps at a glance."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from appointments.diary.lines import Column
from appointments.diary.seeing import diary_for
from appointments.models import Session, Site


class DayCount(NamedTuple):
    """How much is free and booked in one column of a week."""

    day: date
    free: int
    booked: int
    other: int  # blocked, held, not released


class WeekRow(NamedTuple):
    """A clinician's (or list's) week at a site."""

    heading: str
    days: tuple[DayCount | None, ...]


class Week(NamedTuple):
    """A site's week, by clinician, for finding gaps at a glance."""

    site: Site
    days: tuple[date, ...]
    rows: tuple[WeekRow, ...]
    free: tuple[int, ...]  # per day


def week_for(
    site: Site,
    monday: date,
    *,
    desk: UUID | None = None,
    clinician: UUID | None = None,
    now: datetime | None = None,
) -> Week:
    """Read a site's week from `monday`: weekdays, and the weekend where something is on."""
    diaries = [
        diary_for(site, monday + timedelta(days=n), desk=desk, clinician=clinician, now=now)
        for n in range(7)
    ]
    diaries = [d for n, d in enumerate(diaries) if n < 5 or d.columns]
    headings: dict[str, list[DayCount | None]] = {}
    for index, diary in enumerate(diaries):
        for column in diary.columns:
            counts = headings.setdefault(column.heading, [None] * len(diaries))
            counts[index] = _count(diary.day, column)
    return Week(
        site,
        tuple(d.day for d in diaries),
        tuple(WeekRow(heading, tuple(days)) for heading, days in sorted(headings.items())),
        tuple(d.free for d in diaries),
    )


def _count(day: date, column: Column) -> DayCount:
    states = Counter(line.state for line in column.slots)
    free = states.pop("free", 0)
    other = sum(states.pop(s, 0) for s in ("blocked", "kept", "held", "embargoed", "past"))
    return DayCount(day, free, sum(states.values()), other)


def next_day(site: Site, day: date, clinician: UUID | None = None) -> date | None:
    """Give the first day after `day` that has sessions; for a day that has none."""
    sessions = Session.objects.filter(site=site, day__gt=day, cancelled_at=None)
    if clinician is not None:
        sessions = sessions.filter(holders=clinician)
    return sessions.order_by("day").values_list("day", flat=True).first()
