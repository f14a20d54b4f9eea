"""A file's rows beside the book: which slot each means, and what is to be written for it."""

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import NamedTuple
from uuid import UUID

from appointments.availability import LONDON
from appointments.imports.emis.sessions import COLOURS, NAMED_MODES
from appointments.imports.plan import Plan
from appointments.imports.report import CREATED, UNCHANGED, UPDATED, Report
from appointments.imports.screen.book import Book
from appointments.imports.screen.lines import Line, Listed, Says
from appointments.imports.screen.matching import Unknown
from appointments.imports.screen.reading import plain
from appointments.imports.slots import LISTED, TAKEN, Booking, Theirs, listed_digest, new_slot
from appointments.models import (
    Clinician,
    Mode,
    Patient,
    ScreenMapping,
    Session,
    SessionHolder,
    Site,
    Slot,
    SlotType,
)

MIDDAY = 12  # o'clock: rows before it are a session, rows after it another


class Placed(NamedTuple):
    """A row whose session is known, and its patient if it names one whom we know."""

    line: Line
    session: Session
    patient: Patient | None
    is_unknown: bool  # names somebody, and we can't know whom


@dataclass
class Cover:
    """What a file covers of a site's day: from its first row to the end of its last."""

    site: Site
    day: date
    first: datetime
    last: datetime
    rows: int = 0


