"""What the Paper page shows: per site and day what there is, how old, and in which safe copies.

From the keeper's report and the server's own first copy; asking it makes nothing.
"""

import shutil
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from appointments.availability import LONDON
from appointments.models import Desk, Practice, Site
from fallback import allotments, papers, printing, sheets
from fallback.keeper import report
from fallback.keeper.report import PlaceState, PracticeState
from fallback.models import Place, Printer, PrintJob, Sheet
from fallback.papers import DayPapers, Paper

DAYS = 8  # today and the next seven
HOUR = 60  # minutes
PAPERS_TOGETHER = 30  # a large site's: what is looked through for each line of the list


@dataclass(frozen=True)
class Copy:
    """How far a safe copy is with a site's day."""

    place: str
    made_at: datetime | None  # None: it has none of this day
    is_newest: bool


@dataclass(frozen=True)
class DayLine:
    """One day of one site."""

    day: date
    papers: DayPapers | None
    copies: list[Copy]
    sheets_out: int

    @property
    def age(self) -> str:
        """How old it is, in words: the older of our own book and of the clinical system's."""
        if self.papers is None:
            return ""
        minutes = int((timezone.now() - self.papers.as_of).total_seconds() // 60)
        if minutes < HOUR:
            return f"{minutes} min ago" if minutes > 0 else "just now"
        return f"{minutes // HOUR} h ago"


@dataclass(frozen=True)
class SiteLines:
    """One site's days."""

    site: Site
    days: list[DayLine]


@dataclass(frozen=True)
class OutThere:
    """Sheets of one site and day that are on real paper; `is_over`: they can be closed now."""

    site: Site
    day: date
    sheets: list[Sheet]  # desks' sheets, to be written on
    running: int  # running lists: they hold nothing, and end with the day
    old: frozenset[UUID]  # a newer one is in hand: these are to be binned
    is_over: bool

    def is_of(self, site: Site, day: date) -> bool:
        """Whether these are a site's day's."""
        return (self.site.pk, self.day) == (site.pk, day)


@dataclass(frozen=True)
class Printed:
    """Papers that came out together, in the order in which they did; `job` is one of them."""

    job: PrintJob
    papers: list[PrintJob]

    @property
    def pages(self) -> int:
        """How many pages all of them have."""
        return sum(paper.pages for paper in self.papers)


@dataclass(frozen=True)
class Foreseen:
    """What Prepare would do at one site: `printers` print by themselves what `days` need."""

    site: Site
    days: list[date]
    printers: list[Printer]


@dataclass(frozen=True)
class DeskPaper:
    """A desk's own sheet: what it may still sell, the file, what is printed and in hand."""

    desk: Desk
    day: date  # today or, when the site is shut, the next day that it works
    on_screen: int
    on_paper: int
    papers: DayPapers | None
    file: Paper | None
    waiting: list[Sheet]  # printed, not in hand yet
    in_hand: list[Sheet]
    to_bin: list[Sheet]  # a newer one is in hand


def today() -> date:
    """Give today's date in London."""
    return timezone.localdate(timezone=LONDON)


def by_site(practice: Practice) -> list[SiteLines]:
    """List the coming days of every site."""
    there = papers.kept(practice)
    state = _state(practice)
    out: dict[tuple[UUID, date], int] = defaultdict(int)
    for sheet in sheets.out_there(practice):
        out[sheet.site_id, sheet.day] += sheet.kind == Sheet.Kind.DESK
    found, coming = [], days()
    for site in practice.site_set.filter(closed_on=None):
        lines = []
        for day in coming:
            kept = there.get((site.pk, day))
            read = papers.read(practice, kept) if kept else None
            copies = [_copy(place, site, day, read) for place in state.places] if state else []
            lines.append(DayLine(day, read, copies, out[site.pk, day]))
        found.append(SiteLines(site, lines))
    return found


def places(practice: Practice) -> list[PlaceState]:
    """Say how the safe copies are, as the keeper found them last."""
    state = _state(practice)
    return list(state.places) if state else []


def place(place: Place) -> PlaceState | None:
    """Say how one safe copy is, as the keeper found it last; None if it has not looked yet."""
    return next((s for s in places(place.practice) if s.place == str(place.pk)), None)


def free_space(place: Place) -> float:
    """Give the room left in a folder that can be reached, in GB (10^9 bytes)."""
    return shutil.disk_usage(place.folder).free / 1e9


def printed(
    practice: Practice, most: int, *, site: Site | None = None, day: date | None = None
) -> list[Printed]:
    """List the newest prints on real paper, what came out together in one line.

    All of them, or those of one site's day.
    """
    found = practice.printjob_set.select_related("print__site", "printer", "asked_by", "desk")
    if site and day:
        found = found.filter(print__site=site, print__day=day)
    together: dict[tuple, list[PrintJob]] = defaultdict(list)
    for job in found.order_by("-asked_at")[: most * PAPERS_TOGETHER]:
        how = (job.printer_id, job.state, job.trouble)
        together[(job.print_id, job.asked_by_id, job.desk_id, *how)].append(job)
    return [Printed(jobs[0], jobs[::-1]) for jobs in together.values()][:most]


def foreseen(practice: Practice) -> list[Foreseen]:
    """Say what Prepare would do, site by site."""
    printers = list(practice.printer_set.filter(closed_on=None))
    return [
        Foreseen(site, _days_needed(site), [p for p in printers if p.site_id == site.pk])
        for site in practice.site_set.filter(closed_on=None)
    ]


def out_there(practice: Practice) -> list[OutThere]:
    """Group the sheets that are on real paper by site and day, the oldest first."""
    groups: dict[tuple[date, str, UUID], list[Sheet]] = defaultdict(list)
    for sheet in sheets.out_there(practice):
        groups[sheet.day, sheet.site.name, sheet.site_id].append(sheet)
    return [_group(own) for _, own in sorted(groups.items(), key=lambda item: item[0])]


def of_desk(practice: Practice, desk: Desk) -> DeskPaper:
    """Say how a desk stands with its paper."""
    day = next(iter(_days_needed(desk.site)), today())
    left = allotments.left_to_sell(practice, desk.site, day).get(desk.pk)
    kept = papers.of_day(practice, desk.site, day)
    named = f"sheet of {desk.name}".casefold()
    waiting, in_hand, to_bin = stages(practice, desk)
    return DeskPaper(
        desk=desk,
        on_screen=left.on_screen if left else 0,
        on_paper=left.on_paper if left else 0,
        day=day,
        papers=kept,
        file=next((p for p in kept.papers if p.title.casefold() == named), None) if kept else None,
        waiting=waiting,
        in_hand=in_hand,
        to_bin=to_bin,
    )


def stages(practice: Practice, desk: Desk) -> tuple[list[Sheet], list[Sheet], list[Sheet]]:
    """Sort a desk's printed sheets: waiting, in hand, to be binned since a newer one is in hand."""
    if not desk.sheets.filter(printed_at__isnull=False, ended_at=None).exists():
        return [], [], []  # asked with every whole day page, and mostly so
    out = sheets.out_there(practice, desk.site)
    desk_sheets = [s for s in out if s.kind == Sheet.Kind.DESK and s.desk_id == desk.pk]
    waiting = [sheet for sheet in desk_sheets if sheet.in_hand_at is None]
    in_hand = [sheet for sheet in desk_sheets if sheet.in_hand_at is not None]
    old = _old(desk_sheets)
    to_bin = [sheet for sheet in desk_sheets if sheet.pk in old]
    return [s for s in waiting if s not in to_bin], [s for s in in_hand if s not in to_bin], to_bin


def _group(own: list[Sheet]) -> OutThere:
    desk_sheets = [sheet for sheet in own if sheet.kind == Sheet.Kind.DESK]
    return OutThere(
        site=own[0].site,
        day=own[0].day,
        sheets=desk_sheets,
        running=len(own) - len(desk_sheets),
        old=_old(desk_sheets),
        is_over=own[0].day < today(),
    )


def _old(desk_sheets: list[Sheet]) -> frozenset[UUID]:
    """Name those of some sheets in whose place a newer one of their desk and day is in hand.

    Yesterday's go as well; today's stays in use while tomorrow's is in hand already.
    """
    old = set()
    for sheet in desk_sheets:
        for newer in desk_sheets:
            if newer.in_hand_at is None or newer.desk_id != sheet.desk_id:
                continue
            same_day = newer.day == sheet.day and newer.made_at > sheet.made_at
            if same_day or (sheet.day < newer.day and sheet.day < today()):
                old.add(sheet.pk)
    return frozenset(old)


def _copy(place: PlaceState, site: Site, day: date, read: DayPapers | None) -> Copy:
    there = [c for c in place.copies if (c.site, c.day) == (str(site.pk), day.isoformat())]
    newest = max(there, key=lambda copy: copy.print, default=None)
    return Copy(
        place=place.name,
        made_at=datetime.fromisoformat(newest.made_at) if newest else None,
        is_newest=bool(newest and read and newest.print >= read.print_number),
    )


def days() -> list[date]:
    """Give today and the days after it whose papers are kept."""
    return [today() + timedelta(days=ahead) for ahead in range(DAYS)]


def _state(practice: Practice) -> PracticeState | None:
    said = report.read()
    return said.of(practice.pk) if said else None


def _days_needed(site: Site) -> list[date]:
    """Give the days that Prepare shares out and prints: today, and the next one that is worked."""
    following = printing.next_worked(site, today())
    now = [today()] if printing.is_worked(site, today()) else []
    return [*now, following] if following else now
