"""Outages: declare one, work it, end it, bring it home, and show afterwards what happened."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments import access
from appointments.answers import SeeOther
from appointments.decorators import needs, takes_its_time
from appointments.refusals import BookingRefused, NotFound
from appointments.requests import DeskRequest
from fallback import outages, outstanding, papers
from fallback.forms.outages import LogForm, OutageForm, WhenForm, since
from fallback.forms.paper import PrintForm
from fallback.models import Outage
from fallback.outages import kit, listing, report, writing
from fallback.views.answers import INVALID, REFUSED, pdf_answer

form_view = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def every(request: DeskRequest) -> HttpResponse:
    """List the outages: those that stand, those on their way home, those that are signed off."""
    return _page(request, "outages", {"list": listing.of(request.practice)})


@form_view
def declare(request: DeskRequest) -> HttpResponse:
    """Say what is down and what patients are told; declare it."""
    form = OutageForm(request.practice, request.POST or None, asked=request.GET)
    if "declare" in request.POST and form.is_valid():
        said, reference = form.said(), form.cleaned_data["reference"]
        try:
            made = outages.declare(request.actor, reference=reference, **said)
            return SeeOther("outage", made.pk)
        except BookingRefused as refused:
            form.refuse(refused)
    return _form_page(request, form)


@form_view
def change(request: DeskRequest, outage_id: UUID) -> HttpResponse:
    """Change what is down, where, since when, or what patients are told."""
    row = _outage(request, outage_id)
    form = OutageForm(request.practice, request.POST or None, row=row)
    if "declare" in request.POST and form.is_valid():
        try:
            outages.update(request.actor, row, **form.said())
            return SeeOther("outage", row.pk)
        except BookingRefused as refused:
            form.refuse(refused)
    return _form_page(request, form, row)


@require_safe
def one(request: DeskRequest, outage_id: UUID) -> HttpResponse:
    """Show an outage with its kit and its log; a script asks for the log alone."""
    row = _outage(request, outage_id)
    if request.htmx:
        return _page(request, "_log", _told(row))
    return _outage_page(request, row, LogForm())


@require_POST
def still_so(request: DeskRequest, outage_id: UUID) -> HttpResponse:
    """Say that it is still so."""
    return _done(request, outage_id, lambda row: outages.still_so(request.actor, row))


@require_POST
def say(request: DeskRequest, outage_id: UUID) -> HttpResponse:
    """Add a line to the log."""
    row, form = _outage(request, outage_id), LogForm(request.POST)
    if form.is_valid():
        try:
            outages.say(request.actor, row, **form.said())
            return SeeOther("outage", row.pk)
        except BookingRefused as refused:
            form.refuse(refused)
    return _outage_page(request, row, form, INVALID)


@form_view
def end(request: DeskRequest, outage_id: UUID) -> HttpResponse:
    """Say when it was over; then what has to be brought home."""
    row = _outage(request, outage_id)
    form = WhenForm(request.POST or None, at=since(request.GET))
    if request.method == "POST" and form.is_valid():
        try:
            outages.end(request.actor, row, form.at())
            return SeeOther("outage-home", row.pk)
        except BookingRefused as refused:
            form.refuse(refused)
    return _page(request, "end", _told(row) | {"form": form}, INVALID if form.errors else 200)


@needs("may_book")
@require_safe
def home(request: DeskRequest, outage_id: UUID) -> HttpResponse:
    """Count down what an outage left behind."""
    return _home_page(request, _outage(request, outage_id))


@needs("may_lead")
@require_POST
def sign_off(request: DeskRequest, outage_id: UUID) -> HttpResponse:
    """Say that everything of an outage is in the book."""
    row = _outage(request, outage_id)
    left = outstanding.outstanding(request.practice, row).left
    try:
        outages.sign_off(request.actor, row, left=left)
    except BookingRefused as refused:
        return _home_page(request, row, refused, REFUSED)
    return SeeOther("outage-report", row.pk)


@takes_its_time
@require_safe
def kit_file(request: DeskRequest, outage_id: UUID) -> HttpResponse:
    """Give the outage kit and the door poster as PDF: nothing of patients is in them."""
    row = _outage(request, outage_id)
    pdf = papers.joined(one.pdf for one in kit.printed(row))
    return pdf_answer(pdf, f"outage {row.number} kit")


@needs("may_lead")
@require_safe
def incident(request: DeskRequest, outage_id: UUID) -> HttpResponse:
    """Show the incident report; `?outside` with counts only."""
    row, outside = _outage(request, outage_id), "outside" in request.GET
    access.opened_list(request.actor, f"Incident report of outage {row.number}")
    found = report.of(row)
    context = {"outage": row, "outside": outside}
    context["sections"] = writing.sections(found, outside=outside)
    return _page(request, "report", context)


@takes_its_time
@needs("may_lead")
@require_safe
def incident_file(request: DeskRequest, outage_id: UUID) -> HttpResponse:
    """Give the incident report as PDF; `?outside` with counts only."""
    row, outside = _outage(request, outage_id), "outside" in request.GET
    access.took_away(request.actor, f"Incident report of outage {row.number}")
    pdf = writing.printed(report.of(row), outside=outside)
    return pdf_answer(pdf, f"outage {row.number} report{' for outside' if outside else ''}")


def _outage(request: DeskRequest, outage_id: UUID) -> Outage:
    try:
        return outages.outage_of(request.practice, outage_id)
    except NotFound:
        raise Http404 from None


def _done(request: DeskRequest, outage_id: UUID, deed: Callable[[Outage], Any]) -> HttpResponse:
    row = _outage(request, outage_id)
    try:
        deed(row)
    except BookingRefused as refused:
        return _outage_page(request, row, LogForm(), REFUSED, refused)
    return SeeOther("outage", row.pk)


def _told(row: Outage) -> dict[str, Any]:
    """Say what stands above every page of an outage, and its log."""
    return {
        "outage": row,
        "since": listing.Line(row, timezone.now()),
        "log": outages.log_of(row)[::-1],
        "asks": outages.asks_whether_still_so(row),
    }


def _outage_page(
    request: DeskRequest,
    row: Outage,
    form: LogForm,
    status: int = 200,
    refusal: BookingRefused | None = None,
) -> HttpResponse:
    found = kit.kit_of(row)
    forms = {each.site.pk: _print_form(request, each) for each in found.papers}
    context = {"kit": found, "form": form, "print_forms": forms, "refusal": refusal}
    return _page(request, "outage", _told(row) | context, status)


def _print_form(request: DeskRequest, each: kit.SitePapers) -> PrintForm:
    desk = None if request.user.may_lead else request.desk
    form = PrintForm(request.practice, site=each.site, desk=desk)
    form.auto_id = f"id_{each.site.pk}_%s"
    return form


def _home_page(
    request: DeskRequest, row: Outage, refusal: BookingRefused | None = None, status: int = 200
) -> HttpResponse:
    left = outstanding.outstanding(request.practice, row)
    context = _told(row) | {"left": left, "refusal": refusal}
    return _page(request, "home", context, status)


def _form_page(request: DeskRequest, form: OutageForm, row: Outage | None = None) -> HttpResponse:
    """Show the form; a script asks for what patients would read by what is ticked now."""
    wants = "declare" in request.POST
    context = {"form": form, "outage": row, "notice": form.notice(), "asked": wants}
    if request.htmx and not wants:
        return _page(request, "_telling", context)
    return _page(request, "declare", context, INVALID if wants and form.errors else 200)


def _page(request: DeskRequest, name: str, context: dict[str, Any], status=200) -> HttpResponse:
    context |= {"nav": "outages"}
    return render(request, f"fallback/outages/{name}.jinja", context, status=status)
