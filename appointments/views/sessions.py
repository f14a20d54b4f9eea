"""Sessions: a week of them, one slot by slot; open, copy, change, cancel and reopen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments import sessions
from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.forms.sessions import (
    ChangeForm,
    CopyForm,
    MoreSlotsForm,
    OpenForm,
    ReasonForm,
    SlotsForm,
    StretchFormSet,
    TicksForm,
    WeekForm,
    stretches_in,
)
from appointments.models import Session
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest

REFUSED, INVALID = 409, 422
form_view = require_http_methods(["GET", "HEAD", "POST"])


@needs("may_book")
@require_safe
def week(request: DeskRequest) -> HttpResponse:
    """List a site's sessions of a week."""
    asked = WeekForm(request.practice, request.GET)
    context = {
        "asked": asked,
        "sites": request.practice.site_set.filter(closed_on=None),
        "days": sessions.week_of(asked.shown_at, asked.monday) if asked.shown_at else [],
        "week_before": asked.monday - timedelta(weeks=1),
        "week_after": asked.monday + timedelta(weeks=1),
    }
    return _page(request, "week", context)


@needs("may_book")
@require_safe
def session(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """Show a session slot by slot."""
    return _session_page(request, _session(request, session_id))


@needs("may_book")
@form_view
def open_session(request: DeskRequest) -> HttpResponse:
    """Open a session from scratch, on one day or weekly."""
    initial = {name: request.GET.get(name) for name in ("site", "first")}
    form = OpenForm(request.practice, request.POST or None, initial=initial)
    stretches = StretchFormSet(
        request.POST or None, prefix="stretch", form_kwargs={"practice": request.practice}
    )
    context = {"form": form, "stretches": stretches}
    if request.method != "POST":
        return _page(request, "open", context)
    if not (form.is_valid() & stretches.is_valid()):
        return _page(request, "open", context, INVALID)
    plan, reference = form.plan(stretches_in(stretches)), form.cleaned_data["reference"]
    return _opened(
        request, lambda: sessions.open_session(request.actor, plan, reference, **form.ticks()),
        "open", context,
    )  # fmt: skip


@needs("may_book")
@form_view
def copy(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """Open sessions like this one on other days."""
    row = _session(request, session_id)
    form = CopyForm(row, request.POST or None)
    context = {"form": form, "session": row}
    if not form.is_valid():
        return _page(request, "copy", context, INVALID if form.is_bound else 200)
    said = form.cleaned_data

    def command():
        return sessions.copy_session(
            request.actor, row.pk, form.days(), said["reference"],
            with_blocks=said["with_blocks"], **form.ticks(),
        )  # fmt: skip

    return _opened(request, command, "copy", context)


@needs("may_book")
@require_safe
def opened(request: DeskRequest, reference: UUID) -> HttpResponse:
    """Say what a form has opened, and on which days it has not."""
    done = sessions.opened_with(request.practice, reference)
    if done is None:
        raise Http404
    if len(done.sessions) == 1 and not done.left_out:
        return SeeOther("session", done.sessions[0].pk)
    return _page(request, "opened", {"opened": done})


@needs("may_book")
@form_view
def change(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """Change a session's name and holders."""
    row = _session(request, session_id)
    form = ChangeForm(row, request.POST or None)
    context = {"form": form, "session": row}
    if not form.is_valid():
        return _page(request, "change", context, INVALID if form.is_bound else 200)
    said = form.cleaned_data

    def command():
        return sessions.change_session(
            request.actor, row.pk, name=said["name"], category=said["category"],
            holders=[clinician.pk for clinician in said["holders"]],
            although_overlapping=said["although_overlapping"],
        )  # fmt: skip

    return _done(request, command, row, "change", context)


@needs("may_book")
@form_view
def add_slots(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """Add slots to a session."""
    row = _session(request, session_id)
    form = MoreSlotsForm(row, request.POST or None)
    context = {"form": form, "session": row}
    if not form.is_valid():
        return _page(request, "add_slots", context, INVALID if form.is_bound else 200)
    overlapping = form.cleaned_data["although_overlapping"]

    def command():
        return sessions.add_slots(
            request.actor, row.pk, form.stretch(), although_overlapping=overlapping
        )

    return _done(request, command, row, "add_slots", context)


@needs("may_book")
@form_view
def cancel(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """Show who would be cancelled and rung; then cancel the session."""
    row = _session(request, session_id)
    form = ReasonForm(request.POST or None)
    context = {"form": form, "session": row, "foreseen": sessions.cancelling(row)}
    if not form.is_valid():
        return _page(request, "cancel", context, INVALID if form.is_bound else 200)
    reason = form.cleaned_data["reason"]
    return _done(
        request, lambda: sessions.cancel_session(request.actor, row.pk, reason), row, "cancel",
        context,
    )  # fmt: skip


@needs("may_book")
@require_POST
def reopen(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """Take a session's cancellation back."""
    row = _session(request, session_id)
    ticks = TicksForm(request.POST)
    ticks.is_valid()
    overlapping = ticks.cleaned_data["although_overlapping"]
    try:
        sessions.reopen_session(request.actor, row.pk, although_overlapping=overlapping)
    except BookingRefused as refused:
        return _session_page(request, row, {"refusal": refused}, REFUSED)
    return SeeOther("session", row.pk)


@needs("may_book")
@require_POST
def change_slots(request: DeskRequest, session_id: UUID) -> HttpResponse:
    """Block, unblock, remove or retype the slots that are ticked."""
    row = _session(request, session_id)
    form = SlotsForm(row, request.POST)
    if not form.is_valid():
        return _session_page(request, row, {"form": form}, INVALID)
    try:
        _do(request, form.cleaned_data)
    except BookingRefused as refused:
        return _session_page(request, row, {"form": form, "refusal": refused}, REFUSED)
    return SeeOther("session", row.pk)


def _do(request: DeskRequest, said: dict[str, Any]) -> None:
    by, slot_ids = request.actor, [slot.pk for slot in said["slots"]]
    match said["do"]:
        case "block":
            sessions.block(by, slot_ids, said["reason"])
        case "unblock":
            sessions.unblock(by, slot_ids)
        case "remove":
            sessions.remove_slots(by, slot_ids)
        case "change":
            sessions.change_type(by, slot_ids, said["type"].pk, said["mode"])


def _opened(request: DeskRequest, command: Callable, page: str, context: dict) -> HttpResponse:
    """Open sessions and go on to what was opened, or show the form again with the refusal."""
    try:
        command()
    except BookingRefused as refused:
        return _page(request, page, {**context, "refusal": refused}, REFUSED)
    return SeeOther("opened", context["form"].cleaned_data["reference"])


def _done(request, command: Callable, row: Session, page: str, context: dict) -> HttpResponse:
    """Carry a command out and go back to the session, or show the form with the refusal."""
    try:
        command()
    except BookingRefused as refused:
        return _page(request, page, {**context, "refusal": refused}, REFUSED)
    return SeeOther("session", row.pk)


def _session(request: DeskRequest, session_id: UUID) -> Session:
    rows = request.practice.session_set.select_related("site", "practice", "cancelled_by")
    return get_object_or_404(rows, pk=session_id)


def _session_page(request, row: Session, context=None, status=200) -> HttpResponse:
    context = {
        "session": row,
        "holders": row.holders.all(),
        "rows": sessions.rows_of(row, request.desk.pk),
        "form": SlotsForm(row),
        **(context or {}),
    }
    return _page(request, "session", context, status)


def _page(request: DeskRequest, name: str, context: dict, status: int = 200) -> HttpResponse:
    context = {"nav": "sessions", **context}
    return render(request, f"appointments/sessions/{name}.jinja", context, status=status)
