"""What was typed into the search box, taken apart: names, birth dates, numbers, a postcode."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from appointments.search.words import digits, postcode_key, words

LONGEST = (
    100  # characters that are read: names, a date and a number fit; more is a slip of the paste
)
MOST_WORDS = 6  # each word makes two more ways to read a name
FEWEST_DIGITS = 4  # of an NHS number or telephone; fewer would fit hundreds of people
OLDEST = 125  # years: nobody alive was born longer ago

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_BY = r"\s*[./\-]\s*"

# Written so that it can only be a date…
DATES = (
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}}){_BY}(?P<m>\d{{1,2}}){_BY}(?P<y>\d{{4}}|\d{{2}})(?!\d)"),
    re.compile(rf"(?<!\d)(?P<y>\d{{4}}){_BY}(?P<m>\d{{1,2}}){_BY}(?P<d>\d{{1,2}})(?!\d)"),
    re.compile(
        r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s./\-]*(?:of\s+)?"
        + _MONTH
        + r"[\s./,\-]*'?(?P<y>\d{4}|\d{2})(?!\d)"
    ),
    re.compile(rf"\b{_MONTH}" + r"[\s.]*(?P<d>\d{1,2})(?:st|nd|rd|th)?\s*,?\s+(?P<y>\d{4})(?!\d)"),
)
# …and so that it can be a date or the beginning of some number.
PERHAPS_DATES = (
    re.compile(r"(?<!\d)(?P<d>\d{1,2})\s+(?P<m>\d{1,2})\s+(?P<y>\d{4}|\d{2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<d>\d\d)(?P<m>\d\d)(?P<y>\d{4}|\d{2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(?!\d)"),
)
# A date that is still being typed: what stands before it is looked up meanwhile.
UNFINISHED = re.compile(r"(?<!\d)\d{1,2}[./\-]\d{0,2}(?:[./\-]\d{0,4})?\s*$")
# The whole of a postcode, its outward part, or as much of it as has been typed.
POSTCODE = re.compile(
    r"(?<![^\W_])(?P<out>[a-z]{1,2}\d[a-z\d]?)(?:\s*(?P<in>\d[a-z]{0,2}))?(?![^\W_])"
)
HYPHEN = re.compile(r"(?<=\w)[-‐‑–](?=\w)")
NOT_NAMES = frozenset(["mr", "mrs", "ms", "miss", "mx", "dr", "master", "dob", "born"])


@dataclass(frozen=True)
class Name:
    """One way to read the words: a surname with forenames or initials, or a forename alone."""

    word: str
    given: tuple[str, ...] = ()
    is_surname: bool = True


@dataclass(frozen=True)
class Asked:
    """What is looked for; the parts that were given must all fit."""

    names: tuple[Name, ...] = ()
    days: frozenset[date] = frozenset()  # birth dates that the text can mean
    day_is_sure: bool = False  # if not, `digits` may be meant instead
    digits: str = ""  # of an NHS number, telephone or patient number
    postcode: str = ""  # its beginning, 'ct79'
    number: str = ""  # all of it without spaces: a patient number may have letters

    @property
    def is_empty(self) -> bool:
        """Nothing was typed that could be looked up."""
        return not (self.names or self.days or self.digits or self.postcode)


def read(text: str, today: date) -> Asked:
    """Take a search text apart. Any text can be read; what makes no sense is left out."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    number = "".join(text.split())
    text, days = _take_days(text, DATES, today)
    sure = bool(days)
    text, postcode = _take_postcode(text)
    if not sure:
        text = UNFINISHED.sub(" ", text)
        _, days = _take_days(text, PERHAPS_DATES, today)
    names, numbers = tuple(_names(text)), digits(text)
    if names and len(numbers) < FEWEST_DIGITS:
        numbers = ""  # a date or number that is only begun
    return Asked(
        names=names,
        days=days,
        day_is_sure=sure,
        digits=numbers,
        postcode=postcode,
        number=number,
    )


def read_day(text: str, today: date) -> frozenset[date]:
    """Give the days that a text can mean which is a date and nothing else; none if it is not."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).casefold()
    rest, days = _take_days(text, (*DATES, *PERHAPS_DATES), today)
    return frozenset() if rest.strip() else days


def _take_days(
    text: str, patterns: Iterable[re.Pattern], today: date
) -> tuple[str, frozenset[date]]:
    for pattern in patterns:
        for found in pattern.finditer(text):
            if days := frozenset(_days(**found.groupdict(), today=today)):
                return f"{text[: found.start()]} {text[found.end() :]}", days
    return text, frozenset()


def _days(*, y: str, d: str, today: date, m: str = "", month: str = "") -> Iterator[date]:
    """Give the dates that these figures can mean: '24' may be 1924 or 2024."""
    number = MONTHS.index(month[:3]) + 1 if month else int(m)
    centuries = (1900, 2000) if len(y) == 2 else (0,)
    for century in centuries:
        try:
            day = date(century + int(y), number, int(d))
        except ValueError:
            continue
        if today.year - OLDEST <= day.year and day <= today:
            yield day


def _take_postcode(text: str) -> tuple[str, str]:
    found = POSTCODE.search(text)
    if not found:
        return text, ""
    return f"{text[: found.start()]} {text[found.end() :]}", postcode_key(found.group())


def _names(text: str) -> Iterator[Name]:
    """Read words as a name, in either order unless a comma says which is the surname."""
    before, comma, after = text.partition(",")
    family, given = _without_titles(before), _without_titles(after)
    if comma and family:
        yield Name("".join(family), tuple(given))
        return
    typed = (family + given)[:MOST_WORDS]
    cuts = range(1, len(typed))
    splits = [(typed, []), *((typed[:cut], typed[cut:]) for cut in cuts)]
    splits += [(typed[cut:], typed[:cut]) for cut in cuts]
    ways = [Name("".join(words), tuple(rest)) for words, rest in splits if _is_one_name(words)]
    if _is_one_name(typed):
        ways.append(Name("".join(typed), is_surname=False))
    yield from (way for way in dict.fromkeys(ways) if not _is_initial_first(way))


def _is_one_name(parts: list[str]) -> bool:
    """Say whether words can be one name: 'mc donald' and 'o brien' can, 'smith j' can't."""
    return len(parts) == 1 or (len(parts) > 1 and len(parts[-1]) > 1)


def _is_initial_first(way: Name) -> bool:
    """Say whether this takes an initial for the surname although a longer word is there."""
    return len(way.word) == 1 and any(len(word) > 1 for word in way.given)


def _without_titles(text: str) -> list[str]:
    """Give the words of a name; what is written with a hyphen is one of them."""
    found = words(HYPHEN.sub("", text))
    return [word for word in found if word not in NOT_NAMES] if len(found) > 1 else found
