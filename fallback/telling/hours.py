"""When the practice is open, as patients are told: today, and the days that follow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from appointments.availability import LONDON
from appointments.models import Closure, OpeningTime, Practice, Site

from . import times

AHEAD = 14  # days, today included: two weekends and a run of bank holidays


@dataclass(frozen=True)
class Stretch:
    """A time in which somebody is there, aware, in London's time."""

    opens_at: datetime
    closes_at: datetime

    @property
    def words(self) -> str:
        """Say it: '8am to 6:30pm'."""
        return f"{times.clock(self.opens_at)} to {times.clock(self.closes_at)}"


@dataclass(frozen=True)
class Day:
    """One day's opening hours; no stretches where it is closed all day."""

    day: date
    stretches: tuple[Stretch, ...]
    # Whether a closure or a bank holiday makes it another than this weekday's usual.
    is_unusual: bool = False
    holiday: str = ""  # 'Christmas Day'; never a closure's own reason, which is for staff

    @property
    def day_words(self) -> str:
        """Say which day: 'Monday 23 November'."""
        return times.day(self.day)

    @property
    def words(self) -> str:
        """Say the hours: '8am to 1pm and 2pm to 6:30pm', 'closed (Christmas Day)'."""
        said = " and ".join(each.words for each in self.stretches) or "closed"
        return f"{said} ({self.holiday})" if self.holiday else said

    def is_open(self, now: datetime) -> bool:
        """Whether somebody is there at this moment."""
        return any(each.opens_at <= now < each.closes_at for each in self.stretches)


@dataclass(frozen=True)
class Hours:
    """The opening hours of the next days: of each open site, and of the practice as a whole.

    The practice is open while any of its sites is. `days` is empty where no opening hours were ever
    set, of a site or of the practice: then nothing is known, and nobody may say that it is closed.
    """

    days: tuple[Day, ...]
    sites: tuple[tuple[Site, tuple[Day, ...]], ...]  # the main site first

    def is_open(self, now: datetime) -> bool:
        """Whether any site is open at this moment; True where nothing is known."""
        return not self.days or any(day.is_open(now) for day in self.days)

    def opens_next(self, now: datetime) -> datetime | None:
        """Say when the doors open next, if within the days that are known here."""
        ahead = (each.opens_at for day in self.days for each in day.stretches)
        return min((at for at in ahead if at > now), default=None)


def of(practice: Practice, first: date, count: int = AHEAD) -> Hours:
    """Read the opening hours of `count` days from `first` on (local days): three queries."""
    days = [first + timedelta(days=number) for number in range(count)]
    open_sites = practice.site_set.filter(closed_on=None)
    sites = sorted(open_sites, key=lambda site: site.pk != practice.main_site_id)
    week = list(OpeningTime.objects.filter(practice=practice).order_by("opens"))
    closures = list(practice.closure_set.filter(day__range=(days[0], days[-1])))
    by_site = tuple((site, _days(site, days, week, closures)) for site in sites)
    known = [of_site for _, of_site in by_site if of_site]
    return Hours(tuple(_together(each) for each in zip(*known, strict=True)), by_site)


def _days(
    site: Site, days: Iterable[date], week: Iterable[OpeningTime], closures: Iterable[Closure]
) -> tuple[Day, ...]:
    """Work out one site's days; none where its hours were never set."""
    here = [row for row in week if row.site_id == site.pk]
    shut = [row for row in closures if row.site_id in (None, site.pk)]
    return tuple(_day(day, here, shut) for day in days) if here else ()


def _day(day: date, week: Iterable[OpeningTime], closures: Iterable[Closure]) -> Day:
    """Work out a day: the weekday's hours, cut short by what closes it."""
    today = [row for row in closures if row.day == day]
    usual = [row for row in week if row.weekday == day.weekday()]
    ends = min((row.closes or time.min for row in today), default=time.max)
    stretches = tuple(_stretch(row, day, ends) for row in usual if row.opens < ends)
    is_cut = any(row.closes > ends for row in usual)
    holiday = next((row.reason for row in today if row.is_bank_holiday), "") if is_cut else ""
    return Day(day, stretches, is_cut, holiday)


def _stretch(row: OpeningTime, day: date, ends: time) -> Stretch:
    opens, closes = row.opens, min(row.closes, ends)
    return Stretch(datetime.combine(day, opens, LONDON), datetime.combine(day, closes, LONDON))


def _together(days: tuple[Day, ...]) -> Day:
    """Make one day of several sites' days: open while any of them is."""
    merged: list[Stretch] = []
    for each in sorted((s for day in days for s in day.stretches), key=lambda s: s.opens_at):
        if merged and each.opens_at <= merged[-1].closes_at:
            closes_at = max(merged[-1].closes_at, each.closes_at)
            merged[-1] = Stretch(merged[-1].opens_at, closes_at)
        else:
            merged.append(each)
    holiday = next((day.holiday for day in days if day.holiday), "")
    unusual = any(day.is_unusual for day in days)
    return Day(days[0].day, tuple(merged), unusual, holiday)
