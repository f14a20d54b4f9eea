"""A slot: look at it, take it in hand, find a patient for it, book."""

import uuid
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from appointments import access, booking, search, slots
from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.forms.booking import BookingForm, ReasonForm
from appointments.models import Slot
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest

REFUSED, INVALID = 409, 422
TEN = 10  # patients shown at first: what can be read out on the telephone


@require_safe
def slot(request: DeskRequest, slot_id: UUID) -> HttpResponse:
    """Show a slot: who is in it, or the form to book it."""
    place = slot_of(request, slot_id)
    initial = {"reference": uuid.uuid4(), "mode": place.mode, "extra": "extra" in request.GET}
    context = {"form": BookingForm(initial=initial), **_picked(request, place, request.GET)}
    return _panel(request, place, context)


@require_POST
@needs("may_book")
def patients(request: DeskRequest, slot_id: UUID) -> HttpResponse:
    """Find patients for the slot's form; everything else that was typed stays."""
    place = slot_of(request, slot_id)
    asked = request.POST.get("q", "").strip()
    found = slots.with_that_day(place, search.find(request.practice, asked, limit=TEN))
    access.searched(request.actor, asked)
    form = BookingForm(initial=request.POST.dict())
    context = {"form": form, "found": found, "asked": asked}
    if request.htmx and request.htmx.target == "pick":
        return render(request, "appointments/slots/_pick.jinja", context)
    return _panel(request, place, context)


@require_POST
@needs("may_book")
def book(request: DeskRequest, slot_id: UUID) -> HttpResponse:
    """Book: 303 for a page, 200 with the fragment for htmx, 409 refused, 422 invalid."""
    form = BookingForm(request.POST)
    if not form.is_valid():
        return _again(request, slot_of(request, slot_id), form, status=INVALID)
    try:
        made = booking.book(slot_id, form.wanted(), request.actor)
    except BookingRefused as refused:
        if refused.final and request.htmx:
            return _said(request, refused)
        return _again(request, slot_of(request, slot_id), form, refusal=refused, status=REFUSED)
    if not request.htmx:
        return SeeOther("appointment", made.pk)
    answer = render(request, "appointments/slots/_told.jinja", slots.just_booked(made))
    answer["HX-Trigger"] = "book-changed"
    return answer


@require_POST
@needs("may_book")
def hold(request: DeskRequest, slot_id: UUID) -> HttpResponse:
    """Take the slot in hand while the form is open; 204, or 409 with who has it."""
    try:
        booking.hold(slot_id, request.actor)
    except BookingRefused as refused:
        return _said(request, refused)
    return HttpResponse(status=204)


@require_POST
def release(request: DeskRequest, slot_id: UUID) -> HttpResponse:
    """Give the slot back: the form was closed."""
    booking.release(slot_of(request, slot_id).pk, request.actor)
    return HttpResponse(status=204)


@require_POST
@needs("may_book")
def ask_for(request: DeskRequest, slot_id: UUID) -> HttpResponse:
    """Ask the desk that keeps a slot for outages to let go of it."""
    place = slot_of(request, slot_id)
    return after(request, place, lambda: booking.ask_for(place.pk, request.actor))


@require_POST
@needs("may_book")
def let_go(request: DeskRequest, slot_id: UUID) -> HttpResponse:
    """Let go of a slot that is held for outages."""
    place = slot_of(request, slot_id)
    why = ReasonForm(request.POST)
    why.is_valid()
    reason = why.cleaned_data.get("because", "")
    return after(request, place, lambda: booking.let_go([place.pk], request.actor, reason))


def slot_of(request: DeskRequest, slot_id: UUID) -> Slot:
    """Find a slot of the practice that this person may see, or answer 404."""
    rows = request.practice.slot_set.select_related("session__site", "slot_type", "kept_by")
    return get_object_or_404(slots.visible_to(request.user, rows), pk=slot_id)


def _panel(request, place, context, status=200) -> HttpResponse:
    template = "_slot" if request.htmx else "slot"
    context = {**slots.seen(place, request.actor), **context}
    return render(request, f"appointments/slots/{template}.jinja", context, status=status)


def _said(request, refusal) -> HttpResponse:
    """Say the sentence in the form that is open; everything typed stays in it as it is."""
    context = {"refusal": refusal}
    answer = render(request, "appointments/slots/_refusal.jinja", context, status=REFUSED)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#refusal", "innerHTML"
    return answer


def _again(request, place, form, *, status, refusal=None) -> HttpResponse:
    """Show the form once more, with what was typed, the patient who was chosen, and why."""
    context = {"form": form, "refusal": refusal, **_picked(request, place, form.data)}
    return _panel(request, place, context, status)


def _picked(request, place, said) -> dict:
    """Give the patient who was chosen already, on a page that is shown again."""
    try:
        picked = UUID(said.get("patient", ""))
    except ValueError:
        return {}
    found = search.shown(request.practice, [picked])
    return {"found": slots.with_that_day(place, found), "picked": picked}


def after(request: DeskRequest, place: Slot, command: Callable[[], Any]) -> HttpResponse:
    """Carry out a command on a slot; then its panel as it is now, or with the refusal."""
    try:
        command()
    except BookingRefused as refused:
        form = BookingForm(initial={"reference": uuid.uuid4(), "mode": place.mode})
        return _panel(request, place, {"form": form, "refusal": refused}, REFUSED)
    if not request.htmx:
        return SeeOther("slot", place.pk)
    place.refresh_from_db()
    form = BookingForm(initial={"reference": uuid.uuid4(), "mode": place.mode})
    answer = _panel(request, place, {"form": form})
    answer["HX-Trigger"] = "book-changed"
    return answer
