"""How a row can have ended, and the sum that must agree."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class End(StrEnum):
    """The end of a row, as the report counts it; the last three are still open."""

    IN_BOOK = "in_book"
    SETTLED = "settled"
    CLOSED = "closed"
    NOTHING = "nothing"
    LOST = "lost"
    CLASH = "clash"
    ASIDE = "aside"
    TO_KEY = "to_key"

    @property
    def words(self) -> str:
        """Say it as staff do."""
        return WORDS[self]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self in OPEN


WORDS = {
    End.IN_BOOK: "In the book",
    End.SETTLED: "Clash settled",
    End.CLOSED: "Set aside, and closed since",
    End.NOTHING: "Nothing written here",
    End.LOST: "On a sheet that was lost",
    End.CLASH: "Clash to be decided",
    End.ASIDE: "Set aside",
    End.TO_KEY: "Not keyed yet",
}
# In the order of the report. A lost sheet's rows are accounted for by the outage lead's word.
DONE = (End.IN_BOOK, End.SETTLED, End.CLOSED, End.NOTHING, End.LOST)
OPEN = (End.CLASH, End.ASIDE, End.TO_KEY)


@dataclass(frozen=True)
class Tally:
    """Rows printed, as the tables count them, beside the ends that were found one by one."""

    printed: int
    ends: Counter[End]

    @property
    def agrees(self) -> bool:
        """Whether every printed row has exactly one end, or is said to be open."""
        return self.printed == self.ends.total()

    @property
    def done(self) -> list[tuple[End, int]]:
        """How rows have ended."""
        return [(end, self.ends[end]) for end in DONE]

    @property
    def open(self) -> list[tuple[End, int]]:
        """What is still open, where anything is."""
        return [(end, self.ends[end]) for end in OPEN if self.ends[end]]

    @property
    def still_open(self) -> int:
        """How many rows still want something."""
        return sum(self.ends[end] for end in OPEN)


def added(tallies: Iterable[Tally]) -> Tally:
    """Add the tallies of sheets."""
    rows = list(tallies)
    return Tally(sum(t.printed for t in rows), sum((t.ends for t in rows), Counter()))
