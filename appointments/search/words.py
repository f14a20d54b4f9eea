"""Names, numbers and telephones in the one form in which they are compared.

What a receptionist types and what stands in a record differ in case, accents, apostrophes, hyphens
and spaces, so both are brought to the same plain letters and digits before anything is looked up.
"""

import re
import unicodedata
from collections.abc import Iterable

import jellyfish

# Letters that Unicode does not take apart into a plain one and an accent.
WHOLE_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
APOSTROPHES = re.compile("['’‘`´ʼʻ′]")
LETTERS = re.compile(r"[^\W\d_]+")

# Small words in surnames that nobody is looked up by.
PARTICLES = frozenset("al ap bin da de del der di dos du el ibn la le mac mc ni st van von".split())
SHORTEST_PART = 2  # letters: 'Ng' in 'Ng-Smith' can be looked up

# A stretch of a telephone field that can be a number: digits with what people put between them.
TELEPHONE = re.compile(r"\+?\d[\d ().\-]{3,}\d")
COUNTRY = re.compile(r"^(?:0044|44)0?(?=\d{9,10}$)")  # +44 (0)7700 900123 and its kin


def words(text: str) -> list[str]:
    """Split a name into plain words: no case, accents or apostrophes; hyphens part words."""
    text = text.casefold()
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text.translate(WHOLE_LETTERS))
        text = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return LETTERS.findall(APOSTROPHES.sub("", text))


def joined(text: str) -> str:
    """Write a name as one plain word: 'Mc Donald' and 'McDonald' are the same."""
    return "".join(words(text))


def surname_keys(family_name: str) -> tuple[str, ...]:
    """Give the words under which a surname is found: all of it, then the parts of a long one."""
    parts = words(family_name)
    if len(parts) < 2:
        return tuple(parts)
    telling = (part for part in parts if part not in PARTICLES and len(part) >= SHORTEST_PART)
    return tuple(dict.fromkeys(("".join(parts), *telling)))


def forename_keys(given_name: str, middle_names: str) -> tuple[str, ...]:
    """Give the words under which a forename is found; the whole first name comes first."""
    given, middle = words(given_name), words(middle_names)
    return tuple(dict.fromkeys(("".join(given), *given, *middle)))


def sound(word: str) -> str:
    """Give a word's sound (metaphone): 'Phillips' and 'Filips' share one. Numbers have none."""
    return jellyfish.metaphone(word) if word.isalpha() else ""


def digits(text: str) -> str:
    """Keep the digits only."""
    return "".join(character for character in text if character in "0123456789")


def national(number: str) -> str:
    """Write a telephone number's digits as they are dialled at home: '07700900662'."""
    return COUNTRY.sub("0", digits(number))


def telephones(fields: Iterable[str]) -> tuple[str, ...]:
    """Find the numbers in telephone fields, which may also hold words or several numbers."""
    found = (national(number) for field in fields for number in TELEPHONE.findall(field))
    return tuple(dict.fromkeys(found))


def postcode_key(postcode: str) -> str:
    """Write a postcode without case and spaces: 'ct79qz'."""
    return "".join(postcode.split()).casefold()
