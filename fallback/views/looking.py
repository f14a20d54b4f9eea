"""The second look: what somebody else keyed, held against the paper."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from appointments import access
from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest
from fallback import rekey, sheets
from fallback.forms.looking import AnswerForm, DiffersForm, RowForm
from fallback.models import Entry, SecondLook, Sheet
from fallback.rekey import looking, looks
from fallback.views.answers import INVALID, REFUSED


@needs("may_book")
@require_safe
def second_looks(request: DeskRequest) -> HttpResponse:
    """List the sheets with rows to look at, and what came back to this person."""
    return _list(request)


@needs("may_book")
@require_safe
def sheet(request: DeskRequest, sheet_id: UUID) -> HttpResponse:
    """Show what is to be looked at on one sheet, the next row large."""
    return _sheet_page(request, _sheet(request, sheet_id))


@needs("may_book")
@require_POST
def agrees(request: DeskRequest, entry_id: UUID) -> HttpResponse:
    """Say that a row is keyed as it stands on the paper."""
    entry = _entry(request, entry_id)
    return _looked(request, entry, lambda: looking.agree(entry_id, request.actor))


@needs("may_book")
@require_POST
def differs(request: DeskRequest, entry_id: UUID) -> HttpResponse:
    """Say what the paper says otherwise."""
    entry, form = _entry(request, entry_id), DiffersForm(request.POST)
    if not form.is_valid():
        return _sheet_page(request, entry.sheet, entry_id, form=form, status=INVALID)
    words = form.cleaned_data["differs"]
    return _looked(request, entry, lambda: looking.differ(entry_id, words, request.actor), form)


@needs("may_book")
@require_POST
def blank(request: DeskRequest, sheet_id: UUID) -> HttpResponse:
    """Say that all rows without writing are empty on the paper too."""
    found = _sheet(request, sheet_id)
    looking.agree_blank(found, request.actor)
    return SeeOther("second-look", sheet_id)


@needs("may_book")
@require_POST
def answer(request: DeskRequest, look_id: UUID) -> HttpResponse:
    """Answer a difference that came back: it stands, or was put right."""
    _look(request, look_id)
    form = AnswerForm(look_id, request.POST)
    if not form.is_valid():
        return _list(request, {look_id: form}, status=INVALID)
    try:
        looking.answer(look_id, form.cleaned_data["answer"], request.actor)
    except BookingRefused as refused:
        return _list(request, {look_id: form}, refused, REFUSED)
    return SeeOther("second-looks")


@needs("may_book")
@require_POST
def take_back(request: DeskRequest, look_id: UUID) -> HttpResponse:
    """Take back what was keyed wrongly, as the second look found, and have its row in hand."""
    look = _look(request, look_id)
    try:
        row = rekey.take_back(look.entry_id, request.actor)
    except BookingRefused as refused:
        return _list(request, {}, refused, REFUSED)
    return SeeOther("rekeying-sheet", sheets.shown(row.sheet), query={"row": row.code})


def _looked(
    request: DeskRequest, entry: Entry, deed: Callable[[], Any], form: DiffersForm | None = None
) -> HttpResponse:
    try:
        deed()
    except BookingRefused as refused:
        return _sheet_page(request, entry.sheet, entry.pk, refused, form, REFUSED)
    return SeeOther("second-look", entry.sheet_id, query={"done": str(entry.pk)})


def _sheet_page(
    request: DeskRequest,
    of: Sheet,
    entry_id: UUID | None = None,
    refused: BookingRefused | None = None,
    form: DiffersForm | None = None,
    status: int = 200,
) -> HttpResponse:
    access.opened_list(request.actor, f"Second look at sheet {sheets.shown(of)}")
    asked = RowForm(request.GET)
    wanted, done = entry_id or asked.said("row"), asked.said("done")
    context = {
        "sheet": of,
        "look": looks.of_sheet(of, request.user, wanted=wanted, done=done),
        "refusal": refused,
        "form": form or DiffersForm(),
        "nav": "rekeying",
    }
    return render(request, "fallback/looking/sheet.jinja", context, status=status)


def _list(
    request: DeskRequest,
    forms: dict[UUID, AnswerForm] | None = None,
    refused: BookingRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    access.opened_list(request.actor, "Second look")
    back = list(looks.came_back(request.practice))
    context = {
        "sheets": looks.by_sheet(request.practice, request.user),
        "back": [(look, (forms or {}).get(look.pk) or AnswerForm(look.pk)) for look in back],
        "wrong_forms": list((forms or {}).values()),
        "refusal": refused,
        "nav": "rekeying",
    }
    return render(request, "fallback/looking/looks.jinja", context, status=status)


def _sheet(request: DeskRequest, sheet_id: UUID) -> Sheet:
    rows = request.practice.sheet_set.select_related("desk", "site", "session")
    return get_object_or_404(rows, pk=sheet_id)


def _entry(request: DeskRequest, entry_id: UUID) -> Entry:
    rows = request.practice.entry_set.select_related("sheet__desk", "sheet__site")
    return get_object_or_404(rows, pk=entry_id)


def _look(request: DeskRequest, look_id: UUID) -> SecondLook:
    return get_object_or_404(request.practice.secondlook_set.filter(agrees=False), pk=look_id)
