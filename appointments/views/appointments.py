"""An appointment: look at it, mark it, move it, cancel it."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from appointments import access, booking, slots
from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.forms.booking import CancellationForm, DetailsForm, MoveForm
from appointments.models import Appointment
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest
from appointments.views.slots import INVALID, REFUSED


@require_safe
def appointment(request: DeskRequest, appointment_id: UUID) -> HttpResponse:
    """Show an appointment, and what can be done with it."""
    row = _appointment(request, appointment_id)
    access.opened(request.actor, row.patient)
    return _panel(request, row)


@require_POST
def arrival(request: DeskRequest, appointment_id: UUID) -> HttpResponse:
    """Mark that the patient has come."""
    return _mark(request, appointment_id, booking.arrive)


@require_POST
def sending_in(request: DeskRequest, appointment_id: UUID) -> HttpResponse:
    """Mark that the patient is sent in to the clinician."""
    return _mark(request, appointment_id, booking.send_in)


@require_POST
def leaving(request: DeskRequest, appointment_id: UUID) -> HttpResponse:
    """Mark that the patient was seen and has left."""
    return _mark(request, appointment_id, booking.leave)


@require_POST
def non_attendance(request: DeskRequest, appointment_id: UUID) -> HttpResponse:
    """Mark that the patient did not come."""
    return _mark(request, appointment_id, booking.did_not_attend)


@require_POST
@needs("may_book")
def cancellation(request: DeskRequest, appointment_id: UUID) -> HttpResponse:
    """Cancel, for the patient or the practice; `undo` takes it back."""
    row = _appointment(request, appointment_id)
    form = CancellationForm(request.POST)
    if not form.is_valid():
        return _panel(request, row, {"cancelling": form}, INVALID)
    who, why = form.cleaned_data["by"] or "patient", form.cleaned_data["reason"]

    def command():
        if "undo" in request.POST:
            return booking.reinstate(row.pk, request.actor)
        return booking.cancel(row.pk, request.actor, cancelled_for=who, reason=why)

    return _do(request, row, command, {"cancelling": form})


@require_POST
@needs("may_book")
def move(request: DeskRequest, appointment_id: UUID) -> HttpResponse:
    """Move to another slot."""
    row = _appointment(request, appointment_id)
    form = MoveForm(request.POST)
    if not form.is_valid():
        sentence = BookingRefused("Choose a free slot to move to.")
        return _panel(request, row, {"refusal": sentence}, INVALID)
    said = form.cleaned_data
    return _do(
        request, row, lambda: booking.move(row.pk, said["slot"], request.actor, said["because"])
    )


@require_POST
@needs("may_book")
def details(request: DeskRequest, appointment_id: UUID) -> HttpResponse:
    """Change what was noted: reason, notes, urgency, mode, access needs."""
    row = _appointment(request, appointment_id)
    form = DetailsForm(request.POST)
    if not form.is_valid():
        return _panel(request, row, {"details": form}, INVALID)
    return _do(request, row, lambda: booking.amend(row.pk, request.actor, **form.cleaned_data))


def _mark(request: DeskRequest, appointment_id: UUID, command: Callable) -> HttpResponse:
    row = _appointment(request, appointment_id)
    wanted = booking.undo_mark if "undo" in request.POST else command
    return _do(request, row, lambda: wanted(row.pk, request.actor))


def _do(request, row, command: Callable, context=None) -> HttpResponse:
    """Carry a command out: 303 for a page, 200 with the fragment for htmx, 409 refused."""
    try:
        done = command()
    except BookingRefused as refused:
        return _panel(request, row, {**(context or {}), "refusal": refused}, REFUSED)
    if not request.htmx:
        return SeeOther("appointment", done.pk)
    answer = _panel(request, _appointment(request, done.pk))
    answer["HX-Trigger"] = "book-changed"
    return answer


def _appointment(request: DeskRequest, appointment_id: UUID) -> Appointment:
    rows = request.practice.appointment_set.select_related(
        "patient", "slot__session__site", "slot__slot_type", "booked_by", "cancelled_by"
    )
    row = get_object_or_404(slots.visible_to(request.user, rows, "slot__"), pk=appointment_id)
    return rows.get(pk=row.continues_id) if row.continues_id else row


def _panel(request, row, context=None, status=200) -> HttpResponse:
    template = "_appointment" if request.htmx else "appointment"
    return render(
        request,
        f"appointments/slots/{template}.jinja",
        {**slots.told(row), **(context or {})},
        status=status,
    )
