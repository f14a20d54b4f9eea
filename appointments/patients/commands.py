"""Commands on patients. Each is one transaction with its journal entry.

A patient is never deleted. Two records of one person are merged: everything of the one moves to
the one that is kept, and the other stays, pointing to it.
"""

import uuid
from dataclasses import asdict
from typing import Any
from uuid import UUID

from appointments import journal, search
from appointments.journal import Actor, Draft
from appointments.models import Appointment, Call, Patient
from appointments.patients.details import Details, details_of
from appointments.refusals import (
    BadDetail,
    BookingRefused,
    ChangedMeanwhile,
    LikelyDuplicate,
    NeedsReason,
    NotFound,
    NotYours,
    NumbersDiffer,
    ReferenceReused,
)

# What the kept record takes from the other when it has none of a group: a telephone moves with
# the comment on it, never the one without the other.
TAKEN_OVER = (
    ("nhs_number",),
    ("number",),
    ("middle_names",),
    ("title",),
    ("sex",),
    ("born_on",),
    ("died_on",),
    ("address", "postcode"),
    ("home_telephone", "mobile_telephone", "contact_comment"),
    ("email",),
    ("access_needs",),
    ("usual_clinician_id",),
    ("registered_on",),
)


def register(
    details: Details,
    by: Actor,
    *,
    reference: UUID | None = None,
    despite_alike: bool = False,
) -> Patient:
    """Take in a new or temporary patient; the same reference again gives the same patient.

    The reference becomes the patient's id. Raises BadDetail, LikelyDuplicate (unless
    `despite_alike`), ReferenceReused, NotYours.
    """
    _reception_only(by)
    details = details.tidied()
    patient = Patient(id=reference or uuid.uuid4(), practice=by.practice, **asdict(details))
    with journal.writing(by, "register", reference=reference) as entry:
        if earlier := Patient.objects.filter(pk=patient.pk).first():
            return _first_answer(earlier, details, by)
        _check_nhs_number(patient)
        if not despite_alike and (alike := search.alike(by.practice, patient)):
            raise LikelyDuplicate(
                "This may be a patient you have already. Look at the list before you save.", alike
            )
        patient.registered_on = entry.at.date()
        entry.add(patient)
    return patient


def amend(patient_id: UUID, details: Details, by: Actor, *, seen: str = "") -> Patient:
    """Change what is taken down about a patient; what is the same already changes nothing.

    `seen` is the fingerprint of the details that the form was filled from. Raises BadDetail,
    ChangedMeanwhile when somebody else has changed them since, NotFound, NotYours.
    """
    _reception_only(by)
    with journal.writing(by, "amend_patient") as entry:
        patient = _patient(by, patient_id)
        before = details_of(patient)
        details = details.tidied(before)
        if details == before:
            return patient
        if seen and seen != before.fingerprint():
            raise ChangedMeanwhile(
                "Somebody else has changed this patient's details meanwhile. Compare them with "
                "yours, then save again."
            )
        if details.nhs_number != before.nhs_number:
            _check_nhs_number(patient, details.nhs_number)
        entry.change(patient, **asdict(details))
        _touch_days(entry, patient)
    return patient


def merge(
    keep_id: UUID, other_id: UUID, by: Actor, *, reason: str, despite_numbers: bool = False
) -> Patient:
    """Merge `other` into `keep`: appointments and calls move, gaps in `keep` are filled.

    The other record stays for ever, found no more by search; who looked at it stays on record.
    Merging again changes nothing. Raises NeedsReason, NumbersDiffer (unless `despite_numbers`),
    NotFound, NotYours.
    """
    _reception_only(by)
    if not (reason := reason.strip()):
        raise NeedsReason("Say how you know that both records are the same person.")
    with journal.writing(by, "merge") as entry:
        keep, other = _two(by, keep_id, other_id)
        if other.merged_into_id == keep.pk:
            return keep
        _check_unmerged(keep, other)
        if _numbers_differ(keep, other) and not despite_numbers:
            raise NumbersDiffer(
                "The two records have different NHS numbers, so they may be two people. Tick the "
                "box if you are sure."
            )
        _move_everything(entry, keep, other, reason)
    return keep


