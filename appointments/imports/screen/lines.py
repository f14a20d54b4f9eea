"""A file's rows in our terms: when, with whom, for whom. Nothing is looked up in the book yet."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import NamedTuple

from appointments.imports.emis.fields import moment
from appointments.imports.report import Report
from appointments.imports.screen import values
from appointments.imports.screen.reading import Sheet, plain

LONGEST_SLOT = 12 * 60  # minutes; an end that is further off belongs to something else
TOO_LONG_AGO = timedelta(days=400)
TOO_FAR_AHEAD = timedelta(days=800)


class Says(Enum):
    """What a row says about its slot."""

    FREE = "free"
    BLOCKED = "blocked"
    BOOKED = "booked"
    CANCELLED = "cancelled"


class At(NamedTuple):
    """Where a row stands."""

    file: str
    line: int


@dataclass(frozen=True)
class Person:
    """What a row says about who is booked."""

    nhs_number: str = ""
    number: str = ""
    name: values.Name | None = None
    born: tuple[date, ...] = ()


@dataclass(frozen=True)
class Line:
    """A row that could be read."""

    at: At
    says: Says
    day: date
    starts_at: datetime
    minutes: int | None = None
    clinician: str = ""
    site: str = ""
    session: str = ""
    slot_type: str = ""
    mode: str = ""
    status: str = ""
    is_clearly_free: bool = False  # said so in a word, not only by naming nobody
    person: Person | None = None


@dataclass
class Listed:
    """All that a file says. On doubtful days some row's place is not known."""

    lines: list[Line] = field(default_factory=list)
    doubtful: set[date] = field(default_factory=set)
    is_all_doubtful: bool = False


def title_days(sheet: Sheet) -> list[tuple[int, date]]:
    """Find the days in a file's titles, each with its line; not the day on which it was made."""
    return [
        (line, day)
        for line, text in sheet.around
        if not values.is_about_making(text) and (day := _day_in(text))
    ]


def as_of(sheet: Sheet) -> datetime | None:
    """Find when the clinical system made the list, if its titles or footers say so."""
    said = [found for _, text in sheet.around if (found := values.as_of(text))]
    return moment(said[0].date(), said[0].time()) if said else None


def _day_in(text: str) -> date | None:
    words = text.split()
    for start in range(min(len(words), 12)):
        if day := values.day(" ".join(words[start : start + 5])):
            return day
    return None


def read(
    sheet: Sheet, meanings: Sequence[str], report: Report, *, file: str, day: date | None = None
) -> Listed:
    """Read all rows; those that cannot be read go to the rejects.

    `day` is for a file without a date, neither in a column nor above its rows.
    """
    listed = Listed()
    for line, cells, above in _with_day(sheet, day):
        said = {
            meaning: cells[column] if column < len(cells) else ""
            for column, meaning in enumerate(meanings)
            if meaning
        }
        at = At(file, line)
        if not any(said.values()) or _is_a_footer(said, cells):
            report.notes["lines around the list were left out (totals, page footers)"] += 1
        elif isinstance(found := _line(at, said, above, report.notes), Line):
            listed.lines.append(found)
        else:
            reason, on = found
            report.reject("row", at, "", reason)
            if on:
                listed.doubtful.add(on)
            else:
                listed.is_all_doubtful = True
    return listed


def _with_day(sheet: Sheet, given: date | None) -> Iterator[tuple[int, list[str], date | None]]:
    """Give each row with the day that stands above it, as a title or as the head of a group."""
    around = title_days(sheet)
    for line, cells in sheet.rows:
        above = [day for at, day in around if at < line]
        yield line, cells, given or (above[-1] if above else None)


def _is_a_footer(said: dict[str, str], cells: Sequence[str]) -> bool:
    """Tell a total or a page's footer: hardly any cells; no date, time or NHS number."""
    filled = [cell for cell in cells if cell]
    has_time = values.clocks(said.get("time", "")) or values.clocks(said.get("day", ""))
    has_day = values.day(said.get("day", ""))
    return len(filled) <= 3 and not (has_time or has_day or said.get("nhs_number"))


def _line(
    at: At, said: dict[str, str], above: date | None, notes: Counter[str]
) -> Line | tuple[str, date | None]:
    """Read one row; or say why not, and on which day it would have been if that is known."""
    on = values.day(said.get("day", "")) or values.day(said.get("time", ""))
    if on is None and not said.get("day"):
        on = above
    clocks = values.clocks(said.get("time", "")) or values.clocks(said.get("day", ""))
    if on is None:
        return "its date is missing or can't be read", None
    today = date.today()  # noqa: DTZ011  (a bound of months)
    if not today - TOO_LONG_AGO <= on <= today + TOO_FAR_AHEAD:
        return "its date is more than a year ago or two years ahead", None
    if not clocks:
        return "its time is missing or can't be read", on
    starts_at = moment(on, clocks[0])
    person, word = _person(said)
    says = _says(said, person, word)
    status = values.STATUSES.get(plain(said.get("status", "")), "")
    if says is Says.BOOKED and not status and said.get("status"):
        notes["rows have a status that is not known here (taken as booked)"] += 1
    return Line(
        at=at,
        says=says,
        day=on,
        starts_at=starts_at,
        minutes=_length(said, clocks),
        clinician=said.get("clinician", "")[:200],
        site=said.get("site", "")[:200],
        session=said.get("session", "")[:120],
        slot_type=said.get("slot_type", "")[:80],
        mode=values.MODES.get(plain(said.get("mode", "")), ""),
        status=status,
        is_clearly_free=says is Says.FREE
        and bool({word, _bare(said.get("status", ""))} & (values.FREE - {""})),
        person=person if says is Says.BOOKED else None,
    )


def _length(said: dict[str, str], clocks: Sequence[time]) -> int | None:
    if length := values.minutes(said.get("minutes", "")):
        return length
    ends = values.clocks(said.get("ends", "")) or clocks[1:2]
    if not ends:
        return None
    length = (ends[0].hour - clocks[0].hour) * 60 + ends[0].minute - clocks[0].minute
    return length if 0 < length <= LONGEST_SLOT else None


def _person(said: dict[str, str]) -> tuple[Person | None, str]:
    """Read who is booked; of a cell that names nobody ('LUNCH') only the word comes back."""
    cell = said.get("patient", "")
    word = _bare(cell)
    surname, forename = said.get("surname", ""), said.get("forename", "")
    if not cell and (surname or forename):
        word = _bare(f"{surname} {forename}")
    known = values.nhs_number(said.get("nhs_number", "")), values.number(said.get("number", ""))
    is_word = word in values.FREE or word in values.BLOCKED
    if is_word and not any(known):
        return None, word
    name = None if is_word else values.name(cell, surname=surname, forename=forename)
    return Person(*known, name, values.days(said.get("born", ""))), word


def _bare(cell: str) -> str:
    """Give a cell's word without what it is decorated with: '** BLOCKED **' is 'blocked'."""
    return plain(cell).strip("*-–_=.:<>[]() ")


def _says(said: dict[str, str], person: Person | None, word: str) -> Says:
    status = _bare(said.get("status", ""))
    if status.startswith(("cancel", "reject")):
        return Says.CANCELLED
    if person is not None:
        return Says.BOOKED
    if {word, status} & values.BLOCKED:
        return Says.BLOCKED
    return Says.FREE
