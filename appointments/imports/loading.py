"""Write what a load brings: prepared while the book goes on, written in one command.

Reading and comparing take seconds, writing a moment: the journal is locked only for that, and says
what changed since the comparison began.
"""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import date, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from tqdm import tqdm

from appointments import booking, journal
from appointments.imports.book import CHUNK, chunks, now_in
from appointments.imports.plan import Plan
from appointments.imports.report import CREATED, REMOVED, UNCHANGED, UPDATED, Report
from appointments.imports.slots import Decision, Ours, Theirs, decide
from appointments.journal import Actor, Draft, Ready
from appointments.models import (
    Appointment,
    Clash,
    Clinician,
    Desk,
    OpeningTime,
    Patient,
    Practice,
    Session,
    SessionHolder,
    Site,
    Slot,
    SlotType,
)

# Rows in the order in which they need one another.
MODELS = (
    Practice, Site, OpeningTime, Desk, Clinician, SlotType, Patient, Session, SessionHolder, Slot,
    Appointment,
)  # fmt: skip

# Comparing takes seconds; if settings or sessions change meanwhile it is done again, this often.
TRIES = 5
# Changed by others, these make a comparison worthless: new rows may point at them.
FOUNDATIONS = {"practice", "site", "clinician", "slottype", "desk"}


class Stale(Exception):  # noqa: N818  (a reason to begin again)
    """Something that was compared has changed since."""


