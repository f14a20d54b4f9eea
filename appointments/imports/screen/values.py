"""Single cells as British practices write them: days, times, lengths, numbers, names.

Each reader gives None (or nothing) for what it cannot read; nothing is guessed.
"""

import re
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple

from appointments.imports.screen.reading import plain, tidy
from appointments.models import Appointment, Mode

Status = Appointment.Status

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NHS_NUMBER_LENGTH = 10  # digits
LONGEST = 24 * 60  # minutes

_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_DAYS = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})[-/. ](?P<m>\d{1,2})[-/. ](?P<y>\d{4}|\d{2})"),
    re.compile(_DAY + r"[-/. ]+(?P<word>[a-z]{3,9})[-/., ]+(?P<y>\d{4}|\d{2})"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
)
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,. ]*")
_CLOCK = re.compile(
    r"(?P<h>\d{1,2})[:.](?P<m>\d{2})(?:[:.]\d{2}(?:\.\d+)?)?\s*(?P<half>[ap]\.?m\.?)?"
    r"|(?P<h2>\d{1,2})\s*(?P<half2>[ap]\.?m\.?)|(?P<h4>\d{2})(?P<m4>\d{2})(?:\s*hrs?)?"
)
_LENGTH = re.compile(r"(\d{1,4})(?:\.0+)?\s*(?:m|mins?|minutes?)?")
_LENGTH_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")

TITLES = frozenset(
    "mr mrs miss ms mx dr doctor prof professor rev reverend revd fr father sr sister br sir dame "
    "lady lord master mstr nurse matron capt captain major col cllr hon".split()
)

MODES = {
    "face to face": Mode.FACE_TO_FACE,
    "face-to-face": Mode.FACE_TO_FACE,
    "face to face (surgery)": Mode.FACE_TO_FACE,
    "f2f": Mode.FACE_TO_FACE,
    "surgery": Mode.FACE_TO_FACE,
    "in person": Mode.FACE_TO_FACE,
    "telephone": Mode.TELEPHONE,
    "telephone/audio": Mode.TELEPHONE,
    "phone": Mode.TELEPHONE,
    "tel": Mode.TELEPHONE,
    "video": Mode.VIDEO,
    "video with audio": Mode.VIDEO,
    "online": Mode.VIDEO,
    "home visit": Mode.HOME_VISIT,
    "visit": Mode.HOME_VISIT,
    "face to face (home visit)": Mode.HOME_VISIT,
    "written": Mode.WRITTEN,
    "written (including online)": Mode.WRITTEN,
}
STATUSES = {
    "booked": Status.BOOKED,
    "arrived": Status.ARRIVED,
    "waiting": Status.ARRIVED,
    "sent in": Status.SENT_IN,
    "in progress": Status.SENT_IN,
    "quiet send in": Status.SENT_IN,
    "left": Status.LEFT,
    "finished": Status.LEFT,
    "seen": Status.LEFT,
    "visited": Status.LEFT,
    "completed": Status.LEFT,
    "telephone - complete": Status.LEFT,
    "dna": Status.DID_NOT_ATTEND,
    "did not attend": Status.DID_NOT_ATTEND,
    "telephone - not in": Status.DID_NOT_ATTEND,
    "patient walked out": Status.LEFT,
}
FREE = frozenset({"", "free", "available", "slot available", "vacant", "unbooked", "empty"})
BLOCKED = frozenset(
    "blocked,block,slot blocked,unavailable,not available,do not book,do not use,break,coffee,"
    "coffee break,tea break,lunch,meeting,admin,closed,embargoed,catch up,catch-up,"
    "blocked slot,no booking".split(",")
)


class Name(NamedTuple):
    """A person's name, in the two ways in which it may be meant; without titles."""

    one: tuple[str, ...]
    other: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def _days_and_rest(cell: str) -> tuple[tuple[date, ...], str]:
    """Read the day with which a cell begins; what stands after it comes back as well."""
    words = _WEEKDAY.sub("", cell.casefold().strip())
    for form in _DAYS:
        if not (found := form.match(words)):
            continue
        rest = words[found.end() :]
        if rest[:1].isalnum() and rest[:1] != "t":
            continue
        parts = found.groupdict()
        if parts.get("word"):
            if (month := parts["word"][:3]) not in MONTHS:
                continue
            number = MONTHS.index(month) + 1
        else:
            number = int(parts["m"])
        year = int(parts["y"])
        years = (year,) if len(parts["y"]) > 2 else (2000 + year, 1900 + year)
        return tuple(day for y in years if (day := _date(y, number, int(parts["d"])))), rest
    return (), words


def days(cell: str) -> tuple[date, ...]:
    """Read a day, or both days that a year of two digits may mean; a time after it is left."""
    return _days_and_rest(cell)[0]


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year > 1850 else None
    except ValueError:
        return None


