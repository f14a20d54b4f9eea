"""The manager's settings about carrying on: the plan, safe copies, printers, the sealed kit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from appointments import access
from appointments.answers import SeeOther
from appointments.decorators import needs, takes_its_time
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest
from appointments.views.parts import CLOSING, Part
from appointments.wording import clock
from fallback import overview, places, plans, printers, sealed, slips
from fallback.forms.paper import OwnPasswordForm
from fallback.forms.settings import PlaceForm, PlanForm, PrinterForm
from fallback.models import Place, Printer
from fallback.views.answers import INVALID

form_view = require_http_methods(["GET", "HEAD", "POST"])


@needs("may_manage")
@form_view
def plan(request: DeskRequest) -> HttpResponse:
    """Change what the practice decided about carrying on."""
    row = plans.plan_of(request.practice)
    form = PlanForm(request.practice, request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        plans.change_plan(request.actor, **form.decided())
        for slot_type_id, is_dealt in form.dealt_differently():
            plans.deal_type(request.actor, slot_type_id, is_dealt)
        return SeeOther("settings")
    return _page(request, "plan", form)


@needs("may_manage")
@sensitive_post_parameters("password")
@form_view
def sealed_kit(request: DeskRequest) -> HttpResponse:
    """Show the password of papers and backups for the envelope, once the manager's own is given."""
    form = OwnPasswordForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        access.printed(request.actor, None, "the password of the sealed kit")
        return _page(request, "sealed_kit_open", form, password=sealed.password())
    return _page(request, "sealed_kit", form)


@takes_its_time
@needs("may_manage")
@require_POST
def test_page(request: DeskRequest, row_id: UUID) -> HttpResponse:
    """Print a page that shows whether a printer works."""
    printer = get_object_or_404(request.practice.printer_set, pk=row_id)
    try:
        job = slips.test_page(request.actor, printer)
    except BookingRefused as refused:
        return _page(request, "test_page", None, printer=printer, sentence=refused.sentence)
    return _page(request, "test_page", None, printer=printer, job=job)


def _place_is(place: Place) -> str:
    """Say how a safe copy is, as the keeper found it last."""
    state = overview.place(place)
    if state is None:
        return "Not tried yet"
    if state.trouble:
        return f"It {state.trouble}"
    at = f" at {clock(datetime.fromisoformat(state.seen_at))}" if state.seen_at else ""
    return f"Writable, up to date{at}"


def _about_place(place: Place) -> list[str]:
    """Say what was found there: free space, and whether it is any safer than the server."""
    state = overview.place(place)
    if place.closed_on or state is None or state.trouble:
        return [] if place.closed_on else [f"{_place_is(place)}."]
    free = f"{overview.free_space(place):.1f} GB free."
    same = " On the server's own disk: lost together with it." if state.same_disk else ""
    return [f"{_place_is(place)}. {free}{same}"]


def _prints(printer: Printer) -> str:
    what = {"diary": printer.prints_diary, "sheets": printer.prints_sheets}
    return " and ".join(words for words, is_on in what.items() if is_on) or "nothing by itself"


PLACES = Part(
    name="safe-copies",
    heading="Safe copies",
    noun="safe copy",
    form=PlaceForm,
    rows=lambda practice: practice.place_set.select_related("site"),
    columns={
        "Folder": lambda place: place.folder,
        "Site": lambda place: place.site or "",
        "Papers": lambda place: "with password" if place.pdfs_protected else "open",
        "Found": _place_is,
    },
    add=places.add_place,
    amend=places.amend_place,
    end=places.close_place,
    bring_back=places.reopen_place,
    ended_on="closed_on",
    words=CLOSING,
    about=_about_place,
)
PRINTERS = Part(
    name="printers",
    heading="Printers",
    noun="printer",
    form=PrinterForm,
    rows=lambda practice: practice.printer_set.select_related("site"),
    columns={"Site": lambda printer: printer.site.name, "Prints": _prints},
    add=printers.add_printer,
    amend=printers.amend_printer,
    end=printers.close_printer,
    bring_back=printers.reopen_printer,
    ended_on="closed_on",
    words=CLOSING,
    deeds={"printer-test": "Print a test page"},
)
PARTS = (PLACES, PRINTERS)


def _page(request: DeskRequest, name: str, form: Any, **context: Any) -> HttpResponse:
    context = {"form": form, "nav": "settings"} | context
    status = INVALID if form and form.errors else 200
    return render(request, f"fallback/settings/{name}.jinja", context, status=status)
