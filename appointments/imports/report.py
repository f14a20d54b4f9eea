"""What became of an extract's rows: counts per table, and every row that was not taken."""

import csv
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TextIO

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"
REMOVED, REJECTED = "removed", "rejected"
OUTCOMES = (CREATED, UPDATED, UNCHANGED, REMOVED, REJECTED)


class Reject(NamedTuple):
    """A row that was not taken. `line` is where it begins in the file, the header being line 1."""

    file: str
    line: int
    table: str
    guid: str
    reason: str


@dataclass
class Report:
    """Counts, rejects and remarks of one load."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)  # {sentence about n rows: n}
    seconds: float = 0.0
    lock_seconds: float = 0.0

    def table(self, name: str) -> Counter[str]:
        """Return the counts of a table; asking for it is enough to have it listed."""
        return self.counts.setdefault(name, Counter())

    def count(self, table: str, outcome: str, number: int = 1) -> None:
        """Count rows of a table."""
        self.table(table)[outcome] += number

    def reject(self, table: str, row: Any, guid: str, reason: str) -> None:
        """List a row (anything with file and line) as not taken."""
        self.rejects.append(Reject(row.file, row.line, table, guid, reason))
        self.count(table, REJECTED)

    def as_json(self) -> dict[str, dict[str, int]]:
        """Return what `--json` prints: {table: {created, updated, …}}."""
        return {
            name: {outcome: counts[outcome] for outcome in OUTCOMES}
            for name, counts in self.counts.items()
        }

    def as_text(self) -> str:
        """Write a short table for people, and what they should look at."""
        lines = [f"{'':14}" + "".join(f"{outcome:>10}" for outcome in OUTCOMES)]
        for name, counts in self.counts.items():
            words = name.replace("_", " ")
            lines.append(f"{words:14}" + "".join(f"{counts[o]:>10,}" for o in OUTCOMES))
        lines += [f"{number:,} {note}" for note, number in sorted(self.notes.items())]
        return "\n".join(lines)

    @property
    def times(self) -> str:
        """Say how long it took, and for how much of that nobody else could write."""
        took, locked = f"{self.seconds:.1f} s", f"{self.lock_seconds:.1f} s"
        return f"Loaded in {took}; the book was locked for {locked}."

    def write_rejects(self, to: TextIO) -> None:
        """Write the rejects as CSV, in the order of the files."""
        writer = csv.writer(to)
        writer.writerow(Reject._fields)
        writer.writerows(sorted(self.rejects))