def day(cell: str) -> date | None:
    """Read the day of an appointment: a year of two digits is of this century."""
    found = days(cell)
    return found[0] if found and found[0].year >= 2000 else None


@lru_cache(maxsize=4096)
def clocks(cell: str) -> tuple[time, ...]:
    """Read times of day: one, or two as in '10:40 - 10:50'; a day before them is left."""
    _, words = _days_and_rest(cell)
    words = re.sub(r"^(?:t|,| at )\s*", "", words).strip()
    found = []
    for part in re.split(r"\s*(?:-|–|to)\s*", words, maxsplit=1):
        if (one := _CLOCK.fullmatch(part.strip().removesuffix("z"))) is None:
            break
        if (at_time := _time(one)) is None:
            break
        found.append(at_time)
    return tuple(found)


def _time(found: re.Match) -> time | None:
    said = found.groupdict()
    hour = int(said["h"] or said["h2"] or said["h4"])
    half = (said["half"] or said["half2"] or "")[:1]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + 12 * (half == "p")
    try:
        return time(hour, int(said["m"] or said["m4"] or 0))
    except ValueError:
        return None


def minutes(cell: str) -> int | None:
    """Read a length: '10', '10 min', '00:10'."""
    words = cell.casefold().strip()
    if found := _LENGTH.fullmatch(words):
        length = int(found[1])
    elif found := _LENGTH_CLOCK.fullmatch(words):
        length = int(found[1]) * 60 + int(found[2])
    else:
        return None
    return length if 0 < length <= LONGEST else None


def nhs_number(cell: str) -> str:
    """Read an NHS number with or without spaces; whatever has not ten digits is none."""
    digits = re.sub(r"[\s-]", "", cell)
    is_one = len(digits) == NHS_NUMBER_LENGTH and digits.isascii() and digits.isdecimal()
    return digits if is_one else ""


def number(cell: str) -> str:
    """Read a patient's number in the clinical system; a spreadsheet may have added '.0'."""
    return tidy(cell).removesuffix(".0")


def words_of(text: str) -> tuple[str, ...]:
    """Cut a name into words: no titles, no points, apostrophes or hyphens."""
    letters = re.sub(r"['’`´.]", "", plain(text))
    return tuple(re.sub(r"[-‐‑–,]", " ", letters).split())


def name(cell: str, *, surname: str = "", forename: str = "") -> Name:
    """Read a name: 'SMITH, John (Mr)', 'Mr John Smith', 'SMITH John', or from two columns."""
    if surname or forename:
        return Name((*_untitled(forename), *words_of(surname)))
    text = re.sub(r"\([^)]*\)", " ", cell)  # '(Mr)'
    family, comma, given = text.partition(",")
    if comma:
        return Name((*_untitled(given), *words_of(family)))
    words = _untitled(text)
    capitals = [
        bool(re.search(r"[A-Z]", w)) and w == w.upper() and len(w) > 1 for w in text.split()
    ]
    if any(capitals) and not all(capitals):  # 'SMITH John': the surname is in capitals
        family = " ".join(w for w, c in zip(text.split(), capitals, strict=True) if c)
        given = " ".join(w for w, c in zip(text.split(), capitals, strict=True) if not c)
        return Name((*_untitled(given), *words_of(family)))
    return Name(words, (*words[1:], *words[:1]))


def _untitled(text: str) -> tuple[str, ...]:
    words = words_of(text)
    while len(words) > 1 and words[0] in TITLES:
        words = words[1:]
    while len(words) > 1 and words[-1] in TITLES:
        words = words[:-1]
    return words


_MADE = r"\b(?:as (?:of|at)|printed|generated|produced|created|exported|saved|run|report date)\b"
_AS_OF = re.compile(
    _MADE + r"[^\d]{0,30}?(?:(?P<first>\d{1,2}[:.]\d{2}(?:\s*[ap]m)?)\s*(?:on\s+)?)?"
    r"(?P<day>(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?\d{1,4}(?:st|nd|rd|th)?"
    r"[-/. ](?:\d{1,2}|[a-z]{3,9})[-/., ]\s*\d{2,4})"
    r"(?:[,T]?\s*(?:at\s+)?(?P<then>\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s*[ap]m)?))?",
    re.IGNORECASE,
)


def is_about_making(text: str) -> bool:
    """Tell whether a title or footer says when the list was made, not for which day it is."""
    return re.search(_MADE, text[:500], re.IGNORECASE) is not None


def as_of(text: str) -> datetime | None:
    """Find when a list was made, as its title or footer says; a naive local time."""
    for found in _AS_OF.finditer(text[:500]):
        on, at = day(found["day"]), clocks(found["first"] or found["then"] or "")
        if on and at:
            return datetime.combine(on, at[0])
    return None
