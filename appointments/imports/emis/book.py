"""What the book has of the rows that an extract mentions, by GUID."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from appointments import journal
from appointments.imports.book import chunks
from appointments.imports.emis.extract import Extract
from appointments.imports.slots import LISTED, survivor
from appointments.models import (
    Clinician,
    Patient,
    Practice,
    Session,
    SessionHolder,
    Site,
    Slot,
    SlotType,
)


class Book:
    """A snapshot of the practice's book, read without holding it up; new rows join as planned."""

    def __init__(self, practice: Practice, extract: Extract):
        is_new = practice._state.adding
        self.number = 0 if is_new else journal.newest(practice)
        self._practice = practice
        bookings = [s.booking.patient for s in extract.records("slot").values() if s.booking]
        self.sites: dict[str, Site] = self._by_guid(Site)
        self.clinicians: dict[str, Clinician] = self._by_guid(Clinician)
        # Made by hand before the first load: theirs are the same people and places.
        self.own_sites = list(Site.objects.filter(practice=practice, external_id=""))
        self.own_clinicians = list(Clinician.objects.filter(practice=practice, external_id=""))
        self.patients: dict[str, Patient] = self._by_guid(
            Patient, {*extract.records("patient"), *bookings}, "merged_into"
        )
        # Registered here, perhaps in an outage, and keyed there since: the same people.
        own = Patient.objects.filter(practice=practice.pk, external_id="", merged_into=None)
        self.own_patients: dict[tuple[str, date | None], list[Patient]] = {}
        for patient in own.exclude(nhs_number="").exclude(born_on=None):
            self.own_patients.setdefault((patient.nhs_number, patient.born_on), []).append(patient)
        mentioned = {
            record.links["session"]
            for table in ("session_user", "slot")
            for record in extract.records(table).values()
            if "session" in record.links
        }
        self.sessions: dict[str, Session] = self._by_guid(
            Session, mentioned | set(extract.records("session")), "site"
        )
        self.slots: dict[str, Slot] = self._by_guid(Slot, extract.records("slot"))
        self.listed: dict[tuple[UUID, datetime], list[Slot]] = {}  # made from a screen export
        for slot in Slot.objects.filter(practice=practice.pk, external_id__startswith=LISTED):
            self.listed.setdefault((slot.session_id, slot.starts_at), []).append(slot)
        self.slot_types = {t.name.casefold(): t for t in SlotType.objects.filter(practice=practice)}
        self.holders: dict[tuple[UUID, UUID], SessionHolder] = {}
        for ids in chunks(session.pk for session in self.sessions.values()):
            for holder in SessionHolder.objects.filter(session__in=ids):
                self.holders[holder.session_id, holder.clinician_id] = holder

    def _by_guid(
        self, model: type[Any], guids: Iterable[str] | None = None, *related: str
    ) -> dict[str, Any]:
        rows = model.objects.filter(practice=self._practice).exclude(external_id="")
        if related:
            rows = rows.select_related(*related)
        if guids is None:
            return {row.external_id: row for row in rows}
        return {
            row.external_id: row
            for chunk in chunks(guids)
            for row in rows.filter(external_id__in=chunk)
        }

    def patient(self, guid: str) -> Patient | None:
        """Find a patient; of merged records the one that is used."""
        return survivor(self.patients.get(guid))

    def slot(self, guid: str, session: UUID, starts_at: datetime) -> Slot | None:
        """Find a slot by its GUID, or the one that a screen export brought before its GUID."""
        if known := self.slots.get(guid):
            return known
        listed = self.listed.get((session, starts_at))
        return listed.pop() if listed else None

    def slots_of(self, sessions: Iterable[UUID]) -> list[Slot]:
        """Find all slots that came from the clinical system into these sessions."""
        rows = Slot.objects.filter(practice=self._practice).exclude(external_id="")
        return [row for chunk in chunks(sessions) for row in rows.filter(session__in=chunk)]
