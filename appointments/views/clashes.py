"""Clashes: two people were promised the same slot, and a person decides."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from appointments import booking, finding
from appointments import clashes as disputes
from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.forms.calls import SettleForm
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest

REFUSED, INVALID = 409, 422


@needs("may_book")
@require_safe
def clashes(request: DeskRequest) -> HttpResponse:
    """List the open clashes, and those settled last."""
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
    form = SettleForm(request.practice, dispute, request.POST or None)
    if request.method == "POST" and not request.user.may_lead:
        raise PermissionDenied
    if not form.is_valid():
        return _page(request, dispute, {"form": form}, INVALID if form.is_bound else 200)
    try:
        booking.settle_clash(clash_id, form.cleaned_data["outcome"], request.actor, form.said())
    except BookingRefused as refused:
        return _page(request, dispute, {"form": form, "refusal": refused}, REFUSED)
    return SeeOther("clashes")


def _page(request, dispute: disputes.Dispute, context: dict, status=200) -> HttpResponse:
    slot = dispute.clash.first.slot
    free = finding.near(request.practice, slot, request.desk.pk)
    context = {"nav": "sessions", "dispute": dispute, "free": free, **context}
    return render(request, "appointments/clashes/clash.jinja", context, status=status)
