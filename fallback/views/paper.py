"""The page Paper: what there is, how old it is, and getting ready for an outage."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from appointments.decorators import needs, takes_its_time
from appointments.requests import DeskRequest
from fallback import continuity, overview, printing
from fallback.forms.paper import ChangesForm, PrintForm, SealedListForm

PRINTS = 20  # newest ones that are listed


@needs("may_book")
@require_safe
def paper(request: DeskRequest) -> HttpResponse:
    """Show how the paper is: to the outage lead everything, at reception this desk's own."""
    practice, desk = request.practice, request.desk
    context = {
        "own": overview.of_desk(practice, desk),
        "today": overview.today(),
        "asked": "asked" in request.GET,
        "nav": "paper",
    }
    if not request.user.may_lead:
        context["form"] = PrintForm(practice, site=desk.site, desk=desk)
        return render(request, "fallback/paper/desk.jinja", context)
    return render(request, "fallback/paper/paper.jinja", context | _everything(request))


@takes_its_time
@needs("may_lead")
@require_safe
def readiness(request: DeskRequest) -> HttpResponse:
    """Say in plain words whether the practice could lose its server this minute."""
    found = continuity.check(request.practice, timezone.now())
    template = "_readiness" if request.htmx else "readiness"
    context = {"readiness": found, "nav": "paper"}
    return render(request, f"fallback/paper/{template}.jinja", context)


@takes_its_time
@needs("may_lead")
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: DeskRequest) -> HttpResponse:
    """Say what Prepare will do; do it when that is confirmed, and say what was done."""
    context = {"foreseen": overview.foreseen(request.practice), "nav": "paper"}
    if request.method == "POST":
        context["done"] = printing.prepare(request.actor)
    return render(request, "fallback/paper/prepare.jinja", context)


def _everything(request: DeskRequest) -> dict[str, Any]:
    practice = request.practice
    return {
        "sites": overview.by_site(practice),
        "places": overview.places(practice),
        "out": overview.out_there(practice),
        "changes": ChangesForm(practice, site=request.desk.site),
        "sealed": SealedListForm(practice) if request.user.may_manage else None,
        "printed": overview.printed(practice, PRINTS),
    }
