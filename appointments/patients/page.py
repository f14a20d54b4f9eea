"""A patient's page, in plain values: who this is, appointments, and what has changed."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from appointments import finding, search
from appointments.models import (
    Appointment,
    JournalEntry,
    JournalSubject,
    Patient,
    Practice,
    Staff,
)
from appointments.wording import LONDON, age, nhs_spaced, phone_spaced

MOST_CHANGES = 100  # newest first; more is a question for the whole journal

CANCELLED = Appointment.Status.CANCELLED
SEXES = {"F": "Female", "M": "Male", "I": "Indeterminate", "U": "Not known"}

COMMANDS = {
    "register": "Registered",
    "amend_patient": "Details amended",
    "merge": "Merged with another record",
    "match": "Temporary patient matched with this record",
    "book": "Booked",
    "move": "Appointment moved",
    "cancel": "Appointment cancelled",
    "reinstate": "Cancellation undone",
    "amend": "Appointment's details amended",
    "arrive": "Arrived",
    "send_in": "Sent in",
    "leave": "Left",
    "did_not_attend": "Did not attend",
    "undo_mark": "Mark undone",
    "settle_clash": "Clash settled",
    "set_clash_aside": "Clash set aside",
    "duty_says": "Duty clinician's word on a call taken down",
    "enter": "Entered from paper",
    "set_aside": "Set aside, from paper",
    "take_back": "Taken back: keyed wrongly from paper",
    "say_who": "Said to be whom a line on paper is about",
    "fill": "Booked, from a request on paper",
    "close_entry": "Set aside, closed",
    "reopen_entry": "Set aside, opened again",
    "hand_on": "Set aside, handed on",
    "tell_duty": "Duty clinician told",
    "cancel_session": "Session cancelled",
    "reopen_session": "Session reopened",
    "record_call": "Put on the call list",
    "note_call": "Call noted",
    "put_back_call": "Put back on the call list",
    "load": "Loaded from the clinical system",
    "load_screen": "Loaded from the clinical system",
    "make_demo": "Made for the demo",
}
# Only these say what of the patient changed; a load's entry is megabytes long.
TELLING = ("amend_patient", "merge", "match")
COLUMNS = {
    "title": "title",
    "given_name": "forename",
    "middle_names": "middle names",
    "family_name": "surname",
    "sex": "sex",
    "born_on": "birth date",
    "nhs_number": "NHS number",
    "number": "patient number",
    "kind": "kind of patient",
    "address": "address",
    "postcode": "postcode",
    "home_telephone": "home telephone",
    "mobile_telephone": "mobile telephone",
    "email": "email",
    "contact_comment": "contact comment",
    "access_needs": "access needs",
    "is_confidential": "confidentiality",
    "usual_clinician_id": "usual clinician",
    "registered_on": "registration date",
    "died_on": "date of death",
    "departed_on": "leaving date",
}


@dataclass(frozen=True)
class Visit:
    """An appointment as a line of the page."""

    id: UUID
    starts_at: datetime
    with_whom: str
    site: str
    mode: str
    status: str
    reason: str
    is_extra: bool


@dataclass(frozen=True)
class Change:
    """One thing that happened, in words."""

    at: datetime
    words: str
    by: str
    desk: str


@dataclass(frozen=True)
class Contact:
    """How to reach the patient."""

    address: str
    postcode: str
    home_telephone: str
    mobile_telephone: str
    email: str
    comment: str


@dataclass(frozen=True)
class PatientPage:
    """Everything that a patient's page shows."""

    id: UUID
    name: str
    middle_names: str
    born_on: date | None
    age: str
    sex: str
    nhs_number: str
    number: str
    kind: str
    usual_clinician: str
    access_needs: str
    is_confidential: bool
    is_temporary: bool
    standing: str
    warnings: tuple[str, ...]
    contact: Contact | None  # None while it is kept covered
    coming: list[Visit]
    past: list[Visit]
    did_not_attend: int
    changes: list[Change]
    merged: int  # records that were merged into this one


