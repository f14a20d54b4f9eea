"""Which texts the vendored fonts can print whole.

A name with a letter that no font has is never printed with a gap or a box in it: it could be
somebody else's. The NHS number stands there instead, with 'name on screen' (ADR 0011).
"""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

from appointments.wording import nhs_spaced

FONTS = Path(__file__).with_name("fonts")

# Control characters, and those that turn the writing of what stands beside them round (a name may
# be Arabic, but must not be able to print the next column backwards).
CONTROLS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
# Line ends, joiners, variation selectors: they have no picture of their own.
SHAPING = frozenset("\n\u00ad\u034f\u200b\u200c\u200d" + "".join(map(chr, range(0xFE00, 0xFE10))))
MISSING = "?"


@cache
def printable() -> frozenset[str]:
    """Give every character that some vendored font can show in its regular weight."""
    found = set(SHAPING)
    for path in FONTS.glob("*.ttf"):
        if not path.stem.endswith("-Bold"):
            with TTFont(path, lazy=True) as font:
                found.update(map(chr, font.getBestCmap()))
    return frozenset(found)


def has(text: str) -> bool:
    """Whether every character of a text can be printed; spaces and line ends can."""
    return printable().issuperset(_tidied(text))


@lru_cache(maxsize=16384)
def visible(text: str) -> str:
    """Give a text as it is printed: controls left out, '?' where no font has the character."""
    seen = CONTROLS.sub("", unicodedata.normalize("NFC", text.replace("\t", " ")))
    if printable().issuperset(seen):
        return seen
    return "".join(letter if letter in printable() else MISSING for letter in seen)


def name(name: str, nhs_number: str, number: str = "") -> str:
    """Give a patient's name as paper shows it.

    One that can't be printed whole becomes 'NHS number 999 000 0018, name on screen'; without an
    NHS number the number in the clinical system stands there.
    """
    tidied = _tidied(name)
    if tidied and printable().issuperset(tidied):
        return tidied
    if nhs_number:
        return f"NHS number {nhs_spaced(nhs_number)}, name on screen"
    return f"Patient number {number}, name on screen" if number else "Name on screen"


def words(text: str) -> str:
    """Give a note, an address or a reason as paper shows it: whole, or 'on screen'."""
    return _tidied(text) if has(text) else "on screen"


def _tidied(text: str) -> str:
    """Bring letters and their accents together, lines into one, and drop what can't be seen."""
    return CONTROLS.sub("", unicodedata.normalize("NFC", " ".join(text.split())))
