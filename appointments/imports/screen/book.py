"""What the book has of the sites, days and people that a file mentions."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from appointments import journal
from appointments.imports.book import chunks
from appointments.imports.screen.lines import Line
from appointments.imports.screen.matching import People, Places, Staffed
from appointments.imports.screen.reading import plain
from appointments.models import (
    Appointment,
    Patient,
    Practice,
    ScreenMapping,
    Session,
    SessionHolder,
    Slot,
    SlotType,
)

Spot = tuple[UUID, datetime]  # a session, and when in it


class Book:
    """A snapshot of the practice's book, read without holding it up."""

    def __init__(self, practice: Practice, mapping: ScreenMapping, lines: Iterable[Line]):
        lines = list(lines)
        self.number = journal.newest(practice)
        self.practice = practice
        self.places = Places(
            practice.site_set.all(), mapping.site_id, mapping.names.get("site", {})
        )
        self.staffed = Staffed(practice.clinician_set.all(), mapping.names.get("clinician", {}))
        self.people = People(self._mentioned(lines))
        self.slot_types = {t.name.casefold(): t for t in SlotType.objects.filter(practice=practice)}
        self.sessions: list[Session] = []
        self.holders: dict[UUID, set[UUID]] = {}
        self.slots: dict[Spot, list[Slot]] = {}
        self.slots_of: dict[UUID, list[Slot]] = {}
        self.booked: dict[UUID, set[UUID]] = {}  # by slot: the patients who are in it
        self.guids: set[str] = set()  # of all those slots
        self._read_days({line.day for line in lines})
        self._here: dict[tuple[UUID, date], list[Session]] = {}
        for session in self.sessions:
            self._here.setdefault((session.site_id, session.day), []).append(session)

    def _mentioned(self, lines: list[Line]) -> list[Patient]:
        people = [line.person for line in lines if line.person]
        patients = Patient.objects.filter(practice=self.practice).select_related("merged_into")
        named = [p for p in people if not (p.nhs_number or p.number) or p.name]
        numbers = {"nhs_number": {p.nhs_number for p in people} - {""}}
        numbers["number"] = {p.number for p in people} - {""}
        found = {
            patient.pk: patient
            for chunk in chunks({day for p in named for day in p.born})
            for patient in patients.filter(born_on__in=chunk)
        }
        for column, said in numbers.items():
            for ids in chunks(said):
                found |= {p.pk: p for p in patients.filter(**{f"{column}__in": ids})}
        return list(found.values())

    def _read_days(self, days: set[date]) -> None:
        sessions = Session.objects.filter(practice=self.practice, day__in=days)
        self.sessions = list(sessions.select_related("site").order_by("starts_at", "pk"))
        for ids in chunks(session.pk for session in self.sessions):
            for holder in SessionHolder.objects.filter(session__in=ids):
                self.holders.setdefault(holder.session_id, set()).add(holder.clinician_id)
            for slot in Slot.objects.filter(session__in=ids).order_by("starts_at", "pk"):
                self.slots.setdefault((slot.session_id, slot.starts_at), []).append(slot)
                self.slots_of.setdefault(slot.session_id, []).append(slot)
                self.guids.add(slot.external_id)
            live = Appointment.objects.filter(slot__session__in=ids).exclude(
                status=Appointment.Status.CANCELLED
            )
            for slot_id, patient_id in live.values_list("slot", "patient"):
                self.booked.setdefault(slot_id, set()).add(patient_id)

    def sessions_for(
        self, site: UUID, day: date, clinician: UUID | None, name: str
    ) -> list[Session]:
        """Find the sessions that a row may mean; those that are on go before cancelled ones."""
        here = self._here.get((site, day), [])
        if clinician is not None:
            here = [s for s in here if clinician in self.holders.get(s.pk, ())]
        if name and (named := [s for s in here if plain(s.name) == plain(name)]):
            here = named
        elif clinician is None:
            return []
        return sorted(here, key=lambda s: s.cancelled_at is not None)

    def listed_session(self, guid: str) -> Session | None:
        """Find a session that a screen export brought, wherever it is now."""
        sessions = Session.objects.filter(practice=self.practice, external_id=guid)
        return sessions.select_related("site").first()