def visible_to(staff: Staff, practice: Practice) -> QuerySet[Patient]:
    """Give the patients whose pages somebody may open: a clinician those of own lists only."""
    patients = practice.patient_set.all()
    if staff.role != Staff.Role.CLINICIAN:
        return patients
    own = Appointment.objects.filter(
        patient=OuterRef("pk"), slot__session__holders=staff.clinician_id
    )
    return patients.filter(Exists(own))


def page_of(patient: Patient, *, uncovered: bool = False) -> PatientPage:
    """Gather a patient's page; `uncovered` shows a confidential patient's contact details."""
    found = search.shown(patient.practice, [patient.pk])
    visits = _visits(patient)
    now = timezone.now()
    records = [patient.pk, *patient.merged_from.values_list("pk", flat=True)]
    return PatientPage(
        id=patient.pk,
        name=patient.name,
        middle_names=patient.middle_names,
        born_on=patient.born_on,
        age=age(patient.born_on, patient.died_on or timezone.localdate(timezone=LONDON)),
        sex=SEXES.get(patient.sex, ""),
        nhs_number=nhs_spaced(patient.nhs_number),
        number=patient.number,
        kind=patient.get_kind_display(),
        usual_clinician=patient.usual_clinician.short_name if patient.usual_clinician else "",
        access_needs=patient.access_needs,
        is_confidential=patient.is_confidential,
        is_temporary=patient.kind == Patient.Kind.TEMPORARY,
        standing=found[0].standing if found else "",
        warnings=found[0].warnings if found else (),
        contact=_contact(patient) if uncovered or not patient.is_confidential else None,
        coming=[v for v in visits if v.starts_at >= now and v.status != CANCELLED][::-1],
        past=[v for v in visits if v.starts_at < now or v.status == CANCELLED],
        did_not_attend=sum(v.status == Appointment.Status.DID_NOT_ATTEND for v in visits),
        changes=list(_changes(patient, records)),
        merged=len(records) - 1,
    )


def _contact(patient: Patient) -> Contact:
    return Contact(
        address=patient.address,
        postcode=patient.postcode,
        home_telephone=phone_spaced(patient.home_telephone),
        mobile_telephone=phone_spaced(patient.mobile_telephone),
        email=patient.email,
        comment=patient.contact_comment,
    )


def _visits(patient: Patient) -> list[Visit]:
    """Give all appointments, newest first; the second half of a double one has no line."""
    rows = (
        patient.appointments.filter(continues=None)
        .select_related("slot__session__site")
        .prefetch_related("slot__session__holders")
        .order_by("-slot__starts_at")
    )
    return [
        Visit(
            id=row.pk,
            starts_at=row.slot.starts_at,
            with_whom=finding.with_whom(row.slot.session.holders.all(), row.slot.session.name),
            site=row.slot.session.site.name,
            mode=row.get_mode_display(),
            status=row.status,
            reason=row.reason,
            is_extra=row.is_extra,
        )
        for row in rows
    ]


def _changes(patient: Patient, records: list[UUID]) -> Iterator[Change]:
    """Tell what happened to a patient and to the records merged into this one, newest first."""
    numbers = JournalSubject.objects.filter(patient__in=records).values_list("entry_id", flat=True)
    entries = list(
        JournalEntry.objects.filter(pk__in=numbers)
        .select_related("by", "desk")
        .defer("changes", "details")
        .order_by("-number")[:MOST_CHANGES]
    )
    telling = [entry.pk for entry in entries if entry.command in TELLING]
    said = dict(JournalEntry.objects.filter(pk__in=telling).values_list("pk", "changes"))
    for entry in entries:
        yield Change(
            at=entry.at,
            words=_in_words(entry.command, said.get(entry.pk, "[]"), str(patient.pk)),
            by=entry.by.name if entry.by else "The program",
            desk=entry.desk.name if entry.desk else "",
        )


def _in_words(command: str, changes: str, patient_id: str) -> str:
    words = COMMANDS.get(command) or command.replace("_", " ").capitalize()
    columns = [
        COLUMNS[name]
        for change in json.loads(changes)
        if change["what"] == "patient" and change["id"] == patient_id
        for name in _named(change)
        if name in COLUMNS
    ]
    return f"{words}: {', '.join(columns)}" if columns else words


def _named(change: dict[str, Any]) -> Iterable[str]:
    return [*(change["now"] or {}), *change.get("also", ())]
