"""The incident report: what happened, minute by minute, and what became of all that was written.

Everything is read from the log, the journal and the tables; nothing is kept for it. Nobody is
named but staff. The version for outside has times and counts only: no names, no words from the
log.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from statistics import median
from typing import NamedTuple

from django.db.models import Count
from django.utils import timezone

from appointments.models import Appointment, Clash, JournalEntry, Practice
from appointments.wording import clock, day_short
from fallback import sheets
from fallback.models import Entry, LogLine, Outage, Sheet, SheetRow, WorklistLine
from fallback.outages.listing import lasted
from fallback.outages.reading import PaperThen, clinical_lines, log_of, paper_was, sheets_of
from fallback.plans import plan_of

Kind = LogLine.Kind
Via = Appointment.Via
IN_LOG = "In the log"
# What the journal adds to the timeline. What a sheet says of itself stands with the sheets.
HAPPENED = {
    "prepare": "Prepared: all that was free was shared out among the desks",
    "print_sheets": "Sheets printed",
    "cancel_session": "A session was cancelled",
    "open_session": "A session was opened",
    "load": "Loaded from the clinical system",
    "load_screen": "Loaded from a list of the clinical system",
}
# What was done at the server meanwhile, in the order in which it is listed.
DONE = {
    "book": "booked",
    "move": "moved",
    "cancel": "cancelled",
    "arrive": "marked as arrived",
    "did_not_attend": "marked as DNA",
    "register": "patients registered",
}


class Event(NamedTuple):
    """One line of the timeline. `said` is what only the practice itself may read."""

    at: datetime
    what: str
    who: str = ""
    said: str = ""
    is_public: bool = False  # patients were told just this


class Written(NamedTuple):
    """One line from paper: when it was written, and when it was in the book (or set aside)."""

    sheet: str
    code: str
    what: str
    written_at: datetime
    keyed_at: datetime
    keyed_by: str
    end: str

    @property
    def took(self) -> timedelta:
        """How long it was only on paper."""
        return max(self.keyed_at - self.written_at, timedelta(0))


class SheetHome(NamedTuple):
    """One sheet and how its rows ended: `rows` is the sum of all the others."""

    sheet: Sheet
    reference: str
    rows: int
    in_book: int
    clashes: int  # decided or not
    set_aside: int
    nothing: int
    to_do: int

    @classmethod
    def counted(cls, sheet: Sheet, rows: int, ends: Counter) -> "SheetHome":
        """Count a sheet's rows from how many of its entries ended how."""
        kinds = (Entry.End.IN_BOOK, Entry.End.CLASH, Entry.End.SET_ASIDE, Entry.End.NOTHING)
        in_book, clashes, set_aside, nothing = (ends[sheet.pk, end] for end in kinds)
        to_do = rows - in_book - clashes - set_aside - nothing
        if sheet.ended_as == Sheet.End.SHREDDED:  # somebody said that nothing was written on it
            nothing, to_do = nothing + to_do, 0
        shown = sheets.shown(sheet)
        return cls(sheet, shown, rows, in_book, clashes, set_aside, nothing, to_do)

    @property
    def is_ended(self) -> bool:
        """Whether it is signed off, lost or shredded: nobody keys from it any more."""
        return self.sheet.ended_as in (Sheet.End.DONE, Sheet.End.LOST, Sheet.End.SHREDDED)


class Settled(NamedTuple):
    """A clash and how it ended."""

    source: str
    came_at: datetime
    outcome: str
    settled_at: datetime | None
    settled_by: str


class ClinicalLines(NamedTuple):
    """What had to be keyed into the clinical system, and when the last of it was."""

    lines: int
    done: int
    impossible: int
    last_at: datetime | None


