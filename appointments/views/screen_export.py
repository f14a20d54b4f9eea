"""Screen exports: choose a file, say what its columns are, see what would change, load it."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.forms.screen_export import ColumnsForm, FileForm, NamesForm, WhenForm
from appointments.imports import screen
from appointments.imports.report import Reject
from appointments.imports.screen import NotAnExport, Preview, mappings, waiting
from appointments.imports.screen.reading import Sheet
from appointments.models import ScreenMapping
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest

INVALID, REFUSED, GONE = 422, 409, 404
form_view = require_http_methods(["GET", "HEAD", "POST"])


@dataclass
class Kept:
    """A file that somebody sent and that is not loaded yet."""

    reference: UUID
    data: bytes
    sheet: Sheet
    saved: ScreenMapping | None

    @property
    def mapping(self) -> ScreenMapping:
        """What its columns mean."""
        if self.saved is None:
            raise ValueError("nobody has said yet what the columns of this list are")
        return self.saved


def with_kept(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the file to which an address's reference belongs; say so when it is gone."""

    @wraps(view)
    def guarded(request: DeskRequest, reference: UUID) -> HttpResponse:
        try:
            data = waiting.fetch(request.actor, reference)
            sheet = screen.read(request.practice, data)
        except NotAnExport as gone:
            return _start(request, FileForm(), sentence=str(gone), status=GONE)
        mapping = screen.mapping_for(request.practice, sheet)
        return view(request, Kept(reference, data, sheet, mapping))

    return guarded


@needs("may_manage")
@form_view
def start(request: DeskRequest) -> HttpResponse:
    """Take a file in, and go on to what it would change or, at first, to its columns."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FileForm(*sent)
    if not form.is_valid():
        return _start(request, form, status=INVALID if form.errors else 200)
    data = form.cleaned_data["file"]
    try:
        sheet = screen.read(request.practice, data)
    except NotAnExport as refused:
        form.add_error("file", str(refused))
        return _start(request, form, status=INVALID)
    is_known = screen.mapping_for(request.practice, sheet) is not None
    page = "screen-export-preview" if is_known else "screen-export-columns"
    return SeeOther(page, waiting.keep(request.actor, data))


@needs("may_manage")
@form_view
@with_kept
def columns(request: DeskRequest, kept: Kept) -> HttpResponse:
    """Say what each column is."""
    form = ColumnsForm(request.practice, kept.sheet, kept.saved, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            mappings.save_mapping(request.actor, kept.sheet, **form.cleaned_data)
        except BookingRefused as refused:
            form.add_error("name", refused.sentence)
        else:
            return SeeOther("screen-export-preview", kept.reference)
    context = {"form": form, "kept": kept, "nav": "settings"}
    status = INVALID if form.errors else 200
    return render(request, "appointments/settings/screen/columns.jinja", context, status=status)


@needs("may_manage")
@require_safe
@with_kept
def preview(request: DeskRequest, kept: Kept) -> HttpResponse:
    """Show what the file would change."""
    if kept.saved is None:
        return SeeOther("screen-export-columns", kept.reference)
    form = WhenForm(kept.sheet, kept.mapping, request.GET or None)
    return _preview(request, kept, form, status=INVALID if request.GET and form.errors else 200)


@needs("may_manage")
@require_POST
@with_kept
def names(request: DeskRequest, kept: Kept) -> HttpResponse:
    """Say whom and what the list means by names that the book does not know."""
    if kept.saved is None:
        return SeeOther("screen-export-columns", kept.reference)
    form = NamesForm(request.practice, _seen(request, kept).unknown, request.POST)
    if form.is_valid():
        for what in ("clinician", "site"):
            if said := form.said(what):
                mappings.say_names(request.actor, kept.mapping.pk, what, said)
    return SeeOther("screen-export-preview", kept.reference)


@needs("may_manage")
@require_POST
@with_kept
def load(request: DeskRequest, kept: Kept) -> HttpResponse:
    """Load the file, and say what became of it."""
    if kept.saved is None:
        return SeeOther("screen-export-columns", kept.reference)
    form = WhenForm(kept.sheet, kept.mapping, request.POST)
    if not form.is_valid():
        return _preview(request, kept, form, status=INVALID)
    try:
        report = screen.load(request.practice, kept.mapping, _file(kept, form), by=request.actor)
    except NotAnExport as refused:
        return _preview(request, kept, form, sentence=str(refused), status=REFUSED)
    waiting.remove(request.actor, kept.reference)
    context = {"report": report, "mapping": kept.mapping, "nav": "settings"}
    return render(request, "appointments/settings/screen/loaded.jinja", context)


@needs("may_manage")
@require_safe
@with_kept
def rejects(request: DeskRequest, kept: Kept) -> HttpResponse:
    """Give the rows that would not be taken as CSV: line and reason, nobody's name."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="rows not taken.csv"'
    found = _seen(request, kept).report.rejects if kept.saved else []
    rows = csv.writer(answer)
    rows.writerow(("line", "reason"))
    rows.writerows((reject.line, reject.reason) for reject in sorted(found))
    return answer


@needs("may_manage")
@require_POST
def remove(request: DeskRequest, reference: UUID) -> HttpResponse:
    """Remove the file without loading it."""
    waiting.remove(request.actor, reference)
    return SeeOther("screen-export")


@needs("may_manage")
@require_POST
def forget(request: DeskRequest, mapping_id: UUID) -> HttpResponse:
    """Forget what a list's columns mean."""
    mapping = get_object_or_404(request.practice.screenmapping_set, pk=mapping_id)
    mappings.forget_mapping(request.actor, mapping.pk)
    return SeeOther("screen-export")


def _start(
    request: DeskRequest, form: FileForm, *, sentence: str = "", status: int = 200
) -> HttpResponse:
    waiting.sweep()
    saved = request.practice.screenmapping_set.select_related("site")
    context = {"form": form, "saved": saved, "sentence": sentence, "nav": "settings"}
    return render(request, "appointments/settings/screen/start.jinja", context, status=status)


def _file(kept: Kept, form: WhenForm | None) -> screen.File:
    if form is None or not form.is_valid():
        return screen.File(kept.data)
    return screen.File(kept.data, saved_at=form.moment, day=form.cleaned_data.get("day"))


def _seen(request: DeskRequest, kept: Kept) -> Preview:
    form = WhenForm(kept.sheet, kept.mapping, request.GET or None)
    try:
        return screen.preview(request.practice, kept.mapping, _file(kept, form))
    except NotAnExport:
        return screen.Preview.nothing()


def _preview(
    request: DeskRequest, kept: Kept, form: WhenForm, *, sentence: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "kept": kept, "nav": "settings"}
    try:
        seen = screen.preview(request.practice, kept.mapping, _file(kept, form))
    except NotAnExport as refused:
        context |= {"seen": None, "sentence": sentence or str(refused)}
    else:
        context |= {"seen": seen, "sentence": sentence or seen.refusal}
        context["names"] = NamesForm(request.practice, seen.unknown)
        context["rejects"] = sorted(seen.report.rejects, key=_by_line)
    return render(request, "appointments/settings/screen/preview.jinja", context, status=status)


def _by_line(reject: Reject) -> int:
    return reject.line
