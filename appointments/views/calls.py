"""The call list: patients to ring because something happened to their appointment."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from appointments import access
from appointments import calls as call_list
from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.forms.calls import CallForm, DutyForm
from appointments.models import Clinician
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest

REFUSED, INVALID = 409, 422


@needs("may_book")
@require_safe
def calls(request: DeskRequest) -> HttpResponse:
    """List whom to ring, and who was reached today."""
    access.opened_list(request.actor, "call list")
    return _list(request)


@needs("may_book")
@require_POST
def record(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Record what came of ringing, or a note."""
    line, form = _line(request, call_id), CallForm(request.POST)
    if not form.is_valid():
        return _call(request, line, {"form": form}, INVALID)
    said = form.cleaned_data
    try:
        if said.pop("outcome"):
            call_list.record(request.actor, call_id, request.POST["outcome"], **said)
        else:
            call_list.note(request.actor, call_id, said["note"])
    except BookingRefused as refused:
        return _call(request, line, {"form": form, "refusal": refused}, REFUSED)
    return _call(request, _line(request, call_id)) if request.htmx else SeeOther("calls")


@needs("may_book")
@require_POST
def duty_says(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Take down what the duty clinician wants done about somebody who was not reached."""
    line, form = _line(request, call_id), DutyForm(request.practice, request.POST)
    if not form.is_valid():
        return _call(request, line, {"duty": form}, INVALID)
    said = form.cleaned_data
    call_list.duty_says(request.actor, call_id, said["clinician"].pk, said["said"])
    return _call(request, _line(request, call_id)) if request.htmx else SeeOther("calls")


@needs("may_book")
@require_POST
def put_back(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Put a call that was ended by mistake back on the list."""
    _line(request, call_id)
    call_list.put_back(request.actor, call_id)
    return _call(request, _line(request, call_id)) if request.htmx else SeeOther("calls")


@needs("may_book")
@require_safe
def number(request: DeskRequest, call_id: UUID) -> HttpResponse:
    """Show the telephone number of a patient whose record is confidential; that is logged."""
    line = _line(request, call_id)
    access.opened(request.actor, line.call.patient, "telephone, from the call list")
    return _call(request, line, {"shown": call_id})


def _line(request: DeskRequest, call_id: UUID) -> call_list.CallLine:
    line = call_list.line_of(request.practice, call_id)
    if line is None:
        raise Http404
    return line


def _clinicians(request: DeskRequest) -> QuerySet[Clinician]:
    """Give those who may be on duty; only asked for where a call goes back to them."""
    return request.practice.clinician_set.filter(left_on=None)


def _call(request, line, context: dict[str, Any] | None = None, status=200) -> HttpResponse:
    """Answer htmx with the one call, and a plain form with the whole list."""
    context = {"at": line.call.pk, "clinicians": _clinicians(request), **(context or {})}
    if not request.htmx:
        return _list(request, context, status)
    context |= {"line": line, "count": call_list.waiting_for_a_call(request.practice)}
    return render(request, "appointments/calls/_answer.jinja", context, status=status)


def _list(request, context: dict[str, Any] | None = None, status=200) -> HttpResponse:
    waiting = call_list.to_ring(request.practice)
    context = {
        "nav": "calls",
        "waiting": waiting,
        "count": len(waiting),
        "done": call_list.done_today(request.practice),
        "clinicians": _clinicians(request),
        **(context or {}),
    }
    return render(request, "appointments/calls/calls.jinja", context, status=status)
