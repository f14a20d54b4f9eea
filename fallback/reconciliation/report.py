"""The report as plain values: rows, sheets, the worklist's lines, and the verdict over all."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from appointments.models import Practice
from appointments.wording import moment
from fallback.models import Sheet
from fallback.reconciliation.tally import End, Tally
from fallback.worklist.listing import DEEDS, Shown


@dataclass(frozen=True)
class Row:
    """A row with its end. `how` says what a person decided; `who` and `at` are of the keying."""

    code: str
    when: str
    with_whom: str
    end: End
    what: str = ""
    patient: str = ""
    said: str = ""
    how: str = ""
    written: str = ""
    who: str = ""
    at: str = ""
    looked: str = ""  # who had the second look


@dataclass(frozen=True)
class Blank:
    """Rows of which somebody said at one time that nothing is written there."""

    who: str
    at: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Account:
    """One sheet: its rows, and their sum."""

    sheet: Sheet
    tally: Tally
    rows: list[Row]  # with something written, or that want something
    blank: list[Blank]
    to_key: tuple[str, ...]  # codes of the rows that have no end yet
    lost: tuple[str, ...]
    taken_back: int  # keyings that were taken back, since they were wrong

    @property
    def codes(self) -> list[tuple[End, list[str]]]:
        """Give the codes of all rows by their end: all that is handed outside."""
        by_end: dict[End, list[str]] = defaultdict(list)
        for row in self.rows:
            by_end[row.end].append(row.code)
        for blank in self.blank:
            by_end[End.NOTHING] += blank.codes
        by_end[End.TO_KEY] += self.to_key
        by_end[End.LOST] += self.lost
        return [(end, by_end[end]) for end in End if by_end[end]]

    @property
    def ended(self) -> str:
        """Say how the sheet itself ended."""
        if self.sheet.ended_at is None:
            return "Not signed off yet"
        words = self.sheet.get_ended_as_display()
        who = f", {self.sheet.ended_by.name}" if self.sheet.ended_by else ""
        return f"{words}, {moment(self.sheet.ended_at)}{who}"


@dataclass(frozen=True)
class Entered:
    """A line of the clinical system's worklist, with its end."""

    shown: Shown

    @property
    def deed(self) -> str:
        """Say what was to be keyed there."""
        return DEEDS[self.shown.line.kind]

    @property
    def end(self) -> str:
        """Say how it ended."""
        line = self.shown.line
        if not line.ended_as:
            return "To enter"
        because = f": {line.because}" if line.because else ""
        return f"{line.get_ended_as_display()}{because}"


@dataclass(frozen=True)
class Reconciliation:
    """The report. `others` are sheets of the same days on which nobody wrote."""

    practice: Practice
    words: str  # of when
    made_at: datetime
    accounts: list[Account]
    others: list[Sheet]
    lines: list[Entered]
    tally: Tally
    to_look: int  # rows that wait for a second look, or for an answer to one
    faults: list[str] = field(default_factory=list)

    @property
    def unsigned(self) -> int:
        """Count the sheets that are neither signed off nor lost."""
        closed = (Sheet.End.DONE, Sheet.End.LOST)
        return sum(account.sheet.ended_as not in closed for account in self.accounts)

    @property
    def verdict(self) -> str:
        """Say in a sentence whether all is home."""
        if self.faults:
            return " ".join(self.faults)
        if not self.accounts:
            return "No sheet came back in this time."
        left = {
            "rows still open": self.tally.still_open,
            "rows that wait for a second look": self.to_look,
            "sheets not signed off": self.unsigned,
        }
        said = [f"{words}: {count}" for words, count in left.items() if count]
        if not said:
            lost = sum(one.sheet.ended_as == Sheet.End.LOST for one in self.accounts)
            but = f" but {lost} lost" if lost else ""
            return f"All sums agree, nothing is open, and every sheet{but} is signed off."
        return f"All sums agree. Left to do: {'; '.join(said)}."

    @property
    def level(self) -> str:
        """Say how good that is: bad, warn or well."""
        if self.faults:
            return "bad"
        is_left = self.tally.still_open or self.to_look or self.unsigned
        return "warn" if is_left else "well"

    @property
    def line_ends(self) -> list[tuple[str, int]]:
        """Count the worklist's lines by how they ended; those to enter first."""
        counts = Counter(
            line.shown.line.get_ended_as_display() or "To enter" for line in self.lines
        )
        return sorted(counts.items(), key=lambda one: (one[0] != "To enter", one[0]))
