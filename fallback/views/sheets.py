"""Sheets on real paper: in hand, binned, shredded; rows that are struck out."""

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest
from appointments.views import slots
from fallback import allotments, letting_go, overview, sheets
from fallback.forms.paper import RowCodeForm, WhyForm
from fallback.models import Sheet
from fallback.views.answers import refused_page, site_of


@needs("may_book")
@require_POST
def in_hand(request: DeskRequest, sheet_id: UUID) -> HttpResponse:
    """Say that a print is in hand; then what to do with pen and bin, if there is anything."""
    sheet = _sheet(request, sheet_id)
    try:
        to_do = sheets.take_in_hand(sheets.shown(sheet), request.actor)
    except BookingRefused as refused:
        return refused_page(request, refused, "Not taken in hand")
    if not to_do:
        return SeeOther("paper")
    _, _, to_bin = overview.stages(request.practice, sheet.desk)
    context = {"sheet": sheet, "to_do": to_do, "to_bin": to_bin, "nav": "paper"}
    return render(request, "fallback/paper/in_hand.jinja", context)


@needs("may_book")
@require_POST
def binned(request: DeskRequest, sheet_id: UUID) -> HttpResponse:
    """Say that an old sheet is in the confidential waste."""
    try:
        sheets.bin_old(sheets.shown(_sheet(request, sheet_id)), request.actor)
    except BookingRefused as refused:
        return refused_page(request, refused, "Not binned")
    return SeeOther("paper")


@needs("may_lead")
@require_http_methods(["GET", "HEAD", "POST"])
def close_day(request: DeskRequest, site_id: UUID, day: date) -> HttpResponse:
    """Say that a day had no outage and its sheets are shredded; a GET asks first."""
    site = site_of(request, site_id)
    if request.method == "POST":
        sheets.close_day(request.actor, site, day)
        return SeeOther("paper")
    out = [group for group in overview.out_there(request.practice) if group.is_of(site, day)]
    context = {"site": site, "day": day, "out": out, "nav": "paper"}
    return render(request, "fallback/paper/close_day.jinja", context)


@needs("may_book")
@require_POST
def strike_out(request: DeskRequest, slot_id: UUID) -> HttpResponse:
    """Say that a slot's row is struck out on paper; then the slot can be booked in its panel."""
    slot = slots.slot_of(request, slot_id)
    row, why = RowCodeForm(request.POST), WhyForm(request.POST)
    code = row.cleaned_data["code"] if row.is_valid() else ""
    reason = why.cleaned_data["because"] if why.is_valid() else ""
    return slots.after(
        request, slot, lambda: letting_go.strike_out(slot, code, request.actor, reason)
    )


@needs("may_book")
@require_POST
def take(request: DeskRequest, slot_id: UUID) -> HttpResponse:
    """Take a slot that is held for outages and on no printed sheet."""
    slot = slots.slot_of(request, slot_id)
    return slots.after(request, slot, lambda: allotments.take(slot.pk, request.actor))


def _sheet(request: DeskRequest, sheet_id: UUID) -> Sheet:
    return get_object_or_404(request.practice.sheet_set.select_related("desk__site"), pk=sheet_id)
