"""Re-keying: open a sheet, key it row by row, sign it off or say that it is lost."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments import access
from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest
from fallback import rekey, sheets
from fallback.forms.rekey import LostForm, OpenForm, RowForm
from fallback.models import Entry, Sheet
from fallback.rekey import keying, matching, presence, waiting
from fallback.rekey import page as pages

REFUSED, INVALID, UNKNOWN = 409, 422, 404


@needs("may_book")
@require_safe
def rekeying(request: DeskRequest) -> HttpResponse:
    """List the sheets that wait, with the box for a reference."""
    presence.left(request.actor)
    return _list(request, OpenForm())


@needs("may_book")
@require_POST
def open_sheet(request: DeskRequest) -> HttpResponse:
    """Open a sheet by its reference, typed or scanned."""
    form = OpenForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=INVALID)
    try:
        sheet = sheets.find(request.practice, form.cleaned_data["reference"])
    except BookingRefused as refused:
        form.add_error("reference", refused.sentence)
        return _list(request, form, status=REFUSED)
    return SeeOther("rekeying-sheet", sheets.shown(sheet))


@needs("may_book")
@require_safe
def sheet(request: DeskRequest, sheet_ref: str) -> HttpResponse:
    """Show a sheet as it was printed, with the row in hand."""
    try:
        found = sheets.find(request.practice, sheet_ref)
    except BookingRefused as refused:
        return _list(request, OpenForm(), refusal=refused, status=UNKNOWN)
    code, after = request.GET.get("row", ""), request.GET.get("after", "")
    page = pages.read(found, request.actor, code=code, after=after)
    if not request.htmx:
        access.opened_list(request.actor, f"sheet {page.reference}, to key it")
    return _answer(request, page, done=after)


@needs("may_book")
@require_POST
def row(request: DeskRequest, sheet_ref: str, code: str) -> HttpResponse:
    """Key a row; or show it as something else that is written there, or another row."""
    found, sent = _sheet(request, sheet_ref), request.POST
    if matching.is_code(found, sent.get("q", "")):
        return _row(request, found, sent["q"].strip())
    start = pages.start(found, code)
    if "turn" in sent:
        form = RowForm.turned(start, request.user, sent, sent["turn"])
        return _row(request, found, code, form)
    form = RowForm.sent(start, sent)
    if not form.is_valid():
        return _row(request, found, code, form, status=INVALID)
    try:
        keying.key(found, code, form.wanted(), request.actor)
    except BookingRefused as refused:
        return _row(request, found, code, form, refusal=refused, status=REFUSED)
    return _show(request, found, {"after": code})


@needs("may_book")
@require_POST
def find(request: DeskRequest, sheet_ref: str, code: str) -> HttpResponse:
    """Say, while a name is typed, whom it can mean."""
    typed = request.POST.get("q", "").strip()
    found = _sheet(request, sheet_ref)
    access.searched(request.actor, typed)
    choices = keying.choices(found, request.POST.get("what", ""), typed)
    context = {"choices": choices, "typed": typed}
    return render(request, "fallback/rekey/_choices.jinja", context)


@needs("may_book")
@require_POST
def rest(request: DeskRequest, sheet_ref: str, code: str) -> HttpResponse:
    """Say that nothing is written on this row and the rest, but those in others' hands."""
    found = _sheet(request, sheet_ref)
    taken = [other.row_id for other in presence.others(request.actor, found) if other.row_id]
    try:
        rekey.leave_rest(found.reference, request.actor, from_code=code, but=taken)
    except BookingRefused as refused:
        return _row(request, found, code, refusal=refused, status=REFUSED)
    return _show(request, found, {"after": code})


@needs("may_book")
@require_POST
def take_back(request: DeskRequest, sheet_ref: str, entry_id: UUID) -> HttpResponse:
    """Take back what was keyed wrongly, and have its row in hand again."""
    found = _sheet(request, sheet_ref)
    entry = _entry(found, entry_id)
    try:
        if "together" in request.POST:
            rekey.take_back_rest(entry_id, request.actor)
        else:
            rekey.take_back(entry_id, request.actor)
    except BookingRefused as refused:
        return _row(request, found, entry.row.code, refusal=refused, status=REFUSED)
    return _show(request, found, {"row": entry.row.code})


