"""Load an extract: read and compare while the book goes on, then write it all in one command."""

import copy
import json
import time
from collections.abc import Iterable
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from tqdm import tqdm

from appointments import booking, journal
from appointments.imports.emis import people, sessions
from appointments.imports.emis.book import CHUNK, chunks, now_in
from appointments.imports.emis.extract import Extract, read_folder
from appointments.imports.emis.folder import TABLES, NotAnExtract
from appointments.imports.emis.plan import Comparison
from appointments.imports.emis.slots import Decision, decide
from appointments.imports.report import CREATED, REMOVED, UNCHANGED, UPDATED, Report
from appointments.journal import Actor, Draft, Ready
from appointments.models import (
    Appointment,
    Clash,
    Clinician,
    Desk,
    JournalEntry,
    OpeningTime,
    Patient,
    Practice,
    Session,
    SessionHolder,
    Site,
    Slot,
    SlotType,
)
from appointments.wording import moment

COMMAND = "load"
SOURCE = "EMIS Web"

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


def load(folder: Path, *, ods_code: str = "") -> Report:
    """Load an extract into its practice; says what became of every row.

    `ods_code` is the practice that the caller means: another one's extract is then refused.
    Raises NotAnExtract, before anything was written.
    """
    began = time.perf_counter()
    as_read = Report()
    for table in (*TABLES, "slot_type", "appointment", "clash"):
        as_read.table(table)
    extract = read_folder(folder, as_read, ods_code=ods_code)
    for _ in range(TRIES):
        report = copy.deepcopy(as_read)
        practice = _practice(extract, ods_code)
        _refuse_older(practice, extract)
        try:
            Load(practice, extract, report).run()
        except Stale:
            continue
        _note_how_fresh(practice, extract.stamp)
        report.seconds = time.perf_counter() - began
        return report
    raise NotAnExtract(
        "Sessions or settings kept changing while the extract was compared: nothing was loaded. "
        "Load it again at a quieter moment."
    )


def _practice(extract: Extract, ods_code: str) -> Practice:
    """Find the practice whose extract it is, or make it (not saved yet)."""
    guid = extract.organisation
    said = extract.records("organisation").get(guid)
    code = said.values["ods_code"] if said else ""
    practice = Practice.objects.filter(external_id=guid).first() if guid else None
    if practice is None and (known := Practice.objects.filter(ods_code=code or ods_code).first()):
        if known.external_id and guid:
            raise NotAnExtract(
                f"{known.ods_code} was loaded before under another organisation's GUID, so this "
                "would double everything: nothing was loaded."
            )
        practice = known
    if practice is None and not guid:
        practice = Practice.objects.filter(is_home=True).exclude(external_id="").first()
    if practice is None:
        if said is None or not code:
            raise NotAnExtract(
                "The extract does not say whose it is (no Admin_Organisation with an ODS code), "
                "and it is not a later part of one that was loaded here: add that file."
            )
        is_first = not Practice.objects.filter(is_home=True).exists()
        practice = Practice(
            ods_code=code, name=said.values["name"], is_home=is_first, external_id=guid
        )
    if ods_code and practice.ods_code != ods_code:
        raise NotAnExtract(
            f"This extract is of {practice.ods_code}, not of {ods_code}: nothing was loaded."
        )
    return practice


def _note_how_fresh(practice: Practice, stamp: datetime) -> None:
    older = Q(clinical_as_of=None) | Q(clinical_as_of__lt=stamp)
    Practice.objects.filter(older, pk=practice.pk).update(clinical_as_of=stamp)


def _refuse_older(practice: Practice, extract: Extract) -> None:
    """Refuse to go back in time: an older extract would undo what a newer one brought."""
    loads = JournalEntry.objects.filter(practice=practice.pk, command=COMMAND).order_by("-number")
    if (newest := loads.values_list("details", flat=True).first()) is None:
        return
    stamp = datetime.fromisoformat(json.loads(newest)["extract"])
    if extract.stamp < stamp:
        raise NotAnExtract(
            f"This extract is of {moment(extract.stamp)}, older than the one loaded last "
            f"({moment(stamp)}): nothing was loaded, since it would undo newer changes."
        )


class Load:
    """One attempt at comparing and writing."""

    def __init__(self, practice: Practice, extract: Extract, report: Report):
        self.practice = practice
        self.extract = extract
        self.report = report
        self.now = timezone.now()
        self.decisions: dict[UUID, Decision] = {}
        self.written: dict[UUID, tuple[list[Ready], ...]] = {}

    def run(self) -> None:
        """Compare, prepare and write. Raises Stale when the book moved on too far meanwhile."""
        steps = ["Comparing", "Preparing", "Writing"]
        with tqdm(total=len(steps), desc=steps[0], unit=" steps", leave=False) as bar:
            self._compare()
            bar.update()
            bar.set_description(steps[1])
            self._prepare()
            bar.update()
            bar.set_description(steps[2])
            if not self.plan.is_empty:
                self._write()
            bar.update()
        self._count_decisions()

    def _compare(self) -> None:
        work = Comparison(self.practice, self.extract, self.report, self.now)
        people.compare_practice(work)
        people.compare_sites(work)
        people.compare_clinicians(work)
        people.compare_patients(work)
        sessions.compare_sessions(work)
        sessions.compare_holders(work)
        sessions.compare_slots(work)
        self.plan, self.number = work.plan, work.book.number
        self.watched = {row.pk for rows in work.plan.changed.values() for row, _ in rows}
        self.watched |= {session.pk for session in work.book.sessions.values()}

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
            decision = decide(self.plan.slots[slot_id], ours, self.now)
            self.decisions[slot_id] = decision
            self.written[slot_id] = _steps(decision)

    # --- Writing, with the book locked ----------------------------------------------------------

    def _write(self) -> None:
        details = {"source": SOURCE, "extract": self.extract.stamp.isoformat()}
        with transaction.atomic():
            if self.practice._state.adding:
                self._check_still_new()
                journal.start(self.practice)  # points at the practice, which follows
            with journal.writing(Actor(self.practice), COMMAND, details=details) as entry:
                locked = time.perf_counter()
                self._decide(self._changed_meanwhile())
                entry.write(self.ready)
                for holder in self.plan.removed:
                    entry.remove(holder)
                for step in zip(*self.written.values(), strict=True):
                    entry.write(chain.from_iterable(step))
                self._ring_moved(entry)
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
