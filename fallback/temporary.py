"""Temporary patients of sheets: taken down with a name only, to be matched with their record."""

from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from appointments import patients, search
from appointments.journal import Actor
from appointments.models import Patient, Practice
from appointments.patients import details_of
from appointments.refusals import NotFound
from appointments.search import Found
from appointments.wording import phone_spaced
from fallback.models import Entry
from fallback.outstanding import to_match

MOST = 5  # records that may be the same person


class Newcomer(NamedTuple):
    """A temporary patient, the line that brought them, and whose record it may be."""

    patient: Patient
    telephone: str
    entry: Entry
    alike: list[Found]


def newcomers(practice: Practice) -> list[Newcomer]:
    """List the temporary patients who wait to be matched, by name."""
    found = list(to_match(practice))
    entries = Entry.objects.filter(patient__in=found, taken_back_at=None).order_by("keyed_at")
    first: dict[UUID | None, Entry] = {}
    for entry in entries.select_related("sheet", "row", "keyed_by"):
        first.setdefault(entry.patient_id, entry)
    return [
        Newcomer(
            patient=patient,
            telephone=phone_spaced(patient.mobile_telephone or patient.home_telephone),
            entry=first[patient.pk],
            alike=search.alike(practice, patient, limit=MOST),
        )
        for patient in found
    ]


def say_kind(patient_id: UUID, kind: str, by: Actor) -> Patient:
    """Say that a temporary patient is nobody whom the practice knows: new here, or a visitor."""
    patient = to_match(by.practice).filter(pk=patient_id).first()
    if patient is None:
        raise NotFound("Somebody has seen to this patient meanwhile. Look at the list again.")
    return patients.amend(patient_id, replace(details_of(patient), kind=kind), by)
