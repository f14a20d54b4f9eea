"""A clinical system as simple as can be: who is in which slot there, and loads from it."""

from itertools import count

from django.utils import timezone

from appointments import journal
from appointments.imports.loading import Load
from appointments.imports.plan import Plan
from appointments.imports.report import Report
from appointments.imports.slots import Booking, Theirs
from appointments.models import Appointment, Patient
from fallback.worklist.effect import BOOKS, Held, Key, Kind, applied

TABLES = ("slot_type", "appointment", "clash", "patient", "session", "session_user", "slot")
_digests = count()


class Clinical:
    """Its book, keyed line by line, as a clerk does it; it refuses what a real one would."""

    def __init__(self, practice):
        self.practice = practice
        self.book = ours(practice)
        self.patients = set(practice.patient_set.values_list("pk", flat=True))

    def key_in(self, line):
        """Key one line. A slot must be free and a patient known: the order has to see to it."""
        if line.kind == Kind.NEW_PATIENT:
            assert line.patient not in self.patients
            self.patients.add(line.patient)
            return
        assert line.patient in self.patients
        key = Key(line.patient, line.slot)
        if line.kind == Kind.CANCEL:
            assert key in self.book
        elif line.kind in BOOKS:
            origin = Key(line.patient, line.from_slot) if line.from_slot else None
            assert origin is None or origin in self.book
            if not line.is_extra:
                # Of two whom a person decided to see both, ours is fitted in beside theirs.
                beside = {k for k, h in ours(self.practice).items() if h.is_extra}
                others = {
                    k: h
                    for k, h in self.book.items()
                    if k != origin and not h.is_extra and k not in beside
                }
                full = {s for k, h in others.items() for s in (k.slot, h.second)}
                assert not full & {line.slot, line.second} - {None}
        else:
            assert self.book[key].is_dna == (line.kind == Kind.NOT_DNA)
        applied(self.book, line)

    def in_slot(self, slot):
        """Name who has a slot to themselves there."""
        for key, held in self.book.items():
            if slot in (key.slot, held.second) and not held.is_extra:
                return key.patient
        return None

    def book_there(self, slot, patient):
        """Somebody books there, past our book; says whether the slot was free."""
        if self.in_slot(slot.pk) or Key(patient.pk, slot.pk) in self.book:
            return False
        self.book[Key(patient.pk, slot.pk)] = Held()
        return True

    def load(self, slots):
        """Load what it says of these slots into our book."""
        return ModelLoad(self, slots).run()


class ModelLoad(Load):
    command, source = "load", "EMIS Web"

    def __init__(self, clinical, slots):
        report = Report()
        for table in TABLES:
            report.table(table)
        super().__init__(clinical.practice, timezone.now(), report)
        self.clinical, self.slots = clinical, slots

    def compare(self):
        self.plan, self.number, self.watched = Plan(), journal.newest(self.practice), set()
        for slot in self.slots:
            slot.refresh_from_db()
            whom = self.clinical.in_slot(slot.pk)
            if whom != slot.loaded_patient_id:
                self.plan.slots[slot.pk] = self.theirs(slot, whom)

    def theirs(self, slot, whom):
        patient = Patient.objects.get(pk=whom) if whom else None
        held = self.clinical.book.get(Key(whom, slot.pk))
        status = "did_not_attend" if held and held.is_dna else "booked"
        return Theirs(
            guid=str(slot.pk),
            digest=f"{next(_digests)}",
            session=slot.session,
            slot_type=slot.slot_type,
            values={"starts_at": slot.starts_at, "minutes": slot.minutes, "mode": slot.mode},
            patient=patient,
            booking=Booking(str(whom), status, booked_at=timezone.now()) if patient else None,
        )


def ours(practice):
    """Our book as the clinical system would show it."""
    rows = Appointment.objects.filter(practice=practice).exclude(status="cancelled")
    seconds = {row.continues_id: row.slot_id for row in rows if row.continues_id}
    return {
        Key(row.patient_id, row.slot_id): Held(
            seconds.get(row.pk), row.status == "did_not_attend", row.is_extra
        )
        for row in rows
        if row.continues_id is None
    }


def looks(book):
    """What of a book both systems show alike."""
    return {key: (held.second, held.is_dna) for key, held in book.items()}
