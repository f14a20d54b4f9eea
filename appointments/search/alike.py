"""Words that look or sound like another one."""

from collections import defaultdict
from itertools import chain

from rapidfuzz import process
from rapidfuzz.distance import OSA

from appointments.search.words import sound

TWO_SLIPS_FROM = 6  # letters: in shorter words two slips make any word of any other
SOUND_WITHIN = 3  # slips between two words that sound alike; metaphone alone is too generous


class Alike:
    """Distinct words by length and sound, so that few must be compared."""

    def __init__(self) -> None:
        self._by_length: dict[int, set[str]] = defaultdict(set)
        self._by_sound: dict[str, set[str]] = defaultdict(set)

    def add(self, word: str) -> None:
        """Take in a word."""
        self._by_length[len(word)].add(word)
        if spoken := sound(word):
            self._by_sound[spoken].add(word)

    def discard(self, word: str) -> None:
        """Forget a word."""
        self._by_length[len(word)].discard(word)
        if spoken := sound(word):
            self._by_sound[spoken].discard(word)

    def near(self, word: str) -> dict[str, float]:
        """Give the words that may have been meant, itself left out, and how far away they are.

        A slip is a letter left out, added, wrong, or swapped with the next. One slip is likelier
        than the same sound, and that likelier than two slips.
        """
        slips = 2 if len(word) >= TWO_SLIPS_FROM else 1
        lengths = range(len(word) - slips, len(word) + slips + 1)
        words = list(chain.from_iterable(self._by_length.get(length, ()) for length in lengths))
        found: dict[str, float] = {
            other: distance
            for other, distance, _ in process.extract(
                word, words, scorer=OSA.distance, score_cutoff=slips, limit=None
            )
        }
        for other in self._by_sound.get(sound(word), ()):
            if OSA.distance(word, other, score_cutoff=SOUND_WITHIN) <= SOUND_WITHIN:
                found[other] = min(found.get(other, 2), 1.5)
        found.pop(word, None)
        return found
