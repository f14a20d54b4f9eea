"""What is left to do, and what becomes of lost sheets."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from appointments import access, patients
from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest
from fallback import outstanding as counting
from fallback import rekey, sheets, temporary
from fallback.forms.deciding import KindForm, MatchForm
from fallback.models import Sheet
from fallback.views.answers import INVALID, REFUSED


@needs("may_book")
@require_safe
def outstanding(request: DeskRequest) -> HttpResponse:
    """Show what is left to do: counts, by outage, by sheet, by person, who waits longest."""
    return _outstanding(request)


@needs("may_book")
@require_POST
def give_up_lost(request: DeskRequest, lost_id: UUID) -> HttpResponse:
    """Let go of the doubtful slots of a lost sheet."""
    sheet = _lost(request, lost_id)
    try:
        rekey.give_up_lost(sheet.reference, request.actor)
    except BookingRefused as refused:
        return _outstanding(request, {"refusal": refused}, REFUSED)
    return SeeOther("outstanding")


@needs("may_book")
@require_POST
def found_again(request: DeskRequest, lost_id: UUID) -> HttpResponse:
    """Say that a lost sheet turned up, and go on to key it."""
    sheet = rekey.found_again(_lost(request, lost_id).reference, request.actor)
    return SeeOther("rekeying-sheet", sheets.shown(sheet))


@needs("may_book")
@require_safe
def newcomers(request: DeskRequest) -> HttpResponse:
    """List the temporary patients to match, each with the records that may be theirs."""
    return _newcomers(request)


@needs("may_book")
@require_POST
def match(request: DeskRequest, patient_id: UUID) -> HttpResponse:
    """Say whose record a temporary patient's is."""
    form = MatchForm(request.POST)
    return _settled(
        request,
        patient_id,
        form,
        lambda: patients.match(patient_id, form.cleaned_data["patient"], request.actor),
    )


@needs("may_book")
@require_POST
def say_kind(request: DeskRequest, patient_id: UUID) -> HttpResponse:
    """Say that a temporary patient is nobody whom the practice knows."""
    form = KindForm(request.POST)
    return _settled(
        request,
        patient_id,
        form,
        lambda: temporary.say_kind(patient_id, form.cleaned_data["kind"], request.actor),
    )


def _settled(
    request: DeskRequest, patient_id: UUID, form: MatchForm | KindForm, deed: Callable[[], Any]
) -> HttpResponse:
    """Do what was said of a temporary patient; what is wrong is shown beside them."""
    _newcomer(request, patient_id)
    if not form.is_valid():
        return _newcomers(request, {"at": patient_id, "form": form}, INVALID)
    try:
        deed()
    except BookingRefused as refused:
        return _newcomers(request, {"at": patient_id, "refusal": refused}, REFUSED)
    return SeeOther("temporary-patients")


def _lost(request: DeskRequest, lost_id: UUID) -> Sheet:
    return get_object_or_404(request.practice.sheet_set.filter(ended_as="lost"), pk=lost_id)


def _outstanding(request, context: dict[str, Any] | None = None, status=200) -> HttpResponse:
    access.opened_list(request.actor, "what is left to do")
    context = {
        "nav": "outstanding",
        "left": counting.outstanding(request.practice),
        "outages": counting.by_outage(request.practice),
        **(context or {}),
    }
    return render(request, "fallback/deciding/outstanding.jinja", context, status=status)


def _newcomer(request: DeskRequest, patient_id: UUID) -> None:
    get_object_or_404(request.practice.patient_set, pk=patient_id)


def _newcomers(request, context: dict[str, Any] | None = None, status=200) -> HttpResponse:
    access.opened_list(request.actor, "temporary patients to match")
    found = temporary.newcomers(request.practice)
    context = {"nav": "rekeying", "newcomers": found, **(context or {})}
    return render(request, "fallback/deciding/temporary.jinja", context, status=status)
