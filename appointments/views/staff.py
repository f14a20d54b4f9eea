"""Settings about the people who sign in."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments import staff
from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.forms.staff import NewStaffForm, StaffForm
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest

INVALID = 422
REFUSED = 409
form_view = require_http_methods(["GET", "HEAD", "POST"])


@needs("may_manage")
@require_safe
def people(request: DeskRequest) -> HttpResponse:
    """List who signs in, those who left last."""
    everybody = request.practice.staff.select_related("clinician").order_by("-is_active", "name")
    context = {"everybody": everybody, "nav": "settings"}
    return render(request, "appointments/staff/people.jinja", context)


@needs("may_manage")
@form_view
def new(request: DeskRequest) -> HttpResponse:
    """Give somebody a sign-in, with a temporary password that is shown once."""
    form = NewStaffForm(request.practice, request.POST or None)
    if request.method == "POST" and form.is_valid():
        temporary = staff.temporary_password()
        try:
            person = staff.add(
                request.actor, **form.cleaned_data, password=temporary, must_change_password=True
            )
        except BookingRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            return _show_password(request, person, temporary)
    return _person_page(request, form)


@needs("may_manage")
@form_view
def one(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    """Show somebody's sign-in, and change name, role and lists."""
    person = get_object_or_404(request.practice.staff, pk=staff_id)
    form = StaffForm(request.practice, request.POST or None, row=person)
    if request.method == "POST" and form.is_valid():
        try:
            staff.amend(staff_id, request.actor, **form.cleaned_data)
        except BookingRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            return SeeOther("staff")
    return _person_page(request, form, person)


@needs("may_manage")
@require_POST
def reset_password(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    """Give somebody a temporary password, shown once."""
    person = get_object_or_404(request.practice.staff, pk=staff_id)
    return _show_password(request, person, staff.reset_password(staff_id, request.actor))


@needs("may_manage")
@require_POST
def leave(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    """End somebody's access at once."""
    person = get_object_or_404(request.practice.staff, pk=staff_id)
    try:
        staff.leave(staff_id, request.actor)
    except BookingRefused as refused:
        form = StaffForm(request.practice, row=person)
        return _person_page(request, form, person, sentence=refused.sentence, status=REFUSED)
    return SeeOther("staff")


@needs("may_manage")
@require_POST
def come_back(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    """Let somebody who left sign in again, with a temporary password shown once."""
    person = get_object_or_404(request.practice.staff, pk=staff_id)
    return _show_password(request, person, staff.come_back(staff_id, request.actor))


def _show_password(request: DeskRequest, person: Any, temporary: str) -> HttpResponse:
    context = {"person": person, "temporary": temporary, "nav": "settings"}
    return render(request, "appointments/staff/password.jinja", context)


def _person_page(
    request: DeskRequest, form: Any, person: Any = None, *, sentence: str = "", status: int = 0
) -> HttpResponse:
    context = {"form": form, "person": person, "sentence": sentence, "nav": "settings"}
    status = status or (INVALID if form.errors else 200)
    return render(request, "appointments/staff/person.jinja", context, status=status)