def match(temporary_id: UUID, existing_id: UUID, by: Actor) -> Patient:
    """Merge a temporary patient into the record that turned out to be the same person's.

    Raises BookingRefused when the first is not a temporary patient, NumbersDiffer, NotFound,
    NotYours.
    """
    _reception_only(by)
    with journal.writing(by, "match") as entry:
        existing, temporary = _two(by, existing_id, temporary_id)
        if temporary.merged_into_id == existing.pk:
            return existing
        _check_unmerged(existing, temporary)
        if temporary.kind != Patient.Kind.TEMPORARY:
            raise BookingRefused("This is not a temporary patient. Merge the two records instead.")
        if _numbers_differ(existing, temporary):
            raise NumbersDiffer(
                "The two records have different NHS numbers, so they may be two people. Merge them "
                "if you are sure."
            )
        _move_everything(entry, existing, temporary, "Temporary patient known already")
    return existing


def current(patient: Patient) -> Patient:
    """Follow a merged record to the one that was kept."""
    while patient.merged_into is not None:
        patient = patient.merged_into
    return patient


# --- What must hold ----------------------------------------------------------------------------


def _reception_only(by: Actor) -> None:
    if by.staff is not None and not by.staff.may_book:
        raise NotYours("Patients' details are reception's. Ask the desk to do this.")


def _patient(by: Actor, patient_id: UUID) -> Patient:
    try:
        return current(Patient.objects.get(practice=by.practice, pk=patient_id))
    except Patient.DoesNotExist:
        raise NotFound("This patient is not in the book. Search again.") from None


def _two(by: Actor, keep_id: UUID, other_id: UUID) -> tuple[Patient, Patient]:
    found = Patient.objects.filter(practice=by.practice).in_bulk([keep_id, other_id])
    if keep_id == other_id:
        raise BookingRefused("This is the same record twice. Choose the other one.")
    if len(found) != 2:
        raise NotFound("One of the two is not in the book. Search again.")
    return found[keep_id], found[other_id]


def _check_unmerged(*patients: Patient) -> None:
    if any(patient.merged_into_id for patient in patients):
        raise ChangedMeanwhile("One of the two has been merged already. Open the patient again.")


def _check_nhs_number(patient: Patient, number: str | None = None) -> None:
    number = patient.nhs_number if number is None else number
    others = Patient.objects.filter(
        practice=patient.practice, nhs_number=number, merged_into=None
    ).exclude(pk=patient.pk)
    if number and (other := others.first()):
        raise BadDetail(
            f"{other.name} has this NHS number. Open that record, or leave the number out.",
            "nhs_number",
        )


def _numbers_differ(keep: Patient, other: Patient) -> bool:
    return bool(keep.nhs_number and other.nhs_number and keep.nhs_number != other.nhs_number)


def _first_answer(earlier: Patient, details: Details, by: Actor) -> Patient:
    if earlier.practice_id == by.practice.pk and details_of(earlier) == details:
        return earlier
    raise ReferenceReused("This form was saved already. Search for the patient and amend there.")


# --- What is written ---------------------------------------------------------------------------


def _move_everything(entry: Draft, keep: Patient, other: Patient, reason: str) -> None:
    _touch_days(entry, keep, other)
    for model in (Appointment, Call):
        rows = model._default_manager.filter(patient=other)
        entry.change_many(model, ((row, {"patient_id": keep.pk}) for row in rows))
    gaps: dict[str, Any] = {
        name: getattr(other, name)
        for group in TAKEN_OVER
        if not any(getattr(keep, name) for name in group)
        for name in group
    }
    if keep.kind == Patient.Kind.TEMPORARY:
        gaps["kind"] = other.kind
    if other.departed_on is None:
        gaps["departed_on"] = None  # one of the two is here, so the patient is
    # Better too discreet: whoever asked for confidentiality asked for all of their records.
    gaps["is_confidential"] = keep.is_confidential or other.is_confidential
    entry.change(keep, **gaps)
    entry.change(other, merged_into_id=keep.pk, merged_because=reason)
    # One step from every merged record to the kept one.
    earlier = Patient.objects.filter(merged_into=other)
    entry.change_many(Patient, ((row, {"merged_into_id": keep.pk}) for row in earlier))
    entry.about(keep.pk, other.pk)


def _touch_days(entry: Draft, *patients: Patient) -> None:
    """Say that every day on which these patients are booked looks different now."""
    live = Appointment.objects.filter(patient__in=patients).exclude(
        status=Appointment.Status.CANCELLED
    )
    for site, day in live.values_list("slot__session__site", "slot__session__day").distinct():
        entry.touch(site, day)
