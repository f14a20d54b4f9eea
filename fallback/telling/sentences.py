"""The practice's own sentences, added by staff below a set template: checked before they go out."""

import re
import unicodedata

import nhs_number

from appointments.refusals import BadDetail

LINES = 5  # one sentence each: nobody reads more in a doorway
CHARACTERS = 600  # in all
# Controls, and what turns the writing of its surroundings round.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_MARKUP = re.compile(r"[<>]|&#?\w+;")
_TEN_DIGITS = re.compile(r"(?<!\d)[1-9]\d{2}[ -]?\d{3}[ -]?\d{4}(?!\d)")


def lines(text: str) -> tuple[str, ...]:
    """Give the sentences of a text as they are shown, one a line, without what can't be seen."""
    tidy = unicodedata.normalize("NFC", text)
    said = (_UNSEEN.sub("", " ".join(line.split())) for line in tidy.splitlines())
    return tuple(line for line in said if line)


def own(typed: str) -> tuple[str, ...]:
    """Give the sentences that were typed, one a line; raises BadDetail with what to change."""
    said = lines(typed)
    count = sum(map(len, said))
    if count > CHARACTERS:
        raise _not_yet(
            f"That is {count:,} characters. Patients read {CHARACTERS} at most: shorten it."
        )
    if len(said) > LINES:
        raise _not_yet(f"That is {len(said)} lines. Keep to {LINES}, one sentence each.")
    for line in said:
        _check(line)
    return said


def _check(line: str) -> None:
    if _MARKUP.search(line):
        raise _not_yet("Write plain words: codes such as <b> or &amp; are shown as they are.")
    if any(nhs_number.is_valid(found) for found in _TEN_DIGITS.findall(line)):
        raise _not_yet("That looks like an NHS number. Nothing about a patient may stand here.")


def _not_yet(sentence: str) -> BadDetail:
    return BadDetail(sentence, "sentences")
