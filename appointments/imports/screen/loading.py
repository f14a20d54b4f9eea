"""Load a screen export, or only look at what it would change: the same work up to the lock."""

import copy
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from appointments.availability import LONDON
from appointments.imports import loading
from appointments.imports.book import chunks
from appointments.imports.loading import TRIES, Stale
from appointments.imports.report import Report
from appointments.imports.screen import lines, reading
from appointments.imports.screen.book import Book
from appointments.imports.screen.columns import WORDS, lacking
from appointments.imports.screen.comparing import Comparison, Cover
from appointments.imports.screen.reading import NotAnExport, Sheet
from appointments.imports.slots import Decision, Ours, Theirs
from appointments.journal import Actor, Draft
from appointments.models import (
    Appointment,
    JournalEntry,
    Patient,
    Practice,
    ScreenCover,
    ScreenMapping,
    Session,
    Slot,
)
from appointments.wording import day_words, moment

COMMAND = "load_screen"
BULK = "load"  # the command of a bulk extract
TABLES = ("row", "session", "slot", "appointment", "clash")

# A file that nobody looks at beforehand may not empty a day: what was saved with a filter on, or
# only half copied, looks like many cancellations.
MANY, SHARE = 5, 4  # more than 5, and more than a quarter of whom it covers

SLACK = timedelta(minutes=10)  # between two clocks

NEW, MOVED, CANCELLED = "new", "moved", "cancelled"
CLASH, MARKED = "clash", "marked"


@dataclass(frozen=True)
class Change:
    """One line of a preview: whom it is about, and where they are then or were before."""

    kind: str
    patient: Patient
    slot: Slot
    was: Slot | None = None
    status: str = ""
    ours: Patient | None = None  # who is there by our book, in a clash


@dataclass
class Preview:
    """What a file would change."""

    report: Report
    as_of: datetime | None
    covers: list[Cover]
    changes: list[Change] = field(default_factory=list)
    unknown: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    refusal: str = ""

    @classmethod
    def nothing(cls) -> "Preview":
        """Give the preview of a file of which nothing can be read."""
        return cls(Report(), None, [])

    def of(self, kind: str) -> list[Change]:
        """Give the changes of one kind, in the order of their slots."""
        return sorted(
            (change for change in self.changes if change.kind == kind),
            key=lambda change: (change.slot.starts_at, str(change.slot.pk)),
        )


@dataclass(frozen=True)
class File:
    """A file, and what was said about it: when it was saved, and of which day it is."""

    data: bytes
    name: str = "the file"
    saved_at: datetime | None = None  # counts when the file itself does not say
    day: date | None = None


def read(practice: Practice, data: bytes) -> Sheet:
    """Read a file of a practice, whose saved lists are known by their headings."""
    known = ScreenMapping.objects.filter(practice=practice).values_list("headings", flat=True)
    return reading.read(data, [tuple(headings) for headings in known], WORDS)


def mapping_for(practice: Practice, sheet: Sheet) -> ScreenMapping | None:
    """Find the saved list that has a file's headings."""
    saved = ScreenMapping.objects.filter(practice=practice).select_related("site")
    return next((m for m in saved if tuple(m.headings) == sheet.key), None)


def load(
    practice: Practice, mapping: ScreenMapping, file: File, *, by: Actor | None = None
) -> Report:
    """Load a file that somebody has looked at; says what became of every row.

    Raises NotAnExport, before anything was written.
    """
    return _load(practice, mapping, file, by or Actor(practice), is_attended=True)


def load_file(practice: Practice, path: Path) -> Report:
    """Load a file that nobody looks at, from the inbox; its list is known by its headings.

    As of when it is the file says itself, else when it was written. Raises NotAnExport, before
    anything was written; its text has no patient data.
    """
    try:
        data, changed_at = path.read_bytes(), path.stat().st_mtime
    except OSError as error:
        raise NotAnExport(f"{path.name} can't be read ({error.strerror}).") from error
    mapping = mapping_for(practice, read(practice, data))
    if mapping is None:
        raise NotAnExport(
            f"The headings of {path.name} are not those of a list that was set up: load it once "
            "under Settings, Screen export."
        )
    file = File(data, path.name, saved_at=datetime.fromtimestamp(changed_at, UTC))
    return _load(practice, mapping, file, Actor(practice), is_attended=False)


