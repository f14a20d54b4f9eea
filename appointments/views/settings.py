"""The manager's settings beside the parts of the practice (views.parts) and its staff."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments import access_log, practices, settings_pages
from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.forms.settings import (
    AccessLogForm,
    ClosureForm,
    DutyForm,
    HoursForm,
    PracticeForm,
)
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest

INVALID = 422
DUTY_DAYS = 14  # from today on
LOG_PAGE = 50  # lines
form_view = require_http_methods(["GET", "HEAD", "POST"])


@needs("may_manage")
@require_safe
def settings(request: DeskRequest) -> HttpResponse:
    """List the pages of the settings."""
    context = {"pages": settings_pages.pages()}
    return render(request, "appointments/settings/settings.jinja", context)


@needs("may_manage")
@form_view
def practice(request: DeskRequest) -> HttpResponse:
    """Change the practice's name, main site and idle lock."""
    form = PracticeForm(request.practice, request.POST or None, row=request.practice)
    if request.method == "POST" and form.is_valid():
        practices.amend_practice(request.actor, **form.cleaned_data)
        return SeeOther("settings")
    return _page(request, "practice", form)


@needs("may_manage")
@form_view
def hours(request: DeskRequest, site_id: UUID) -> HttpResponse:
    """Change a site's opening hours."""
    site = get_object_or_404(request.practice.site_set, pk=site_id)
    form = HoursForm(site, request.POST or None)
    if request.method == "POST" and form.is_valid():
        practices.set_opening_times(site.pk, request.actor, form.times())
        return SeeOther("settings-sites")
    return _page(request, "hours", form, site=site)


@needs("may_manage")
@form_view
def closures(request: DeskRequest) -> HttpResponse:
    """List the coming days on which a site is shut, and add one."""
    form = ClosureForm(request.practice, request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        site = said.pop("site")
        try:
            practices.add_closure(request.actor, **said, site_id=site and site.pk)
        except BookingRefused as refused:
            form.add_error("day", refused.sentence)
        else:
            return SeeOther("closures")
    today = timezone.localdate()
    coming = request.practice.closure_set.filter(day__gte=today).select_related("site")
    return _page(request, "closures", form, closures=coming, years=_years())


@needs("may_manage")
@require_POST
def remove_closure(request: DeskRequest, closure_id: UUID) -> HttpResponse:
    """Open on a day that was to be closed."""
    closure = get_object_or_404(request.practice.closure_set, pk=closure_id)
    practices.remove_closure(closure.pk, request.actor)
    return SeeOther("closures")


@needs("may_manage")
@require_POST
def bank_holidays(request: DeskRequest) -> HttpResponse:
    """Add England's bank holidays of this year and the next."""
    practices.add_bank_holidays(request.actor, _years())
    return SeeOther("closures")


@needs("may_book")
@form_view
def duty(request: DeskRequest) -> HttpResponse:
    """Say who the duty clinicians of the coming days are."""
    today = timezone.localdate()
    days = [today + timedelta(days=ahead) for ahead in range(DUTY_DAYS)]
    form = DutyForm(request.practice, days, request.POST or None)
    if request.method == "POST" and form.is_valid():
        for day, clinician_id in form.changed():
            practices.set_duty(request.actor, day, clinician_id)
        return SeeOther("duty")
    nav = "settings" if request.user.may_manage else "sessions"
    return _page(request, "duty", form, nav=nav)


@needs("may_manage")
@form_view
def read_access_log(request: DeskRequest) -> HttpResponse:
    """Show who looked at whose data. The filter is posted: no name belongs into an address."""
    form = AccessLogForm(request.practice, request.POST or None)
    said: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    found = access_log.read(request.actor, **said)
    page = Paginator(found, LOG_PAGE).get_page(request.POST.get("page"))
    return _page(request, "access_log", form, page=page)


def _years() -> tuple[int, int]:
    this_year = timezone.localdate().year
    return this_year, this_year + 1


def _page(request: DeskRequest, name: str, form: Any, **context: Any) -> HttpResponse:
    context = {"form": form, "nav": "settings"} | context
    status = INVALID if form.errors else 200
    return render(request, f"appointments/settings/{name}.jinja", context, status=status)
