"""The clinical system's worklist: what has yet to be keyed there, one line in hand."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments import access, search
from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest
from fallback import worklist as commands
from fallback.forms.worklist import FilterForm, LineForm
from fallback.worklist import csv, listing

REFUSED = 409
LOGGED_AS = "the clinical system's worklist"


@needs("may_book")
@require_safe
def worklist(request: DeskRequest) -> HttpResponse:
    """Show what has yet to be entered, and the line in hand."""
    asked = LineForm(request.GET)
    done = listing.ended_line(request.practice, asked.said("done"))
    return _page(request, FilterForm(request.practice, request.GET), asked, {"done": done})


@needs("may_book")
@require_POST
def entered(request: DeskRequest, line_id: UUID) -> HttpResponse:
    """Tick a line; the next is in hand."""
    sent = LineForm(request.POST)
    seen, keyed = sent.said("seen") or "", bool(sent.said("already_keyed"))
    return _done(
        request,
        line_id,
        lambda: commands.enter(request.actor, line_id, seen=seen, already_keyed=keyed),
    )


@needs("may_book")
@require_POST
def not_possible(request: DeskRequest, line_id: UUID) -> HttpResponse:
    """Say why a line can't be entered there."""
    sent = LineForm(request.POST)
    because, seen = sent.said("because") or "", sent.said("seen") or ""
    return _done(
        request,
        line_id,
        lambda: commands.not_possible(request.actor, line_id, because, seen=seen),
    )


@needs("may_book")
@require_POST
def undo(request: DeskRequest, line_id: UUID) -> HttpResponse:
    """Put a line back on the list, and in hand."""
    return _done(request, line_id, lambda: commands.undo(request.actor, line_id), back=True)


@needs("may_book")
@require_http_methods(["GET", "HEAD", "POST"])
def taken(request: DeskRequest, line_id: UUID) -> HttpResponse:
    """Say who has the slot in the clinical system."""
    one, sent, refusal = _line(request, line_id), LineForm(request.POST), None
    if sent.said("patient") and "find" not in request.POST:
        try:
            commands.taken(request.actor, line_id, sent.said("patient"), seen=sent.said("seen"))
            return SeeOther("worklist", query={"done": str(line_id)})
        except BookingRefused as refused:
            refusal = refused
    return _taken_page(request, one, sent.said("q") or "", refusal)


@needs("may_book")
@require_safe
def as_csv(request: DeskRequest) -> HttpResponse:
    """Give the list as a file for a spreadsheet."""
    which = FilterForm(request.practice, request.GET).filter()
    access.took_away(request.actor, f"{LOGGED_AS}, as CSV")
    answer = HttpResponse(csv.rows(request.practice, which), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="worklist.csv"'
    return answer


def _line(request: DeskRequest, line_id: UUID) -> listing.Shown:
    if (one := listing.line_of(request.practice, line_id)) is None:
        raise Http404
    return one


def _taken_page(request, one: listing.Shown, q: str, refusal: Any) -> HttpResponse:
    access.opened(request.actor, one.line.patient, LOGGED_AS)
    access.searched(request.actor, q)
    found = search.find(request.practice, q)
    context = {"one": one, "asked": q, "found": found, "refusal": refusal, "nav": "worklist"}
    status = REFUSED if refusal else 200
    return render(request, "fallback/worklist/taken.jinja", context, status=status)


def _done(
    request: DeskRequest, line_id: UUID, deed: Callable[[], Any], *, back: bool = False
) -> HttpResponse:
    """Do it, and go on to the next line; a refusal is said above the list."""
    form, sent = FilterForm(request.practice, request.POST), LineForm(request.POST)
    _line(request, line_id)
    try:
        deed()
    except BookingRefused as refused:
        return _page(request, form, sent, {"refusal": refused, "about": line_id}, REFUSED)
    going_to = {"line": line_id} if back else {"done": line_id, "line": sent.said("next") or ""}
    query = form.filter().query() | {name: str(value) for name, value in going_to.items()}
    return SeeOther("worklist", query=query)


def _page(request, form: FilterForm, asked: LineForm, context: dict, status=200) -> HttpResponse:
    access.opened_list(request.actor, LOGGED_AS)
    which = form.filter()
    found = listing.read(
        request.practice, which, line_id=asked.said("line"), page=asked.said("page") or 1
    )
    context |= {"list": found, "form": form, "query": which.query(), "nav": "worklist"}
    if "about" in context:  # what was refused, as it is now
        context["about"] = _line(request, context["about"])
    return render(request, "fallback/worklist/worklist.jinja", context, status=status)
