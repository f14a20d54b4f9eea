"""The reconciliation: every row of every sheet with its end, as a page and as PDF."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from appointments import access
from appointments.decorators import needs, takes_its_time
from appointments.requests import DeskRequest
from fallback.forms.reconciliation import SpanForm
from fallback.paper.press import press
from fallback.reconciliation import paper
from fallback.views.answers import INVALID, pdf_answer


@needs("may_lead")
@require_safe
def page(request: DeskRequest) -> HttpResponse:
    """Show what became of every row, and the sums."""
    form = SpanForm(request.practice, request.GET)
    return _page(request, form)


@takes_its_time
@needs("may_lead")
@require_safe
def as_pdf(request: DeskRequest) -> HttpResponse:
    """Give the report as PDF; for outside without anything by which a patient could be known."""
    form = SpanForm(request.practice, request.GET)
    if not form.is_valid():
        return _page(request, form)
    found, is_outside = form.found(), form.cleaned_data["outside"]
    (rendered,) = press([paper.document(found, is_outside=is_outside)])
    if not is_outside:
        access.took_away(request.actor, f"Reconciliation of {found.words}")
    return pdf_answer(rendered.pdf, "reconciliation counts" if is_outside else "reconciliation")


def _page(request: DeskRequest, form: SpanForm) -> HttpResponse:
    context = {"form": form, "nav": "outstanding"}
    if form.is_valid():
        found = form.found()
        if not form.cleaned_data["outside"]:
            access.opened_list(request.actor, f"Reconciliation of {found.words}")
        context |= {"found": found, "query": form.query()}
    status = INVALID if form.errors else 200
    return render(request, "fallback/reconciliation/page.jinja", context, status=status)
