"""Patients: find, open, take in, amend, merge; the slip that is printed for them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments import access, patients, search, slots
from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.forms.patients import AmendPatientForm, MergeForm, NewPatientForm
from appointments.models import Patient
from appointments.patients import page as pages
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest

REFUSED, INVALID = 409, 422
TWENTY = 20  # patients found; the page shows ten of them at first
page_or_form = require_http_methods(["GET", "HEAD", "POST"])


@needs("may_book")
@page_or_form
def find(request: DeskRequest) -> HttpResponse:
    """Find patients. The page's own form posts, so that no name stands in an address."""
    asked = (request.POST if request.method == "POST" else request.GET).get("q", "")
    found = search.find(request.practice, asked, limit=TWENTY)
    access.searched(request.actor, asked)
    template = "_results" if request.htmx else "patients"
    context = {"asked": asked, "found": found}
    return render(request, f"appointments/patients/{template}.jinja", context)


@require_safe
def patient(request: DeskRequest, patient_id: UUID) -> HttpResponse:
    """Open a patient's page; a merged record leads to the one that was kept."""
    row = _patient(request, patient_id)
    if row.merged_into_id:
        return SeeOther("patient", patients.current(row).pk)
    access.opened(request.actor, row)
    context = {"page": pages.page_of(row)}
    return render(request, "appointments/patients/patient.jinja", context)


@require_POST
def contact(request: DeskRequest, patient_id: UUID) -> HttpResponse:
    """Show a confidential patient's address and telephone, which goes on record."""
    row = _patient(request, patient_id)
    access.opened(request.actor, row, "confidential address and telephone")
    template = "_contact" if request.htmx else "patient"
    context = {"page": pages.page_of(row, uncovered=True)}
    return render(request, f"appointments/patients/{template}.jinja", context)


@needs("may_book")
@page_or_form
def new(request: DeskRequest) -> HttpResponse:
    """Take in a new or temporary patient; likely duplicates are shown before they are made."""
    if "reference" not in request.POST:
        form = NewPatientForm.begun(request.practice, request.POST.get("q", ""))
        return render(request, "appointments/patients/new.jinja", {"form": form})
    form = NewPatientForm(request.practice, request.POST)
    despite = {"despite_alike": "despite_alike" in request.POST}

    def command() -> Patient:
        reference = form.cleaned_data["reference"]
        return patients.register(form.details(), request.actor, reference=reference, **despite)

    return _do(request, "new", form, command)


@needs("may_book")
@page_or_form
def amend(request: DeskRequest, patient_id: UUID) -> HttpResponse:
    """Change what is taken down about a patient."""
    row = _patient(request, patient_id)
    form = AmendPatientForm(row, request.POST or None)
    if request.method != "POST":
        access.opened(request.actor, row, "to amend")
        context = {"form": form, "patient": row}
        return render(request, "appointments/patients/amend.jinja", context)

    def command() -> Patient:
        seen = form.cleaned_data["seen"]
        return patients.amend(row.pk, form.details(), request.actor, seen=seen)

    return _do(request, "amend", form, command, {"patient": row})


@needs("may_book")
@page_or_form
def merge(request: DeskRequest, patient_id: UUID) -> HttpResponse:
    """Find the other record of a person, compare the two, and merge them."""
    row = _patient(request, patient_id)
    both = _both(request, row)
    if "merge" not in request.POST:
        return render(request, "appointments/patients/merge.jinja", both)
    form = MergeForm(request.POST)
    return _do(
        request,
        "merge",
        form,
        lambda: patients.merge(by=request.actor, **form.command(row)),
        both,
    )


@require_safe
def slip(request: DeskRequest, appointment_id: UUID) -> HttpResponse:
    """Show an appointment slip to be printed."""
    rows = request.practice.appointment_set.select_related("patient", "slot__session__site")
    row = get_object_or_404(slots.visible_to(request.user, rows, "slot__"), pk=appointment_id)
    access.printed(request.actor, row.patient, "appointment slip")
    return render(request, "appointments/patients/slip.jinja", slots.told(row))


def _patient(request: DeskRequest, patient_id: UUID) -> Patient:
    rows = pages.visible_to(request.user, request.practice)
    return get_object_or_404(rows.select_related("usual_clinician"), pk=patient_id)


def _do(
    request: DeskRequest,
    page: str,
    form: Form,
    command: Callable[[], Patient],
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Carry a command out and open the patient; 422 for what can't be right, 409 refused."""
    refusal, status = None, INVALID
    if form.is_valid():
        try:
            return SeeOther("patient", command().pk)
        except BookingRefused as refused:
            refusal, status = refused, REFUSED
            form.add_error(getattr(refused, "field", None), refused.sentence)
    context = {**(context or {}), "form": form, "refusal": refusal}
    return render(request, f"appointments/patients/{page}.jinja", context, status=status)


def _both(request: DeskRequest, row: Patient) -> dict[str, Any]:
    """Gather what the merge page shows: this record, and the other or those it may be."""
    form = MergeForm(initial={**request.POST.dict(), "keep": None})
    other = None if "find" in request.POST else form.chosen_from(request.practice)
    asked = request.POST.get("q", "")
    access.searched(request.actor, asked)
    found = [] if other else search.find(request.practice, asked, limit=TWENTY)
    for each in filter(None, (row, other)):
        access.opened(request.actor, each, "to merge")
    return {
        "form": form,
        "asked": asked,
        "page": pages.page_of(row),
        "other": pages.page_of(other) if other else None,
        "found": [one for one in found if one.id != row.pk],
    }
