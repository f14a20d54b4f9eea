"""The stored lines follow the book: whatever the journal says since the last time is worked in.

All standing lines together are the difference between the clinical system's book and ours. So
theirs, as far as we know it, is ours with the standing lines taken back, and only the patients whom
the new entries are about need to be looked at.
"""

import json
import uuid
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from appointments import journal
from appointments.journal import Actor
from appointments.models import JournalEntry, Practice, Slot
from fallback.models import Worklist, WorklistLine
from fallback.plans import plan_of
from fallback.worklist.effect import (
    BOOKS,
    Book,
    Key,
    Kind,
    Line,
    agrees,
    applied,
    differing,
    lacking,
)
from fallback.worklist.order import Placed, in_order
from fallback.worklist.window import Window, chunks, unknown_there

End = WorklistLine.End


def net_effect(practice: Practice, from_number: int, to_number: int) -> list[Line]:
    """Say what was done in our book between two entries, as lines in the order to key them.

    The book as it was at `from_number` counts as what the clinical system has; what loads in
    between brought, both have. The lines are not stored.
    """
    window = Window(practice, from_number, to_number).read()
    theirs, ours = window.ours_at(from_number), window.ours_at(to_number)
    before, after = window.places_at(from_number), window.places_at(to_number)
    window.hear(theirs, ours)
    origins = {after[pk]: before[pk] for pk in after.keys() & before.keys()}
    lines = [window.signed(line) for line in differing(theirs, ours, origins)]
    registered = window.registered()
    new = [
        Line(Kind.NEW_PATIENT, pk, changed_at=registered[pk].at, changed_by=registered[pk].by)
        for pk in unknown_there(window, registered) & registered.keys()
    ]
    return [placed.line for placed in in_order(new + lines, _times(new + lines))]


def follow(practice: Practice) -> None:
    """Bring a practice's lines up to date with its book; twice changes nothing.

    Does nothing for a practice whose book is its own.
    """
    if is_behind(practice):
        with journal.writing(Actor(practice), "follow_worklist"):  # locks, and records nothing
            follow_locked(practice)


def is_behind(practice: Practice) -> bool:
    """Say whether something happened that the lines don't tell yet."""
    if not plan_of(practice).beside_clinical_system:
        return False
    followed = Worklist.objects.filter(practice=practice).values_list("number", flat=True).first()
    return followed is None or followed < journal.newest(practice)


def follow_locked(practice: Practice) -> None:
    """Do the same within an open entry, so that whoever ends a line sees it as it is."""
    newest = journal.newest(practice)
    worklist = Worklist.objects.filter(practice=practice).first()
    if worklist is None:
        worklist = Worklist(practice=practice, number=_begins(practice))
    if worklist.number < newest:
        Following(practice, worklist.number, newest).run()
    worklist.number = newest
    worklist.save()


def _begins(practice: Practice) -> int:
    """Find the entry since when the practice works beside a clinical system."""
    said = JournalEntry.objects.filter(practice=practice, command="change_plan")
    for entry in said.order_by("-number").iterator(chunk_size=20):
        for change in json.loads(entry.changes):
            now = change["now"] or {}
            if change["what"] == "plan" and now.get("beside_clinical_system"):
                return entry.number
    return journal.newest(practice)