def preview(practice: Practice, mapping: ScreenMapping, file: File) -> Preview:
    """Say what a file would change, changing nothing. Raises NotAnExport."""
    sheet, listed, report = _listed(practice, mapping, file)
    as_of = lines.as_of(sheet) or file.saved_at
    attempt = Load(practice, mapping, listed, as_of or timezone.now(), report)
    attempt.look()
    found = Preview(report, as_of, sorted(attempt.work.covers.values(), key=_in_order))
    found.changes = attempt.changes()
    found.unknown = {what: names.most_common() for what, names in attempt.work.unknown.items()}
    if as_of is not None:
        try:
            refuse_older(practice, attempt.work.covers.values(), as_of)
        except NotAnExport as refusal:
            found.refusal = str(refusal)
    return found


def _in_order(cover: Cover) -> tuple:
    return cover.day, cover.site.order, cover.site.name


def _listed(
    practice: Practice, mapping: ScreenMapping, file: File
) -> tuple[Sheet, lines.Listed, Report]:
    """Read a file through its mapping."""
    report = Report()
    for table in TABLES:
        report.table(table)
    sheet = read(practice, file.data)
    if tuple(mapping.headings) != sheet.key:
        raise NotAnExport(
            "The headings of this file are not those of the list that was chosen: set it up as a "
            "list of its own."
        )
    if sentences := lacking(mapping.meanings):
        raise NotAnExport(" ".join(sentences))
    listed = lines.read(sheet, mapping.meanings, report, file=file.name, day=file.day)
    if not listed.lines:
        raise NotAnExport(_why_nothing(mapping, report))
    return sheet, listed, report


def _why_nothing(mapping: ScreenMapping, report: Report) -> str:
    if not report.rejects:
        return "The file has headings and no rows: nothing was loaded."
    if "day" not in mapping.meanings:
        return (
            "No row says of which day it is, nor does a title above them: choose the column with "
            "the date, or say which day it is."
        )
    return (
        f"None of the {len(report.rejects)} rows could be read (the first: "
        f"{report.rejects[0].reason}): look at what each column is."
    )


def _load(
    practice: Practice, mapping: ScreenMapping, file: File, by: Actor, *, is_attended: bool
) -> Report:
    began = time.perf_counter()
    sheet, listed, as_read = _listed(practice, mapping, file)
    if (as_of := lines.as_of(sheet) or file.saved_at) is None:
        raise NotAnExport("Say when the list was saved: the file does not say it itself.")
    if as_of > timezone.now() + SLACK:
        raise NotAnExport(f"The list says that it was saved at {moment(as_of)}, which lies ahead.")
    for _ in range(TRIES):
        attempt = Load(practice, mapping, listed, as_of, copy.deepcopy(as_read))
        attempt.by, attempt.is_attended = by, is_attended
        try:
            attempt.run()
        except Stale:
            continue
        attempt.report.seconds = time.perf_counter() - began
        return attempt.report
    raise NotAnExport(
        "Sessions or settings kept changing while the list was compared: nothing was loaded. Load "
        "it again at a quieter moment."
    )


def refuse_older(practice: Practice, covers: Iterable[Cover], as_of: datetime) -> None:
    """Refuse to go back in time: an older list would undo what a newer one brought."""
    covers = list(covers)
    newer = ScreenCover.objects.filter(
        practice=practice, day__in={cover.day for cover in covers}, as_of__gt=as_of
    ).select_related("site")
    mine = {(cover.site.pk, cover.day) for cover in covers}
    for other in newer:
        if (other.site_id, other.day) in mine:
            raise NotAnExport(
                f"This list is of {moment(as_of)}, older than the one loaded for "
                f"{day_words(other.day)} at {other.site} ({moment(other.as_of)}): nothing was "
                "loaded, since it would undo newer changes."
            )
    bulk = JournalEntry.objects.filter(practice=practice, command=BULK).order_by("-number")
    details = bulk.values_list("details", flat=True).first()
    stamp = datetime.fromisoformat(json.loads(details)["extract"]) if details else None
    if stamp and as_of < stamp:
        raise NotAnExport(
            f"This list is of {moment(as_of)}, older than the bulk extract that was loaded "
            f"({moment(stamp)}): nothing was loaded, since it would undo newer changes."
        )


