"""References of sheets and codes of rows: short, and none that can be taken for another.

A sheet's reference is five characters and one to check, shown as 'K7QHM-4'. The characters leave
out whatever looks like something else in a hurried hand (0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V). Their
number, 23, is prime, and each place has a weight of its own: so the weighted sum finds every wrong
character and every swap of two, wherever they stand.
"""

import secrets
import unicodedata
from collections.abc import Sequence

from appointments.refusals import BookingRefused

ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
DIGITS, LETTERS = ALPHABET[:5], ALPHABET[5:]
WEIGHTS = (6, 5, 4, 3, 2, 1)  # the last is the check character's
LENGTH = len(WEIGHTS)

_SHORT_CODES = len(LETTERS) * len(DIGITS)  # 'A3' to 'Y9': 90 rows
ROW_CODES = _SHORT_CODES * (1 + len(DIGITS))  # and 'A33' to 'Y99': 540 in all
_DASHES = "-‐‑‒–—−_"


class BadCode(BookingRefused):
    """What was typed can't be a sheet's reference or a row's code."""

    code = "bad_code"


def new_reference() -> str:
    """Make a reference by chance, its check character included: 'K7QHM4'."""
    return with_check("".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1)))


def with_check(five: str) -> str:
    """Add the check character to five characters of the alphabet."""
    return five + ALPHABET[-_sum(five) % len(ALPHABET)]


def is_right(reference: str) -> bool:
    """Whether the check character belongs to the others."""
    return (
        len(reference) == LENGTH
        and set(reference) <= set(ALPHABET)
        and _sum(reference) % len(ALPHABET) == 0
    )


def shown(reference: str) -> str:
    """Write a reference as it stands on paper: 'K7QHM-4'."""
    return f"{reference[:-1]}-{reference[-1]}"


def read_reference(typed: str) -> str:
    """Read a reference as people type it: small letters, spaces, with or without the hyphen.

    Raises BadCode with a sentence that says what to look at again.
    """
    reference = _plain(typed, "reference")
    if len(reference) != LENGTH:
        raise BadCode(
            f"A sheet's reference has six characters, such as K7QHM-4; this has {len(reference)}."
        )
    if not is_right(reference):
        raise BadCode(
            f"{shown(reference)} can't be right: one character is wrong or two are swapped. "
            "Read it from the sheet again."
        )
    return reference


def row_code(number: int) -> str:
    """Give the code of a sheet's row, counted from 1: 'A3', 'A4', 'A6' … 'Y9', 'A33', 'A34' …"""
    if not 1 <= number <= ROW_CODES:
        raise ValueError(f"a sheet has rows 1 to {ROW_CODES}, not {number}")
    index = number - 1
    if index < _SHORT_CODES:
        letter, digit = divmod(index, len(DIGITS))
        return LETTERS[letter] + DIGITS[digit]
    letter, rest = divmod(index - _SHORT_CODES, len(DIGITS) ** 2)
    return LETTERS[letter] + DIGITS[rest // len(DIGITS)] + DIGITS[rest % len(DIGITS)]


def read_row_code(typed: str) -> str:
    """Read a row's code as people type it; raises BadCode with a sentence."""
    code = _plain(typed, "row code")
    digits = code[1:]
    if code[:1] not in tuple(LETTERS) or not 1 <= len(digits) <= 2 or set(digits) - set(DIGITS):
        raise BadCode("A row's code is a letter and one or two figures, such as A3 or A34.")
    return code


def _plain(typed: str, what: str) -> str:
    """Leave out spaces and dashes, use capitals, and refuse what is not in the alphabet."""
    text = unicodedata.normalize("NFKC", typed).upper()
    plain = "".join(c for c in text if not c.isspace() and c not in _DASHES)
    if strange := next((c for c in plain if c not in ALPHABET), None):
        raise BadCode(
            f"{strange} is never used in a {what}. Look again: it may be {_instead(strange)}."
        )
    return plain


# What a character that is never used was probably meant to be.
_LOOKS_LIKE: dict[str, Sequence[str]] = {
    "0": "DQ", "O": "DQ", "1": "7J", "I": "7J", "L": "E", "2": "7", "Z": "7", "5": "6G",
    "S": "69", "8": "36", "B": "36", "U": "JH", "V": "YW",
}  # fmt: skip


def _instead(strange: str) -> str:
    return " or ".join(_LOOKS_LIKE.get(strange, ())) or "another character"


def _sum(characters: str) -> int:
    return sum(
        weight * ALPHABET.index(character)
        for weight, character in zip(WEIGHTS, characters, strict=False)
    )