@needs("may_book")
@require_safe
def others(request: DeskRequest, sheet_ref: str) -> HttpResponse:
    """Say what has changed on a sheet that is open: who else is on it, which rows are done."""
    found = _sheet(request, sheet_ref)
    page = pages.read(found, request.actor, code=request.GET.get("row", ""))
    if page.stamp == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, "fallback/rekey/_changed.jinja", {"page": page})


@needs("may_book")
@require_POST
def sign_off(request: DeskRequest, sheet_ref: str) -> HttpResponse:
    """Say that a sheet is done."""
    found = _sheet(request, sheet_ref)
    try:
        rekey.sign_off(found.reference, request.actor)
    except BookingRefused as refused:
        return _row(request, found, "", refusal=refused, status=REFUSED)
    return SeeOther("rekeying", query={"done": sheets.shown(found)})


@needs("may_lead")
@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: DeskRequest, sheet_ref: str) -> HttpResponse:
    """Say that a sheet never came back."""
    found, form = _sheet(request, sheet_ref), LostForm(request.POST or None)
    if form.is_valid():
        try:
            rekey.declare_lost(found.reference, request.actor, form.cleaned_data["reason"])
            return SeeOther("rekeying")
        except BookingRefused as refused:
            form.add_error(None, refused.sentence)
    context = {"sheet": found, "words": pages.words(found), "form": form, "nav": "rekeying"}
    status = INVALID if form.errors else 200
    return render(request, "fallback/rekey/lost.jinja", context, status=status)


def _sheet(request: DeskRequest, sheet_ref: str) -> Sheet:
    try:
        found = sheets.find(request.practice, sheet_ref)
    except BookingRefused:
        raise Http404 from None
    found.practice = request.practice  # spares a query: it is the one that we hold already
    return found


def _entry(sheet: Sheet, entry_id: UUID) -> Entry:
    return get_object_or_404(sheet.entries.select_related("row"), pk=entry_id)


def _show(request: DeskRequest, sheet: Sheet, at: dict[str, str]) -> HttpResponse:
    """Show a sheet as it is now, after something was done: a page anew, or its fragment."""
    if not request.htmx:
        return SeeOther("rekeying-sheet", sheets.shown(sheet), query=at)
    page = pages.read(sheet, request.actor, code=at.get("row", ""), after=at.get("after", ""))
    return _answer(request, page, done=at.get("after", ""))


def _row(
    request: DeskRequest, sheet: Sheet, code: str, form: RowForm | None = None, **said: Any
) -> HttpResponse:
    """Show a row in hand, with everything that was typed, and why it was not keyed."""
    return _answer(request, pages.read(sheet, request.actor, code=code), form, **said)


def _answer(
    request: DeskRequest,
    page: pages.SheetPage,
    form: RowForm | None = None,
    *,
    refusal: BookingRefused | None = None,
    done: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": page,
        "refusal": refusal,
        "done": pages.done(page, done),
        "nav": "rekeying",
        **_form(request, form or RowForm.begun(page.start, request.user), refusal),
    }
    template = "_keying" if request.htmx else "sheet"
    return render(request, f"fallback/rekey/{template}.jinja", context, status=status)


def _form(request: DeskRequest, form: RowForm, refusal: BookingRefused | None) -> dict[str, Any]:
    """Give the form of the row in hand, with what there is to choose from and what was chosen."""
    listed: keying.Choices | None = getattr(refusal, "choices", None)
    asks_again = listed is not None and bool(listed.people or listed.appointments)
    return {
        "form": form,
        "choices": listed if listed and any(listed) else None,
        "kept": None if asks_again else keying.kept(request.practice, **form.chosen_already()),
        "typed": request.POST.get("q", "").strip(),
        "where": request.POST.get("where", "").strip(),
    }


def _list(
    request: DeskRequest,
    form: OpenForm,
    *,
    refusal: BookingRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "refusal": refusal,
        "waiting": waiting.waiting(request.practice),
        "ended": waiting.signed_off(request.practice),
        "done": request.GET.get("done", ""),
        "nav": "rekeying",
    }
    return render(request, "fallback/rekey/rekeying.jinja", context, status=status)