class Load(loading.Load):
    """One attempt at comparing a list with the book and writing what is different."""

    command, source = COMMAND, "Screen export"
    has_work = True  # even a list that changes nothing says as of when the book is
    is_attended = True

    def __init__(
        self,
        practice: Practice,
        mapping: ScreenMapping,
        listed: lines.Listed,
        as_of: datetime,
        report: Report,
    ):
        super().__init__(practice, as_of, report)
        self.mapping = mapping
        self.listed = listed

    def look(self) -> None:
        """Compare and prepare, and write nothing."""
        self.compare()
        self._prepare()
        self._count_decisions()

    def compare(self) -> None:
        """Compare the rows with the book."""
        book = Book(self.practice, self.mapping, self.listed.lines)
        self.work = Comparison(book, self.mapping, self.stamp, self.report, self.now)
        self.work.run(self.listed)
        self.plan, self.number = self.work.plan, book.number
        self.watched = {session.pk for session in book.sessions}

    def judge(self, theirs: Theirs, ours: Ours) -> Decision:
        """Decide about a slot; where nothing is different its fingerprint stays as well."""
        decision = super().judge(theirs, ours)
        differing = {
            name for name, value in decision.values.items() if getattr(ours.slot, name) != value
        }
        rows = (decision.cancelled, decision.changed, decision.settled, decision.new)
        if differing <= {"external_digest"} and not any(rows):
            return Decision(ours.slot)
        return decision

    def write_more(self, entry: Draft) -> None:
        """Note what the book is as of now, unless something newer has come meanwhile."""
        refuse_older(self.practice, self.work.covers.values(), self.stamp)
        if not self.is_attended:
            self._refuse_to_empty()
        for cover in self.work.covers.values():
            ScreenCover.objects.update_or_create(
                site=cover.site,
                day=cover.day,
                defaults={"practice": self.practice, "as_of": self.stamp},
            )
        if not (lacking_sites := self._sites_left_out()):
            older = Q(clinical_as_of=None) | Q(clinical_as_of__lt=self.stamp)
            Practice.objects.filter(older, pk=self.practice.pk).update(clinical_as_of=self.stamp)
        else:
            self.report.notes[
                "site has sessions today that this list leaves out, so the book is not yet as "
                f"new as the list: {', '.join(lacking_sites)}"
            ] = len(lacking_sites)

    def _refuse_to_empty(self) -> None:
        gone = self._lost()
        if gone > max(MANY, self.work.known // SHARE):
            raise NotAnExport(
                f"By this list {gone} of {self.work.known} people are no longer booked. If that is "
                "right, load it under Settings, Screen export, where it is shown first: nothing "
                "was loaded."
            )

    def _lost(self) -> int:
        """Count whom the list no longer has anywhere."""
        decisions = list(self.decisions.values())
        gone = {a.patient_id for d in decisions for a, _ in d.cancelled}
        come = {a.patient_id for d in decisions for a in d.new}
        return len(gone - come - {a.patient_id for a in self.plan.new.get(Appointment, [])})

    def _sites_left_out(self) -> list[str]:
        """Name the sites that have sessions today and of whose today the list says nothing.

        The book as a whole is no newer than what is known least of.
        """
        today = timezone.localdate(timezone=LONDON)
        sessions = Session.objects.filter(practice=self.practice, day=today, cancelled_at=None)
        sites = {session.site for session in sessions.select_related("site")}
        return sorted(s.name for s in sites if (s.pk, today) not in self.work.covers)

    def changes(self) -> list[Change]:
        """Give what was decided as lines for people: coming and going of one patient is a move."""
        new: list[tuple[Appointment, Slot, Appointment | None]] = [
            (a, a.slot, None) for a in self.plan.new.get(Appointment, [])
        ]
        gone: list[tuple[Appointment, Slot]] = []
        found: list[Change] = []
        marked: list[tuple[Appointment, Slot, str]] = []
        for decision in self.decisions.values():
            slot = decision.slot
            ours = decision.clashes[0].first if decision.clashes else None
            new += [(a, slot, ours) for a in decision.new]
            gone += [(a, slot) for a, _ in decision.cancelled if not a.continues_id]
            marked += [
                (a, slot, values["status"])
                for a, values in decision.changed
                if "status" in values and not a.continues_id
            ]
        clashing = [ours for _, _, ours in new if ours]
        concerned = [
            *clashing,
            *(n[0] for n in new),
            *(g[0] for g in gone),
            *(m[0] for m in marked),
        ]
        people = _patients({a.patient_id for a in concerned})
        for appointment, slot, ours in new:
            patient = people[appointment.patient_id]
            was = next((s for a, s in gone if a.patient_id == patient.pk), None)
            gone = [(a, s) for a, s in gone if not (s is was and a.patient_id == patient.pk)]
            kind = CLASH if ours else MOVED if was else NEW
            other = people[ours.patient_id] if ours else None
            found.append(Change(kind, patient, slot, was, ours=other))
        found += [Change(CANCELLED, people[a.patient_id], slot) for a, slot in gone]
        found += [
            Change(MARKED, people[a.patient_id], slot, status=a.get_status_display())
            for a, slot, _ in marked
        ]
        return found


def _patients(ids: set[UUID]) -> dict[UUID, Patient]:
    return {
        patient.pk: patient
        for chunk in chunks(ids)
        for patient in Patient.objects.filter(pk__in=chunk)
    }
