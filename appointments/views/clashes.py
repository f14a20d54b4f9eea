"""Clashes: two people were promised the same slot, and a person decides."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments import access, booking
from appointments import clashes as disputes
from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.forms.calls import SettleForm, WaitForm
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest

REFUSED, INVALID = 409, 422


@needs("may_book")
@require_safe
def clashes(request: DeskRequest) -> HttpResponse:
    """List the open clashes, and those settled last."""
    access.opened_list(request.actor, "clashes")
    context = {
        "nav": "sessions",
        "waiting": disputes.open_ones(request.practice),
        "settled": disputes.settled(request.practice),
    }
    return render(request, "appointments/clashes/clashes.jinja", context)


@needs("may_book")
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: DeskRequest, clash_id: UUID) -> HttpResponse:
    """Show both people side by side, and record who stays."""
    dispute = disputes.dispute(request.practice, clash_id)
    if dispute is None:
        raise Http404
    if request.method == "POST" and not request.user.may_lead:
        raise PermissionDenied
    free = disputes.proposals(request.practice, dispute.clash, request.desk.pk)
    form = SettleForm(request.practice, dispute, free, request.POST or None)
    if not form.is_valid():
        context = {"form": form, "free": free}
        return _page(request, dispute, context, INVALID if form.is_bound else 200)
    try:
        booking.settle_clash(clash_id, by=request.actor, **form.decision())
    except BookingRefused as refused:
        return _page(request, dispute, {"form": form, "refusal": refused}, REFUSED)
    return SeeOther("clashes")


@needs("may_book")
@require_POST
def wait(request: DeskRequest, clash_id: UUID) -> HttpResponse:
    """Set a clash aside for somebody, until a time."""
    dispute = disputes.dispute(request.practice, clash_id)
    if dispute is None:
        raise Http404
    form = WaitForm(request.practice, request.POST)
    if not form.is_valid():
        return _page(request, dispute, {"wait": form}, INVALID)
    booking.set_clash_aside(clash_id, request.actor, **form.said())
    return SeeOther("clashes")


def _page(request, dispute: disputes.Dispute, context: dict[str, Any], status=200) -> HttpResponse:
    for side in dispute.sides:
        access.opened(request.actor, side.appointment.patient, "clash")
    context = {"nav": "sessions", "dispute": dispute, "wait": WaitForm(request.practice)} | context
    if "form" not in context:
        free = disputes.proposals(request.practice, dispute.clash, request.desk.pk)
        context |= {"free": free, "form": SettleForm(request.practice, dispute, free)}
    return render(request, "appointments/clashes/clash.jinja", context, status=status)
