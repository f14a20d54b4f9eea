"""What was set aside: requests to fill, messages to pass on, rows for somebody to see to."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments import access, finding, search
from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.finding import FreeSlot
from appointments.models import Patient
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest
from fallback import outstanding, rekey
from fallback.forms.deciding import (
    CloseForm,
    FillForm,
    HandOnForm,
    MatchForm,
    ToldForm,
    WishForm,
)
from fallback.models import Entry
from fallback.views.answers import INVALID, REFUSED

PROPOSED = 9  # free slots at a time
LOGGED_AS = "what is set aside"


@needs("may_book")
@require_safe
def entries(request: DeskRequest) -> HttpResponse:
    """List what is set aside: requests first, then rows, then messages."""
    access.opened_list(request.actor, LOGGED_AS)
    context = {"nav": "rekeying", "list": outstanding.aside(request.practice)}
    return render(request, "fallback/deciding/aside.jinja", context)


@needs("may_book")
@require_safe
def entry(request: DeskRequest, aside_id: UUID) -> HttpResponse:
    """Show one of them, with what can be done about it."""
    return _page(request, _entry(request, aside_id))


@needs("may_book")
@require_POST
def close(request: DeskRequest, aside_id: UUID) -> HttpResponse:
    """Say how it ended."""
    form = CloseForm(request.POST)
    return _do(
        request, aside_id, "close", form,
        lambda: rekey.close(aside_id, form.cleaned_data["how"], request.actor),
    )  # fmt: skip


@needs("may_book")
@require_POST
def reopen(request: DeskRequest, aside_id: UUID) -> HttpResponse:
    """Take back that it was closed."""
    return _do(request, aside_id, "", None, lambda: rekey.reopen(aside_id, request.actor))


@needs("may_book")
@require_POST
def hand_on(request: DeskRequest, aside_id: UUID) -> HttpResponse:
    """Give it to somebody, until a time."""
    form = HandOnForm(request.practice, _entry(request, aside_id), request.POST)
    return _do(
        request, aside_id, "hand", form,
        lambda: rekey.hand_on(aside_id, request.actor, **form.said()),
    )  # fmt: skip


@needs("may_book")
@require_POST
def tell_duty(request: DeskRequest, aside_id: UUID) -> HttpResponse:
    """Say that the duty clinician was told."""
    form = ToldForm(request.user, request.POST)
    return _do(
        request, aside_id, "told", form,
        lambda: rekey.tell_duty(aside_id, request.actor, **form.said()), to="set-aside-entry",
    )  # fmt: skip


@needs("may_book")
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: DeskRequest, aside_id: UUID) -> HttpResponse:
    """Find the patient whom it is about, and say so."""
    form = MatchForm(request.POST)
    if request.method != "POST" or "find" in request.POST:
        return _page(request, _entry(request, aside_id))
    return _do(
        request, aside_id, "who", form,
        lambda: rekey.say_who(aside_id, form.cleaned_data["patient"], request.actor),
        to="set-aside-entry",
    )  # fmt: skip


@needs("may_book")
@require_POST
def fill(request: DeskRequest, aside_id: UUID) -> HttpResponse:
    """Book the slot that was chosen for a request."""
    form = FillForm(_free(request, WishForm(request.practice, request.POST)), request.POST)
    return _do(
        request, aside_id, "fill", form,
        lambda: rekey.fill(aside_id, UUID(form.cleaned_data["slot"]), request.actor),
    )  # fmt: skip


def _entry(request: DeskRequest, aside_id: UUID) -> Entry:
    one = outstanding.aside_of(request.practice, aside_id)
    if one is None:
        raise Http404
    return one


def _free(request: DeskRequest, form: WishForm) -> list[FreeSlot]:
    return finding.next_free(request.practice, form.wish(), request.desk.pk, limit=PROPOSED)


def _do(
    request: DeskRequest,
    aside_id: UUID,
    name: str,
    form: Form | None,
    deed: Callable[[], Any],
    *,
    to: str = "",
) -> HttpResponse:
    """Do it and go on to the list (or stay at this one); what was typed stays if it is refused."""
    one = _entry(request, aside_id)
    if form is not None and not form.is_valid():
        return _page(request, one, {name: form}, INVALID)
    try:
        deed()
    except BookingRefused as refused:
        return _page(request, one, {name: form, "refusal": refused}, REFUSED)
    return SeeOther(to, aside_id) if to else SeeOther("set-aside")


def _page(
    request: DeskRequest, one: Entry, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "nav": "rekeying",
        "one": one,
        "close": CloseForm(),
        "hand": HandOnForm(request.practice, one),
        "told": ToldForm(request.user),
        **(_slots(request, one.patient) if one.patient else _people(request, one)),
        **(context or {}),
    }
    return render(request, "fallback/deciding/entry.jinja", context, status=status)


def _slots(request: DeskRequest, patient: Patient) -> dict[str, Any]:
    """Gather what may be given to a patient who is known."""
    access.opened(request.actor, patient, LOGGED_AS)
    wish = WishForm(request.practice, request.GET or request.POST)
    return {"wish": wish, "fill": FillForm(_free(request, wish))}


def _people(request: DeskRequest, one: Entry) -> dict[str, Any]:
    """Gather who may be meant by what was written, or by what somebody looks for."""
    asked = request.POST.get("q", one.typed)
    access.searched(request.actor, asked)
    return {"asked": asked, "found": search.find(request.practice, asked)}