@dataclass(frozen=True)
class Report:
    """One outage's report as it can be written now."""

    outage: Outage
    now: datetime

    @property
    def practice(self) -> Practice:
        """Whose report it is."""
        return self.outage.practice

    @property
    def until(self) -> datetime:
        """When it was over; now while it stands."""
        return self.outage.ended_at or self.now

    @property
    def lasted(self) -> str:
        """How long it lasted."""
        return lasted(self.until - self.outage.began_at)

    @property
    def until_declared(self) -> str:
        """How long it took until somebody declared it."""
        return lasted(self.outage.declared_at - self.outage.began_at)

    @property
    def home_after(self) -> str:
        """How long after its end everything was in the book; '' until it is signed off."""
        if not (self.outage.signed_off_at and self.outage.ended_at):
            return ""
        return lasted(self.outage.signed_off_at - self.outage.ended_at)

    @cached_property
    def paper(self) -> list[PaperThen]:
        """How old the paper was when it began, site by site."""
        return paper_was(self.outage)

    @cached_property
    def timeline(self) -> list[Event]:
        """What happened, in order: the log, and what the journal adds."""
        began = Event(self.outage.began_at, "It began")
        lines = [_event(line) for line in log_of(self.outage)]
        return sorted([began, *lines, *self._journal()], key=lambda event: event.at)

    def _journal(self) -> Iterator[Event]:
        last = self.outage.signed_off_at or self.now
        rows = JournalEntry.objects.filter(
            practice=self.practice, number__gt=self.outage.journal_from, at__lte=last,
            command__in=HAPPENED,
        )  # fmt: skip
        for entry in rows.select_related("by").order_by("number"):
            yield Event(entry.at, HAPPENED[entry.command], entry.by.name if entry.by else "")

    @cached_property
    def done(self) -> list[tuple[str, int]]:
        """What was done at the server while it lasted: (words, how many)."""
        many = Counter(self._meanwhile().values_list("command", flat=True))
        return [(words, many[command]) for command, words in DONE.items() if many[command]]

    @cached_property
    def booked_via(self) -> list[tuple[str, int]]:
        """How those who were booked at the server had asked: (words, how many)."""
        references = self._meanwhile().filter(command="book").values("reference")
        rows = Appointment.objects.filter(practice=self.practice, reference__in=references)
        many = dict(rows.order_by().values_list("booked_via").annotate(Count("pk")))
        return [(via.label, many[via]) for via in Via if via in many]

    def _meanwhile(self):
        rows = JournalEntry.objects.filter(
            practice=self.practice, number__gt=self.outage.journal_from
        )
        if self.outage.journal_to is not None:
            rows = rows.filter(number__lte=self.outage.journal_to)
        return rows.order_by()

    @cached_property
    def sheets(self) -> list[SheetHome]:
        """Its sheets, and how their rows ended."""
        found = sheets_of(self.outage)
        rows = SheetRow.objects.filter(sheet__in=found.values("pk")).order_by()
        many = dict(rows.values_list("sheet").annotate(Count("pk")))
        ends = Counter((entry.sheet_id, entry.end) for entry in self._entries)
        return [SheetHome.counted(sheet, many.get(sheet.pk, 0), ends) for sheet in found]

    @cached_property
    def _entries(self) -> list[Entry]:
        rows = Entry.objects.filter(
            sheet__in=sheets_of(self.outage).values("pk"), taken_back_at=None
        )
        rows = rows.select_related("sheet", "row", "keyed_by", "clash")
        return list(rows.order_by("written_at", "sheet__reference", "row__place"))

    @cached_property
    def written(self) -> list[Written]:
        """Every line that was written on paper, by when it was written."""
        return [_written(one) for one in self._entries if one.what != Entry.What.NOTHING]

    @property
    def on_paper(self) -> list[tuple[str, int]]:
        """What was written on paper: (words, how many)."""
        many = Counter(line.what for line in self.written)
        return [(what.label, many[what.label]) for what in Entry.What if what.label in many]

    @property
    def usual(self) -> str:
        """How long a line was only on paper, by the median; '' where none was written."""
        took = [line.took.total_seconds() for line in self.written]
        return lasted(timedelta(seconds=median(took))) if took else ""

    @property
    def longest(self) -> str:
        """How long the line that waited longest was only on paper."""
        return lasted(max(line.took for line in self.written)) if self.written else ""

    @cached_property
    def clashes(self) -> list[Settled]:
        """Clashes that came of it, and how they ended."""
        of_paper = {entry.clash_id for entry in self._entries if entry.clash_id}
        since = self.practice.clash_set.filter(came_at__gte=self.outage.began_at)
        rows = since.filter(came_at__lte=self.until) | self.practice.clash_set.filter(
            pk__in=of_paper
        )
        return [_settled(row) for row in rows.select_related("settled_by").order_by("came_at")]

    @property
    def clash_ends(self) -> list[tuple[str, int]]:
        """How the clashes ended: (words, how many)."""
        return _counted(one.outcome for one in self.clashes)

    @cached_property
    def clinical(self) -> ClinicalLines | None:
        """What was keyed into the clinical system; None in a practice whose book is its own."""
        if not plan_of(self.practice).beside_clinical_system:
            return None
        rows = list(clinical_lines(self.outage))
        ends = [row for row in rows if row.ended_as]
        given_up = [row for row in ends if row.ended_as == WorklistLine.End.IMPOSSIBLE]
        times = [row.ended_at for row in ends if row.ended_at]
        return ClinicalLines(len(rows), len(ends), len(given_up), max(times, default=None))

    @cached_property
    def calls(self) -> tuple[int, int]:
        """How many patients had to be rung, and how many of them were told."""
        rows = self.practice.call_set.filter(asked_at__gte=self.outage.began_at)
        rows = rows.filter(asked_at__lte=self.outage.signed_off_at or self.now)
        return rows.count(), rows.exclude(done_at=None).count()