@dataclass
class Comparison:
    """One file beside one practice's book, and the plan that comes of it."""

    book: Book
    mapping: ScreenMapping
    as_of: datetime
    report: Report
    now: datetime
    plan: Plan = field(default_factory=Plan)
    covers: dict[tuple[UUID, date], Cover] = field(default_factory=dict)
    # Names that the book does not know, for a person to say who or what is meant.
    unknown: dict[str, Counter[str]] = field(
        default_factory=lambda: {"clinician": Counter(), "site": Counter()}
    )
    known: int = 0  # people whom the clinical system had in what the file covers
    _made: dict[str, Session] = field(default_factory=dict)
    _guids: set[str] = field(default_factory=set)
    _listed: set[UUID] = field(default_factory=set)  # slots that a row means
    _doubtful: set[date] = field(default_factory=set)

    def run(self, listed: Listed) -> None:
        """Place every row, then compare spot by spot."""
        self._doubtful = set(listed.doubtful)
        placed: dict[tuple[UUID, datetime], list[Placed]] = {}
        for line in listed.lines:
            try:
                row = self._place(line)
            except Unknown as unknown:
                self._doubtful.add(line.day)
                booked = "; a patient was booked in it" * (line.says is Says.BOOKED)
                self.report.reject("row", line.at, "", f"{unknown}{booked}")
            else:
                placed.setdefault((row.session.pk, line.starts_at), []).append(row)
                self._cover(row)
        for rows in placed.values():
            self._compare(rows)
        if listed.is_all_doubtful:
            self._doubtful |= {line.day for line in listed.lines}
        self._compare_absent(placed)
        for day in sorted(self._doubtful & {line.day for line in listed.lines}):
            said = (
                f"row's place on {day:%-d/%-m/%Y} could not be read, so nobody is cancelled that "
            )
            self.report.notes[f"{said}day for not being listed"] = 1

    # --- Where a row belongs ---------------------------------------------------------------------

    def _place(self, line: Line) -> Placed:
        """Find a row's site, clinician, session and patient. Raises Unknown for the first three."""
        site = self._named("site", line.site, self.book.places.find)
        clinician = None
        if line.clinician or not line.session:
            clinician = self._named("clinician", line.clinician, self.book.staffed.find)
        session = self._session(line, site, clinician)
        patient, is_unknown = None, False
        if line.person is not None and line.says is Says.BOOKED:
            try:
                patient = self.book.people.find(line.person)
            except Unknown as unknown:
                is_unknown = True
                reason = f"{unknown}; the slot is blocked, since somebody expects to be seen"
                self.report.reject("appointment", line.at, "", reason)
        return Placed(line, session, patient, is_unknown)

    def _named(self, what: str, text: str, find):
        try:
            return find(text)
        except Unknown:
            if text:
                self.unknown[what][text] += 1
            raise

    def _session(self, line: Line, site: Site, clinician: Clinician | None) -> Session:
        """Find a row's session: with a slot at that time, else around it, else one to be made."""
        found = self.book.sessions_for(
            site.pk, line.day, clinician.pk if clinician else None, line.session
        )
        at = [s for s in found if self.book.slots.get((s.pk, line.starts_at))]
        around = [s for s in found if s.starts_at <= line.starts_at < s.ends_at]
        if at or around:
            return (at or around)[0]
        if line.says is Says.CANCELLED:
            raise Unknown("it is cancelled, and the book never had it")
        if clinician is None:
            raise Unknown(f"no session in the book is called '{line.session}' at that time")
        return self._listed_session(line, site, clinician)

    def _listed_session(self, line: Line, site: Site, clinician: Clinician) -> Session:
        """Find the session that a screen export brought, or plan it."""
        half = "AM" if line.starts_at.astimezone(LONDON).hour < MIDDAY else "PM"
        name = line.session or f"{clinician.short_name} {half}"
        said = f"screen/{site.pk}/{line.day}/{clinician.pk}/{plain(name)}"
        guid, session = self._named_so(said, site, line.day)
        ends_at = line.starts_at + timedelta(minutes=self._minutes(line))
        if session is None:
            if self.book.practice.external_id:
                raise Unknown(
                    "the book has no session of that clinician then; it comes with the next bulk "
                    "extract"
                )
            session = Session(
                practice=self.book.practice, site=site, day=line.day, name=name[:120],
                starts_at=line.starts_at, ends_at=ends_at, external_id=guid,
                external_digest=listed_digest(self.as_of),
            )  # fmt: skip
            self.plan.add(session)
            holder = SessionHolder(
                practice=self.book.practice, session=session, clinician=clinician
            )
            self.plan.add(holder)
            self.report.count("session", CREATED)
        elif session._state.adding:
            session.starts_at = min(session.starts_at, line.starts_at)
            session.ends_at = max(session.ends_at, ends_at)
        else:
            self._stretch(session, line.starts_at, ends_at)
        self._made[guid] = session
        self.plan.touched.add((site.pk, line.day))
        return session

    def _named_so(self, said: str, site: Site, day: date) -> tuple[str, Session | None]:
        """Find the session that was made for these words; one that went elsewhere stays there."""
        for number in count():
            guid = _guid(self.book.practice.pk, f"{said}/{number}")
            here = self._made.get(guid) or self.book.listed_session(guid)
            if here is None:
                return guid, None
            if (here.site_id, here.day) == (site.pk, day):
                return guid, here
        raise AssertionError("numbers never end")

    def _stretch(self, session: Session, starts_at: datetime, ends_at: datetime) -> None:
        """Make a session that came from a list long enough for what the list has now."""
        changes = self.plan.changed.setdefault(Session, [])
        values = next((values for row, values in changes if row.pk == session.pk), None)
        if values is None:
            values = {"starts_at": session.starts_at, "ends_at": session.ends_at}
            changes.append((session, values))
            self.report.count("session", UPDATED)
        values["starts_at"] = min(values["starts_at"], starts_at)
        values["ends_at"] = max(values["ends_at"], ends_at)

    def _minutes(self, line: Line) -> int:
        return line.minutes or self.mapping.minutes

    def _cover(self, row: Placed) -> None:
        line, site = row.line, row.session.site
        ends_at = line.starts_at + timedelta(minutes=self._minutes(line))
        cover = self.covers.setdefault(
            (site.pk, line.day), Cover(site, line.day, line.starts_at, ends_at)
        )
        cover.first = min(cover.first, line.starts_at)
        cover.last = max(cover.last, ends_at)
        cover.rows += 1

    # --- What a row means ------------------------------------------------------------------------

    def _compare(self, rows: list[Placed]) -> None:
        """Compare the rows of one session at one time with the slots that the book has there.

        Each patient goes with the slot where they are already; what is left over is paired in
        order. More rows than slots make new slots; a row that names nobody makes none then.
        """
        rows = _once_each(rows, self.report)
        spot = (rows[0].session.pk, rows[0].line.starts_at)
        slots = sorted(self.book.slots.get(spot, []), key=lambda slot: slot.removed_at is not None)
        pairs: list[tuple[Placed, Slot]] = []
        for row in list(rows):
            slot = next((s for s in slots if row.patient and self._has(s, row.patient)), None)
            if slot is not None:
                pairs.append((row, slot))
                slots.remove(slot)
                rows.remove(row)
        rest = sorted(rows, key=lambda row: not (row.patient or row.is_unknown))
        pairs += zip(rest, slots, strict=False)
        for row, slot in pairs:
            self._listed.add(slot.pk)
            self._known_slot(row, slot)
        for row in rest[len(slots) :]:
            self._surplus(row, [slot for _, slot in pairs])

    def _surplus(self, row: Placed, beside: list[Slot]) -> None:
        """Plan a row for which the book has no slot of its own."""
        if row.patient and any(row.patient.pk in self.book.booked.get(s.pk, ()) for s in beside):
            self.report.count("appointment", UNCHANGED)  # our extra, in somebody else's slot
        elif row.patient or row.is_unknown:
            self._new_slot(row)
        elif row.line.says is not Says.CANCELLED and not beside:
            if self._overlaps(row):
                note = "free or blocked rows were left out: the book has other slots at that time"
                self.report.notes[note] += 1
            else:
                self._new_slot(row)

    def _overlaps(self, row: Placed) -> bool:
        ends_at = row.line.starts_at + timedelta(minutes=self._minutes(row.line))
        return any(
            slot.starts_at < ends_at
            and row.line.starts_at < slot.starts_at + timedelta(minutes=slot.minutes)
            for slot in self.book.slots_of.get(row.session.pk, [])
            if slot.removed_at is None
        )

    def _has(self, slot: Slot, patient: Patient) -> bool:
        return slot.loaded_patient_id == patient.pk or patient.pk in self.book.booked.get(
            slot.pk, ()
        )

    def _known_slot(self, row: Placed, slot: Slot) -> None:
        """Plan what a row says of a slot that the book has: who is in it, and whether blocked.

        Its length, type and mode are the book's own: lists are often short of them.
        """
        if self._is_same(row, slot):
            self.report.count("appointment", UNCHANGED, row.patient is not None)
            return
        line = row.line
        blocked = {Says.BLOCKED: True, Says.BOOKED: None, Says.CANCELLED: None}.get(
            line.says, False if line.is_clearly_free else None
        )
        self.plan.slots[slot.pk] = Theirs(
            guid=slot.external_id,
            digest=listed_digest(self.as_of),
            session=row.session,
            values={"starts_at": slot.starts_at},
            blocked=blocked,
            patient=row.patient,
            booking=_booking(row),
            is_unknown=row.is_unknown,
        )

    def _is_same(self, row: Placed, slot: Slot) -> bool:
        """Tell whether a row says what was loaded last: then what we did since stays."""
        if slot.blocked_at or slot.removed_at or row.is_unknown or row.line.says is Says.BLOCKED:
            return False
        if row.patient is None:
            return slot.loaded_patient_id is None
        is_there = row.patient.pk in self.book.booked.get(slot.pk, ())
        return is_there and slot.loaded_patient_id == row.patient.pk and not row.line.status

    def _new_slot(self, row: Placed) -> None:
        line, session = row.line, row.session
        slot_type = self._slot_type(line)
        theirs = Theirs(
            guid=self._slot_guid(row),
            digest=listed_digest(self.as_of),
            session=session,
            slot_type=slot_type,
            values={
                "starts_at": line.starts_at,
                "minutes": self._minutes(line),
                "mode": line.mode or slot_type.mode,
            },
            blocked=line.says is Says.BLOCKED,
            patient=row.patient,
            booking=_booking(row),
            is_unknown=row.is_unknown,
        )
        slot, appointment = new_slot(theirs, self.book.practice, self.now)
        self.plan.add(slot)
        self.plan.touched.add((session.site_id, session.day))
        self.report.count("slot", CREATED)
        if appointment is not None:
            self.plan.add(appointment)
            self.report.count("appointment", CREATED)

    def _slot_guid(self, row: Placed) -> str:
        """Name a new slot: the first name for this time that no slot of the session has."""
        for number in count():
            said = f"screen/{row.session.pk}/{row.line.starts_at.isoformat()}/{number}"
            guid = _guid(self.book.practice.pk, said)
            if guid not in self._guids and guid not in self.book.guids:
                self._guids.add(guid)
                return guid
        raise AssertionError("numbers never end")

    def _slot_type(self, line: Line) -> SlotType:
        """Find the slot type of a name, or plan it with the next colour in turn."""
        name = line.slot_type or "Appointment"
        types = self.book.slot_types
        if (key := name.casefold()) not in types:
            named = next((mode for word, mode in NAMED_MODES if word in key), Mode.FACE_TO_FACE)
            types[key] = SlotType(
                practice=self.book.practice, name=name, mode=named,
                colour=COLOURS[len(types) % len(COLOURS)],
            )  # fmt: skip
            self.plan.add(types[key])
            self.report.count("slot_type", CREATED)
        return types[key]

    # --- What a file does not mention ------------------------------------------------------------

    def _compare_absent(self, placed: dict[tuple[UUID, datetime], list[Placed]]) -> None:
        """Plan that whom the file no longer lists, within what it covers, is no longer booked.

        Covered is each session that it names, from its first row there to its last. A slot stays
        where it is: a list may leave out free slots, or some types.
        """
        spans: dict[UUID, list[datetime]] = {}
        for session_id, starts_at in placed:
            spans.setdefault(session_id, []).append(starts_at)
        for session in self.book.sessions:
            slots = self.book.slots_of.get(session.pk, [])
            if session.pk not in spans:
                self._note_unnamed(session, slots)
                continue
            first, last = min(spans[session.pk]), max(spans[session.pk])
            for slot in slots:
                if not (self.mapping.is_whole_days or first <= slot.starts_at <= last):
                    continue
                self.known += slot.loaded_patient_id is not None
                is_theirs = slot.loaded_patient_id or slot.block_reason == TAKEN
                is_listed = slot.pk in self._listed
                if is_theirs and not is_listed and session.day not in self._doubtful:
                    self.plan.slots[slot.pk] = Theirs(
                        guid=slot.external_id,
                        digest=listed_digest(self.as_of),
                        session=session,
                        values={"starts_at": slot.starts_at},
                    )

    def _note_unnamed(self, session: Session, slots: list[Slot]) -> None:
        if (session.site_id, session.day) in self.covers:
            booked = sum(slot.loaded_patient_id is not None for slot in slots)
            if booked:
                note = "people stay booked in sessions that this file does not name"
                self.report.notes[note] += booked


def _once_each(rows: list[Placed], report: Report) -> list[Placed]:
    """Leave out a patient's second row for the same time, and rows that others outweigh.

    A cancelled row says nothing where another row says who is there now.
    """
    kept: list[Placed] = []
    for row in rows:
        if row.patient and any(row.patient == other.patient for other in kept):
            report.notes["rows stand twice in the file"] += 1
        else:
            kept.append(row)
    live = [row for row in kept if row.line.says is not Says.CANCELLED]
    return live or kept[:1]


def _booking(row: Placed) -> Booking | None:
    if row.patient is None:
        return None
    return Booking(row.patient.external_id or str(row.patient.pk), row.line.status, is_brief=True)


def _guid(practice_id: UUID, said: str) -> str:
    """Name a row that has no GUID, the same on every load; as long as one."""
    return f"{LISTED}{uuid.uuid5(practice_id, said).hex[:29]}"
