"""Held slots in the clinical system: what to block there, and what to free again."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from appointments import booking
from appointments.answers import SeeOther
from appointments.decorators import needs
from appointments.requests import DeskRequest
from fallback import blocking


@needs("may_book")
@require_safe
def held_slots(request: DeskRequest) -> HttpResponse:
    """Show what has to be done in the clinical system about slots held here."""
    found = blocking.read(request.practice, timezone.now())
    return render(request, "fallback/worklist/held.jinja", {"list": found, "nav": "worklist"})


@needs("may_book")
@require_POST
def blocked(request: DeskRequest) -> HttpResponse:
    """Tick slots: they are blocked there."""
    found = blocking.read(request.practice, timezone.now())
    booking.blocked_there(_ticked(request, found.to_block), request.actor)
    return SeeOther("held-slots")


@needs("may_book")
@require_POST
def freed(request: DeskRequest) -> HttpResponse:
    """Tick slots: they are free there again, or were never blocked."""
    found = blocking.read(request.practice, timezone.now())
    groups = [*found.to_free, *found.blocked]
    booking.free_there(_ticked(request, groups), request.actor)
    return SeeOther("held-slots")


def _ticked(request: DeskRequest, groups: list[blocking.Group]) -> list:
    sent = request.POST
    return blocking.chosen(groups, sent.getlist("slot"), sent.get("all_of", ""))
