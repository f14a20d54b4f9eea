"""What the settings are made of: a description of each part, and one set of views for all.

Sites, desks, slot types and clinicians are all listed, added, changed, ended and brought back.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments import practices
from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.forms.settings import (
    ClinicianForm,
    DeskForm,
    SettingsForm,
    SiteForm,
    SlotTypeForm,
)
from appointments.journal import Actor
from appointments.models import Practice, SlotType
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest
from appointments.wording import day_words

INVALID = 422
REFUSED = 409


@dataclass(frozen=True)
class Part:
    """One kind of thing in the settings."""

    name: str  # in addresses: 'slot-types'
    heading: str
    noun: str
    form: type[SettingsForm]
    rows: Callable[[Practice], Any]
    columns: dict[str, Callable[[Any], str]]  # beside the name
    add: Callable[..., Any]
    amend: Callable[..., Any]
    end: Callable[[UUID, Actor], Any]
    bring_back: Callable[[UUID, Actor], Any]
    ended_on: str  # the column with the day since when it is out of use
    words: dict[str, str]  # for: end, bring_back, ended
    about: Callable[[Any], list[str]] = lambda row: []  # sentences on the page of one
    deeds: Mapping[str, str] = field(default_factory=dict)  # buttons there: address and words
    links: Mapping[str, str] = field(default_factory=dict)  # links there: address and words

    @property
    def address(self) -> str:
        """The name of the list's address; '-new', '-one', '-end' and '-back' are its pages."""
        return f"settings-{self.name}"


def _add_desk(by: Actor, *, site: Any, name: str) -> Any:
    return practices.add_desk(by, site.pk, name=name)


def _release(slot_type: SlotType) -> str:
    hours, days = slot_type.release_hours, slot_type.release_days
    if slot_type.release == SlotType.Release.HOURS_BEFORE:
        return f"{hours} hour{'s' if hours > 1 else ''} before"
    if slot_type.release == SlotType.Release.AT_TIME:
        before = {0: "on the day", 1: "the day before"}.get(days, f"{days} days before")
        return f"{before}, from {slot_type.release_time:%H:%M}"
    return "at once"


CLOSING = {"end": "Close", "bring_back": "Use again", "ended": "Closed"}
SITES = Part(
    name="sites",
    heading="Sites",
    noun="site",
    form=SiteForm,
    rows=lambda practice: practice.site_set.all(),
    columns={"Telephone": lambda site: site.telephone, "Postcode": lambda site: site.postcode},
    add=practices.add_site,
    amend=practices.amend_site,
    end=practices.close_site,
    bring_back=practices.reopen_site,
    ended_on="closed_on",
    words=CLOSING,
)
DESKS = Part(
    name="desks",
    heading="Desks",
    noun="desk",
    form=DeskForm,
    rows=lambda practice: practice.desk_set.select_related("site"),
    columns={"Number": lambda desk: desk.number, "Site": lambda desk: desk.site.name},
    add=_add_desk,
    amend=practices.amend_desk,
    end=practices.close_desk,
    bring_back=practices.reopen_desk,
    ended_on="closed_on",
    words=CLOSING,
)
SLOT_TYPES = Part(
    name="slot-types",
    heading="Slot types",
    noun="slot type",
    form=SlotTypeForm,
    rows=lambda practice: practice.slottype_set.all(),
    columns={
        "Colour": SlotType.get_colour_display,
        "Mode": SlotType.get_mode_display,
        "May be booked": _release,
        "National category": lambda slot_type: slot_type.national_category,
    },
    add=practices.add_slot_type,
    amend=practices.amend_slot_type,
    end=practices.retire_slot_type,
    bring_back=practices.restore_slot_type,
    ended_on="retired_on",
    words={"end": "Retire", "bring_back": "Use again", "ended": "Retired"},
)
CLINICIANS = Part(
    name="clinicians",
    heading="Clinicians",
    noun="clinician",
    form=ClinicianForm,
    rows=lambda practice: practice.clinician_set.select_related("staff"),
    columns={
        "Role": lambda clinician: clinician.get_role_display(),
        "Signs in as": lambda clinician: clinician.staff.username if _signs_in(clinician) else "",
    },
    add=practices.add_clinician,
    amend=practices.amend_clinician,
    end=practices.clinician_leaves,
    bring_back=practices.clinician_returns,
    ended_on="left_on",
    words={"end": "Has left", "bring_back": "Is back", "ended": "Left"},
)
PARTS = (SITES, DESKS, SLOT_TYPES, CLINICIANS)


def _signs_in(clinician: Any) -> bool:
    return hasattr(clinician, "staff")


@dataclass(frozen=True)
class Line:
    """One row of a list, ready to be shown."""

    row: Any
    cells: list[Any]
    ended: str


def _lines(part: Part, rows: Iterable[Any]) -> list[Line]:
    """Put what is in use before what is not."""
    lines = [
        Line(
            row=row,
            cells=[cell(row) for cell in part.columns.values()],
            ended=_ended(part, row),
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: bool(line.ended))


def _ended(part: Part, row: Any) -> str:
    day = getattr(row, part.ended_on)
    return f"{part.words['ended']} {day_words(day)}" if day else ""


@needs("may_manage")
@require_safe
def rows(request: DeskRequest, part: Part) -> HttpResponse:
    """List the sites (desks, slot types, clinicians)."""
    lines = _lines(part, part.rows(request.practice))
    context = {"part": part, "lines": lines, "nav": "settings"}
    return render(request, "appointments/settings/rows.jinja", context)


@needs("may_manage")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: DeskRequest, part: Part) -> HttpResponse:
    """Add one."""
    form = part.form(request.practice, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            part.add(request.actor, **form.cleaned_data)
        except BookingRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            return SeeOther(part.address)
    return _form_page(request, part, form)


@needs("may_manage")
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: DeskRequest, part: Part, row_id: UUID) -> HttpResponse:
    """Show one, and change it."""
    row = get_object_or_404(part.rows(request.practice), pk=row_id)
    form = part.form(request.practice, request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            part.amend(row_id, request.actor, **form.cleaned_data)
        except BookingRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            return SeeOther(part.address)
    return _form_page(request, part, form, row)


@needs("may_manage")
@require_POST
def end(request: DeskRequest, part: Part, row_id: UUID) -> HttpResponse:
    """Take one out of use."""
    return _done(request, part, row_id, part.end)


@needs("may_manage")
@require_POST
def bring_back(request: DeskRequest, part: Part, row_id: UUID) -> HttpResponse:
    """Take one into use again."""
    return _done(request, part, row_id, part.bring_back)


def _done(request: DeskRequest, part: Part, row_id: UUID, command: Callable) -> HttpResponse:
    row = get_object_or_404(part.rows(request.practice), pk=row_id)
    try:
        command(row_id, request.actor)
    except BookingRefused as refused:
        form = part.form(request.practice, row=row)
        return _form_page(request, part, form, row, sentence=refused.sentence, status=REFUSED)
    return SeeOther(part.address)


def _form_page(
    request: DeskRequest, part: Part, form: Any, row: Any = None, *, sentence="", status=0
) -> HttpResponse:
    context = {
        "part": part,
        "form": form,
        "row": row,
        "ended": _ended(part, row) if row else "",
        "about": part.about(row) if row else [],
        "sentence": sentence,
        "nav": "settings",
    }
    status = status or (INVALID if form.errors else 200)
    return render(request, "appointments/settings/row.jinja", context, status=status)