def of(outage: Outage, now: datetime | None = None) -> Report:
    """Give an outage's report."""
    return Report(outage, now or timezone.now())


_WHAT = {
    Kind.DECLARED: "Declared",
    Kind.CHANGED: "Changed",
    Kind.TOLD: "What patients are told",
    Kind.STILL_SO: "Still so",
    Kind.SAID: IN_LOG,
    Kind.ENDED: "Said to be over",
    Kind.SIGNED_OFF: "Signed off: everything is in the book",
}


def _event(line: LogLine) -> Event:
    written = ""
    if line.written_at - line.at >= timedelta(minutes=1):
        written = f" (written down at {clock(line.written_at)})"
    said = line.words + written if line.words else ""
    who = line.by.name if line.by else ""
    return Event(line.at, _WHAT[Kind(line.kind)], who, said, line.kind == Kind.TOLD)


def _written(one: Entry) -> Written:
    return Written(
        sheet=sheets.shown(one.sheet),
        code=one.row.code,
        what=one.get_what_display(),
        written_at=one.written_at,
        keyed_at=one.keyed_at,
        keyed_by=one.keyed_by.name if one.keyed_by else "",
        end=_end(one),
    )


def _end(one: Entry) -> str:
    """Say how a line ended, as far as it has."""
    if one.end == Entry.End.CLASH:
        return "Clash, settled" if one.clash and one.clash.settled_at else "Clash, undecided"
    if one.end == Entry.End.SET_ASIDE:
        return f"Set aside, closed at {_when(one.closed_at)}" if one.closed_at else "Set aside"
    return one.get_end_display()


def _settled(row: Clash) -> Settled:
    outcome = row.get_outcome_display() if row.settled_at else "Undecided"
    who = row.settled_by.name if row.settled_by else ""
    return Settled(row.source, row.came_at, outcome or "Settled by itself", row.settled_at, who)


def _when(at: datetime) -> str:
    return f"{day_short(at)} {clock(at)}"


def _counted(words: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(words).items(), key=lambda pair: (-pair[1], pair[0]))
