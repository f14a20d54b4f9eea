"""Pages without a reference: each gets one, and a row for every line that is written on it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest
from fallback import rekey
from fallback.forms.deciding import LinesForm, LooseForm
from fallback.models import Sheet
from fallback.views.answers import INVALID, REFUSED


@needs("may_book")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: DeskRequest) -> HttpResponse:
    """Take in a page without a reference."""
    form = LooseForm(request.practice, request.desk, request.POST or None)
    if not form.is_valid():
        return _new(request, {"form": form}, INVALID if form.is_bound else 200)
    try:
        made = rekey.open_loose(request.actor, **form.cleaned_data)
    except BookingRefused as refused:
        return _new(request, {"form": form, "refusal": refused}, REFUSED)
    return SeeOther("loose-page", made.pk)


@needs("may_book")
@require_safe
def page(request: DeskRequest, loose_id: UUID) -> HttpResponse:
    """Say which reference to write on the page, and how its lines are numbered."""
    return _page(request, _sheet(request, loose_id), LinesForm())


@needs("may_book")
@require_POST
def lines(request: DeskRequest, loose_id: UUID) -> HttpResponse:
    """Say that the page has more lines than were counted."""
    sheet, form = _sheet(request, loose_id), LinesForm(request.POST)
    if not form.is_valid():
        return _page(request, sheet, form, status=INVALID)
    try:
        rekey.add_lines(sheet.reference, request.actor, to=form.cleaned_data["to"])
    except BookingRefused as refused:
        return _page(request, sheet, form, refused, REFUSED)
    return SeeOther("loose-page", loose_id)


def _sheet(request: DeskRequest, loose_id: UUID) -> Sheet:
    rows = request.practice.sheet_set.filter(kind=Sheet.Kind.LOOSE).select_related("desk", "site")
    return get_object_or_404(rows, pk=loose_id)


def _new(request: DeskRequest, context: dict, status: int) -> HttpResponse:
    context = {"nav": "rekeying", **context}
    return render(request, "fallback/deciding/loose.jinja", context, status=status)


def _page(
    request: DeskRequest,
    sheet: Sheet,
    form: LinesForm,
    refusal: BookingRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    codes = list(sheet.rows.order_by("place").values_list("code", flat=True))
    context = {"nav": "rekeying", "sheet": sheet, "codes": codes, "form": form}
    context["refusal"] = refusal
    return render(request, "fallback/deciding/loose_page.jinja", context, status=status)