class Following:
    """One step from the entry that was followed last to the newest one.

    `entered` is a line that was keyed although our book had changed by then.
    """

    def __init__(self, practice: Practice, start: int, end: int, entered: Line | None = None):
        self.practice = practice
        self.entered = entered
        self.now = timezone.now()
        self.window = Window(practice, start, end).read()
        self.altered: list[Line] = []

    def run(self) -> None:
        """Compare both books for the patients concerned, and write what differs from the lines."""
        window = self.window
        rows = self._standing(self._concerned())
        slots = {slot for row in rows for slot in (row.slot_id, row.from_slot_id) if slot}
        patients = {one for row in rows for one in (row.patient_id, self._patient(row))}
        if self.entered:
            slots |= {slot for slot in (self.entered.slot, self.entered.from_slot) if slot}
            patients.add(self.entered.patient)
        window.read_rows(
            Q(slot__in=some, patient__in=who) for some in chunks(slots) for who in chunks(patients)
        )
        told = [(row, said(row, self._patient(row))) for row in rows]
        lines = [line for _, line in told]
        ours = window.ours_at(window.end)
        theirs = lacking(window.ours_at(window.start), lines)
        window.hear(theirs, ours)
        if self.entered:
            applied(theirs, self.entered)
        wanted = differing(theirs, ours, self._origins(lines)) + self._new_patients(lines)
        new = self._write(told, {line.key: line for line in wanted}, theirs, ours)
        moved = self._slots_moved()
        seeds = self.altered + [line for line in lines if {line.slot, line.from_slot} & moved]
        add_lines(self.practice, new, self.now, disputed=window.disputed, seeds=seeds)

    def _concerned(self) -> set[UUID]:
        """Name everybody whose place may look different now, under every record they had."""
        window = self.window
        places = [window.ours_at(window.start), window.ours_at(window.end)]
        people = {key.patient for book in places for key in book}
        people |= {self.entered.patient} if self.entered else set()
        people |= {row["patient_id"] for row in window.rows.values()}
        people |= set(window.changes["patient"]) | set(filter(None, window.said_of.values()))
        people |= self._believed_in(window.said_of)
        people |= {window.survivor(one) for one in people}
        return people | {one for one, kept in window.survivors.items() if kept in people}

    def _believed_in(self, slots: Iterable[UUID]) -> set[UUID]:
        """Name whom standing lines still take to be in these slots there, wherever ours are."""
        found: set[UUID] = set()
        for ids in chunks(slots):
            rows = WorklistLine.objects.filter(_about(ids), practice=self.practice, stands=True)
            found.update(rows.order_by().values_list("patient", flat=True))
        return found

    def _standing(self, people: Iterable[UUID]) -> list[WorklistLine]:
        found: list[WorklistLine] = []
        for ids in chunks(people):
            found += WorklistLine.objects.filter(
                practice=self.practice, stands=True, patient__in=ids
            )
        return found

    def _patient(self, line: WorklistLine) -> UUID:
        return self.window.survivor(line.patient_id)

    def _origins(self, lines: list[Line]) -> dict[Key, Key]:
        """Say from where each appointment was moved, since the clinical system heard of it."""
        before = self.window.places_at(self.window.start)
        for line in lines:
            if line.appointment is None or line.kind not in BOOKS:
                continue
            if before.get(line.appointment) != (line.patient, line.slot):
                continue
            if line.from_slot is None:
                del before[line.appointment]
            else:
                before[line.appointment] = Key(line.patient, line.from_slot)
        after = self.window.places_at(self.window.end)
        return {after[pk]: before[pk] for pk in after.keys() & before.keys()}

    def _new_patients(self, lines: list[Line]) -> list[Line]:
        """List those whom the clinical system can't know, of new ones waiting and newly here."""
        signs = {line.patient: line for line in lines if line.kind == Kind.NEW_PATIENT}
        for pk, first in self.window.registered().items():
            signs[pk] = Line(Kind.NEW_PATIENT, pk, changed_at=first.at, changed_by=first.by)
        unknown = unknown_there(self.window, signs) if signs else set()
        return [signs[pk] for pk in unknown if pk in signs]

    def _slots_moved(self) -> set[UUID | None]:
        """Name the slots that start at another time now."""
        slots = self.window.changes["slot"].items()
        return {pk for pk, changes in slots if any("starts_at" in c.now for c in changes)}

    # --- Writing --------------------------------------------------------------------------------

    def _write(
        self,
        told: list[tuple[WorklistLine, Line]],
        wanted: dict[tuple, Line],
        theirs: Book,
        ours: Book,
    ) -> list[Line]:
        """Keep and end lines; gives those that are new."""
        kept = []
        # Of merged records the one that is used keeps its line.
        for row, line in sorted(told, key=lambda pair: pair[0].patient_id != pair[1].patient):
            want = wanted.get(line.key)
            is_decided = row.ended_as == End.TAKEN and (
                want is not None and want.appointment not in self.window.disputed
            )
            if want is None or is_decided:  # decided: what they still lack is a new line
                self._end(row, agrees(theirs, line) and agrees(ours, line))
            else:
                kept.append((row, self.window.signed(wanted.pop(line.key))))
        for row, line in kept:
            if self._keep(row, line):
                self.altered.append(line)
        return [self.window.signed(line) for line in wanted.values()]

    def _end(self, row: WorklistLine, is_there: bool) -> None:
        """End a line that nobody needs to key any more: it is there, or was undone here."""
        if not row.ended_as:
            is_merged = row.patient_id != self._patient(row) and row.slot_id is None
            row.ended_as = End.LOADED if is_there and not is_merged else End.NOT_NEEDED
            row.ended_at = self.now
        row.stands = False
        row.save(update_fields=["stands", "ended_as", "ended_at"])

    def _keep(self, row: WorklistLine, line: Line) -> bool:
        """Bring a line that stays up to date; says whether anything was different."""
        values = columns(line)
        if line.changed_at is None:
            values |= {"changed_at": row.changed_at, "changed_by_id": row.changed_by_id}
        if not row.ended_as and line.appointment in self.window.disputed and line.kind in BOOKS:
            values |= {"ended_as": End.TAKEN, "ended_at": self.now}
        different = [name for name, value in values.items() if getattr(row, name) != value]
        for name in different:
            setattr(row, name, values[name])
        if different:
            row.save(update_fields=different)
        return bool(different)


