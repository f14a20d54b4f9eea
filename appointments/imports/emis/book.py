"""What the book has of the rows that an extract mentions, by GUID."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from appointments import journal
from appointments.imports.emis.extract import Extract
from appointments.imports.emis.slots import Ours, survivor
from appointments.models import (
    Appointment,
    Clash,
    Clinician,
    Patient,
    Practice,
    Session,
    SessionHolder,
    Site,
    Slot,
    SlotType,
)

T = TypeVar("T")

CHUNK = 500  # ids asked for at once


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """Cut into lists of at most CHUNK."""
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


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

    def slots_of(self, sessions: Iterable[UUID]) -> list[Slot]:
        """Find all slots that came from the clinical system into these sessions."""
        rows = Slot.objects.filter(practice=self._practice).exclude(external_id="")
        return [row for chunk in chunks(sessions) for row in rows.filter(session__in=chunk)]


def now_in(slot_ids: Iterable[UUID]) -> list[Ours]:
    """Read slots with everything that a decision about them needs."""
    found: dict[UUID, Ours] = {}
    for ids in chunks(slot_ids):
        for slot in Slot.objects.filter(pk__in=ids).select_related(
            "session__site", "loaded_patient__merged_into"
        ):
            found[slot.pk] = Ours(slot)
    where: dict[UUID, Ours] = {}
    for appointment in _rows(Appointment, "slot__in", found):
        where[appointment.pk] = found[appointment.slot_id]
        where[appointment.pk].appointments.append(appointment)
    live = [
        a.pk
        for ours in found.values()
        for a in ours.appointments
        if a.status != Appointment.Status.CANCELLED
    ]
    for second in _rows(Appointment, "continues__in", live):
        where[second.continues_id].continuations.setdefault(second.continues_id, []).append(second)
    for ids in chunks(live):
        either = Q(first__in=ids) | Q(second__in=ids)
        for clash in Clash.objects.filter(either, settled_at=None).select_related(
            "first", "second"
        ):
            ours = where.get(clash.first_id) or where[clash.second_id]
            if clash not in ours.clashes:
                ours.clashes.append(clash)
    return list(found.values())


def _rows(model: type[models.Model], column: str, ids: Iterable[UUID]) -> Iterator[Any]:
    for chunk in chunks(ids):
        yield from model._default_manager.filter(**{column: chunk})