class Load(ABC):
    """One attempt at comparing and writing. What is compared, and how, each format says itself.

    `stamp` is when the clinical system wrote what is loaded.
    """

    command: str
    source: str
    plan: Plan
    number: int  # of the journal when the book was read
    watched: set[UUID]  # rows that new ones point at: a change of these begins it all again

    def __init__(self, practice: Practice, stamp: datetime, report: Report):
        self.practice = practice
        self.stamp = stamp
        self.report = report
        self.by = Actor(practice)
        self.now = timezone.now()
        self.decisions: dict[UUID, Decision] = {}
        self.written: dict[UUID, tuple[list[Ready], ...]] = {}

    @property
    def has_work(self) -> bool:
        """Tell whether there is anything to write."""
        return not self.plan.is_empty

    @abstractmethod
    def compare(self) -> None:
        """Compare with the book: fills in `plan`, `number` and `watched`."""

    def judge(self, theirs: Theirs, ours: Ours) -> Decision:
        """Decide about one slot that the book has."""
        return decide(theirs, ours, self.now)

    def write_more(self, entry: Draft) -> None:  # noqa: B027 (most loads have nothing more)
        """Write what else belongs to the load, while the book is locked."""

    def run(self) -> None:
        """Compare, prepare and write. Raises Stale when the book moved on too far meanwhile."""
        steps = ["Comparing", "Preparing", "Writing"]
        with tqdm(total=len(steps), desc=steps[0], unit=" steps", leave=False) as bar:
            self.compare()
            bar.update()
            bar.set_description(steps[1])
            self._prepare()
            bar.update()
            bar.set_description(steps[2])
            if self.has_work:
                self._write()
            bar.update()
        self._count_decisions()

    def _prepare(self) -> None:
        """Work out beforehand what will be written: the lock is for writing only."""
        self.ready: list[Ready] = []
        for model in MODELS:
            self.ready += [journal.new(row) for row in self.plan.new.get(model, [])]
            self.ready += _changed(self.plan.changed.get(model, []))
        self._decide(self.plan.slots)

    def _decide(self, slot_ids: Iterable[UUID]) -> None:
        """Decide about slots that the book has, and work out the writing of each."""
        for ours in now_in(slot_ids):
            slot_id = ours.slot.pk
            decision = self.judge(self.plan.slots[slot_id], ours)
            self.decisions[slot_id] = decision
            self.written[slot_id] = _steps(decision)

    # --- Writing, with the book locked ----------------------------------------------------------

    def _write(self) -> None:
        details = {"source": self.source, "extract": self.stamp.isoformat()}
        with transaction.atomic():
            if self.practice._state.adding:
                self._check_still_new()
                journal.start(self.practice)  # points at the practice, which follows
            with journal.writing(self.by, self.command, details=details) as entry:
                locked = time.perf_counter()
                self._decide(self._changed_meanwhile())
                entry.write(self.ready)
                for holder in self.plan.removed:
                    entry.remove(holder)
                for step in zip(*self.written.values(), strict=True):
                    entry.write(chain.from_iterable(step))
                self._ring_moved(entry)
                self.write_more(entry)
                for site, day in self._touched():
                    entry.touch(site, day)
        self.report.lock_seconds = time.perf_counter() - locked

    def _check_still_new(self) -> None:
        """Begin again if somebody made this practice, or the home practice, meanwhile."""
        same = Q(ods_code=self.practice.ods_code)
        if Practice.objects.filter(same | Q(is_home=True) if self.practice.is_home else same):
            raise Stale

    def _changed_meanwhile(self) -> set[UUID]:
        """Find planned slots that changed since they were compared, by what the journal says.

        Raises Stale when more than slots and who is in them changed.
        """
        changed: dict[str, set[UUID]] = {"slot": set(), "appointment": set(), "clash": set()}
        for entry in journal.since(self.practice, self.number):
            for change in json.loads(entry.changes):
                what, row = change["what"], UUID(change["id"])
                states = [change.get("was") or {}, change["now"] or {}]
                about = {row, *(UUID(s["session_id"]) for s in states if s.get("session_id"))}
                if what in changed:
                    changed[what].add(row)
                    changed["slot"] |= {UUID(s["slot_id"]) for s in states if s.get("slot_id")}
                elif what in FOUNDATIONS or about & self.watched or "merged_into_id" in states[1]:
                    raise Stale
        slots = changed["slot"]
        for ids in chunks(changed["appointment"]):
            slots |= set(Appointment.objects.filter(pk__in=ids).values_list("slot_id", flat=True))
        for ids in chunks(changed["clash"]):
            slots |= set(Clash.objects.filter(pk__in=ids).values_list("first__slot_id", flat=True))
        return slots & self.plan.slots.keys()

    def _ring_moved(self, entry: Draft) -> None:
        """Put on the call list whom we booked into a session that is at another site now."""
        ours = Appointment.objects.filter(
            slot__session__in=self.plan.moved, status=Appointment.Status.BOOKED, continues=None
        ).exclude(patient=F("slot__loaded_patient"))
        for appointment in ours:
            booking.ring(entry, appointment, "The clinical system moved this session's site")

    def _touched(self) -> set[tuple[UUID | None, date | None]]:
        """Name the site-days that look different: many changed names are on every day."""
        patients = [row.pk for row, _ in self.plan.changed.get(Patient, [])]
        if len(patients) > CHUNK or Site in self.plan.changed or Clinician in self.plan.changed:
            return {(None, None)}
        days = Appointment.objects.filter(patient__in=patients).exclude(
            status=Appointment.Status.CANCELLED
        )
        of_patients = days.values_list("slot__session__site_id", "slot__session__day")
        of_slots = (decision.touched for decision in self.decisions.values())
        return self.plan.touched.union(of_patients, *of_slots)

    # --- Counting --------------------------------------------------------------------------------

    def _count_decisions(self) -> None:
        """Count appointments and clashes by what was decided in the end."""
        for slot_id, decision in self.decisions.items():
            count = self.report.count
            count("appointment", CREATED, len(decision.new))
            count("appointment", REMOVED, len(decision.cancelled))
            count("appointment", UPDATED, len(decision.changed))
            is_same = self.plan.slots[slot_id].patient and not (decision.new or decision.changed)
            count("appointment", UNCHANGED, bool(is_same))
            count("clash", CREATED, len(decision.clashes))
            count("clash", UPDATED, len(decision.settled))


def _changed(rows: Iterable[tuple[models.Model, dict[str, Any]]]) -> list[Ready]:
    return [ready for row, values in rows if (ready := journal.changed(row, **values))]


def _steps(decision: Decision) -> tuple[list[Ready], ...]:
    """Put a decision's writing in order: one live appointment per slot holds at every step."""
    return (
        _changed(decision.cancelled),
        _changed(decision.changed),
        _changed(decision.settled),
        _changed([(decision.slot, decision.values)]),
        [journal.new(row) for row in decision.new],
        [journal.new(row) for row in decision.clashes],
        [journal.new(row) for row in decision.calls],
    )