def add_lines(
    practice: Practice,
    new: list[Line],
    now: datetime,
    *,
    disputed: AbstractSet[UUID | None] = frozenset(),
    seeds: Iterable[Line] = (),
) -> None:
    """Store new lines, in order with all open ones that share a slot or a patient with them.

    Those about somebody in an open clash with theirs wait for the decision. `seeds` are lines
    that are stored already and need a place in the order again.
    """
    undecided = [line for line in new if line.kind in BOOKS and line.appointment in disputed]
    keyed = [line for line in new if line not in undecided]
    there = _sharing(practice, [*keyed, *seeds])
    order = in_order([*there, *keyed], _times([*there, *keyed]))
    in_it = {one.line for one in order}
    parted = [row.pk for line, row in there.items() if line not in in_it]
    WorklistLine.objects.filter(pk__in=parted).update(
        stands=False, ended_as=End.NOT_NEEDED, ended_at=now
    )
    for line, due_at, step in order:
        row = there.get(line)
        if row and (row.due_at, row.step) != (due_at, step):
            WorklistLine.objects.filter(pk=row.pk).update(due_at=due_at, step=step)
    fresh = [one for one in order if one.line not in there]
    _insert(practice, fresh + [Placed(line, now, 0) for line in undecided], now, disputed)


def _insert(
    practice: Practice, placed: list[Placed], now: datetime, disputed: AbstractSet[UUID | None]
) -> None:
    before: Counter[tuple] = Counter()
    for ids in chunks({one.line.patient for one in placed}):
        rows = WorklistLine.objects.filter(practice=practice, patient__in=ids)
        before.update(rows.values_list("kind", "patient_id", "slot_id"))
    fresh: list[WorklistLine] = []
    for line, due_at, step in placed:
        name = f"{'/'.join(map(str, line.key))}/{before[line.key]}"
        row = WorklistLine(practice=practice, due_at=due_at, step=step, **columns(line))
        row.reference = uuid.uuid5(practice.pk, name)
        row.changed_at = row.changed_at or now
        if line.kind in BOOKS and line.appointment in disputed:
            row.ended_as, row.ended_at = End.TAKEN, now
        fresh.append(row)
    WorklistLine.objects.bulk_create(fresh, batch_size=500)


def _sharing(practice: Practice, lines: Iterable[Line]) -> dict[Line, WorklistLine]:
    """Find the open lines that depend on these, or these on them, however many steps away."""
    found: dict[Line, WorklistLine] = {}
    seen: set[UUID] = set()
    edge = list(lines)
    while edge:
        ties = {one for line in edge for one in _ties(line)} - seen
        seen |= ties
        rows: list[WorklistLine] = []
        for ids in chunks(ties):
            rows += _open(practice, _about(ids) | Q(patient__in=ids))
        for ids in chunks({line.patient for line in edge}):
            rows += _open(practice, Q(kind=Kind.NEW_PATIENT, patient__in=ids))
        edge = [line for line in map(said, rows) if line not in found]
        found |= {said(row): row for row in rows}
    return found


def _about(slots: Iterable[UUID]) -> Q:
    either = Q(slot__in=slots) | Q(from_slot__in=slots)
    return either | Q(second_slot__in=slots) | Q(second_from_slot__in=slots)


def _open(practice: Practice, which: Q) -> Iterable[WorklistLine]:
    rows = WorklistLine.objects.filter(which, practice=practice, ended_as="")
    return rows.order_by()  # by the slots' indexes, not by time


def _ties(line: Line) -> set[UUID]:
    """Name what ties a line to others: its slots; a new patient, to all that is booked for them."""
    slots = {line.slot, line.second, line.from_slot, line.from_second}
    own = line.patient if line.kind == Kind.NEW_PATIENT else None
    return {one for one in (*slots, own) if one is not None}


def columns(line: Line) -> dict[str, Any]:
    """Give a line as columns of its row."""
    return {
        "kind": str(line.kind),
        "patient_id": line.patient,
        "appointment_id": line.appointment,
        "slot_id": line.slot,
        "second_slot_id": line.second,
        "from_slot_id": line.from_slot,
        "second_from_slot_id": line.from_second,
        "is_dna": line.is_dna,
        "is_extra": line.is_extra,
        "was_extra": line.was_extra,
        "changed_at": line.changed_at,
        "changed_by_id": line.changed_by,
    }


def said(row: WorklistLine, patient: UUID | None = None) -> Line:
    """Give the line that a row stores; `patient` is the record that is used now."""
    return Line(
        row.kind,
        patient or row.patient_id,
        row.slot_id,
        row.second_slot_id,
        row.from_slot_id,
        row.second_from_slot_id,
        row.is_dna,
        row.is_extra,
        row.was_extra,
        row.appointment_id,
        row.changed_at,
        row.changed_by_id,
    )


def _times(lines: Iterable[Line]) -> dict[UUID, datetime]:
    """Say when the slots start; of a move both, since it may be parted."""
    slots = {slot for line in lines for slot in (line.slot, line.from_slot) if slot}
    times: dict[UUID, datetime] = {}
    for ids in chunks(slots):
        times |= dict(Slot.objects.filter(pk__in=ids).values_list("pk", "starts_at"))
    return times
