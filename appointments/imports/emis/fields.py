"""Single fields of an EMIS Web extract: text, GUIDs, dates, times, flags.

Each reads one cell. What cannot be read raises Unreadable; the caller decides whether that costs
the row (its key, its time) or only the field.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from appointments.availability import LONDON

GUID = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})?")
POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
TRUE, FALSE = {"true", "yes", "1"}, {"false", "no", "0", ""}

# Clinical systems write a missing date as 0001-01-01 or 9999-12-31.
FIRST_YEAR, LAST_YEAR = 1850, 2150


class Unreadable(ValueError):  # noqa: N818  (it says what the cell is)
    """A cell that cannot be what its column says."""


def text(cell: str, longest: int | None = None) -> str:
    """Tidy a text: no control characters, single spaces, composed accents, cut to fit.

    A cut text ends in '…', so that nobody takes it for whole.
    """
    if not (cell.isascii() and cell.isprintable()) or "  " in cell or cell != cell.strip():
        cell = "".join(
            " " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c
            for c in unicodedata.normalize("NFC", cell)
        )
        cell = " ".join(cell.split())
    if longest is not None and len(cell) > longest:
        return cell[: longest - 1] + "…"
    return cell


def guid(cell: str) -> str:
    """Read a GUID, with or without braces, as upper-case text; empty stays empty."""
    if not cell.strip():
        return ""
    if not (found := GUID.fullmatch(cell.strip())):
        raise Unreadable("is not a GUID")
    return found[1].upper()


def flag(cell: str) -> bool:
    """Read true or false in any case; empty is false."""
    word = cell.strip().lower()
    if word in TRUE or word in FALSE:
        return word in TRUE
    raise Unreadable("is neither true nor false")


@lru_cache(maxsize=4096)
def day(cell: str) -> date | None:
    """Read a date (yyyy-MM-dd); empty is None."""
    if not (cell := cell.strip()):
        return None
    try:
        found = date.fromisoformat(cell) if DAY.fullmatch(cell) else None
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Unreadable("is not a date")
    return found


@lru_cache(maxsize=4096)
def clock(cell: str) -> time | None:
    """Read a time of day (HH:mm:ss or HH:mm); empty is None."""
    if not (cell := cell.strip()):
        return None
    try:
        found = time.fromisoformat(cell) if CLOCK.fullmatch(cell) else None
    except ValueError:
        found = None
    if found is None:
        raise Unreadable("is not a time of day")
    return found


@lru_cache(maxsize=8192)
def moment(on: date, at: time) -> datetime:
    """Turn a local day and time of day into UTC.

    On the night when clocks go back, a time that comes twice is the first of the two; when they
    go forward, a time that is left out is an hour later, as a clock on the wall would show.
    """
    return datetime.combine(on, at, LONDON).astimezone(UTC)


def moment_near(start: datetime, on: date, at: time) -> datetime:
    """Turn a time of day noted beside an appointment into UTC.

    Only the appointment has a date: a time more than 12 hours before its start is next morning's.
    """
    found = moment(on, at)
    if start - found > timedelta(hours=12):
        found = moment(on + timedelta(days=1), at)
    return found


def minutes(cell: str) -> int:
    """Read a length in whole minutes, up to a day."""
    cell = cell.strip()
    if not (cell.isascii() and cell.isdigit()) or int(cell) > 24 * 60:
        raise Unreadable("is not a number of minutes")
    return int(cell)


@lru_cache(maxsize=16384)
def postcode(cell: str) -> str:
    """Tidy a postcode: 'ct79qz' is 'CT7 9QZ'; anything else only loses its outer spaces."""
    tight = re.sub(r"[^A-Z0-9]", "", cell.upper())
    if found := POSTCODE.fullmatch(tight):
        return f"{found[1]} {found[2]}"
    return text(cell, 10).upper()
