"""The manager's pages about the practice's website: where files go, the line, what it shows."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from appointments.answers import SeeOther
from appointments.decorators import needs, open_to_all
from appointments.requests import DeskRequest
from appointments.views.parts import CLOSING, Part
from fallback.forms.publishing import TargetForm
from fallback.models import Target
from fallback.publish import commands, preview, status


@needs("may_manage")
@require_safe
def line(request: DeskRequest, row_id: UUID) -> HttpResponse:
    """Show the line to paste, what to ask of the host, and what visitors see."""
    target = get_object_or_404(request.practice.target_set.filter(closed_on=None), pk=row_id)
    context = preview.context(request.practice, target)
    return render(request, "fallback/publishing/line.jinja", context | {"nav": "settings"})


@needs("may_manage")
@require_POST
def line_in_place(request: DeskRequest, row_id: UUID) -> HttpResponse:
    """Note that the website has the newest line."""
    target = get_object_or_404(request.practice.target_set.filter(closed_on=None), pk=row_id)
    commands.line_is_in_place(target.pk, request.actor)
    return SeeOther("website-line", target.pk)


@open_to_all
@require_safe
def example(request: HttpRequest, key: str) -> HttpResponse:
    """Give a status file for the preview: what the world may read anyway, in an example's name."""
    practice: Any = getattr(request, "practice", None)
    if practice is None or key not in preview.EXAMPLES:
        raise Http404
    return JsonResponse(preview.example(practice, key, timezone.now()))


def _found(target: Target) -> str:
    return "" if target.closed_on else status.found(target)


def _about(target: Target) -> list[str]:
    said = _found(target)
    return [f"{said}."] if said else []


WEBSITES = Part(
    name="websites",
    heading="Websites",
    noun="website",
    form=TargetForm,
    rows=lambda practice: practice.target_set.all(),
    columns={
        "Files go to": lambda target: f"{target.host} {target.folder}".strip(),
        "Found": _found,
    },
    add=commands.add_target,
    amend=commands.amend_target,
    end=commands.close_target,
    bring_back=commands.reopen_target,
    ended_on="closed_on",
    words=CLOSING,
    about=_about,
    links={"website-line": "The line for the web person, and what visitors see"},
)
