"""Find a slot: the next ones that are free, for whoever is on the telephone."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from appointments import access, finding, slots
from appointments.decorators import needs
from appointments.diary.reading import MODE_SIGNS
from appointments.forms.find import FindForm
from appointments.models import Mode
from appointments.requests import DeskRequest

INVALID = 422
TWENTY = 20  # slots shown at a time


@needs("may_book")
@require_safe
def find(request: DeskRequest) -> HttpResponse:
    """List the first twenty free slots that fit, and the next twenty, to book or to move to."""
    moving = _carried(request, "moving", request.practice.appointment_set)
    patient = _carried(request, "patient", request.practice.patient_set)
    asked = request.GET.dict()
    if moving and "who" not in asked:
        asked |= FindForm.like(moving)
    form = FindForm(request.practice, asked)
    context = {"form": form, "moving": moving, "patient": patient, **_found(request, form)}
    context["place"] = slots.place(moving.slot) if moving else None
    if moving or patient:
        access.opened(request.actor, patient or moving.patient, "to find a slot")
    template = "_found" if request.htmx else "find"
    status = INVALID if form.errors else 200
    return render(request, f"appointments/find/{template}.jinja", context, status=status)


def _carried(request: DeskRequest, name: str, rows: Any) -> Any:
    """Load the appointment or patient whose id the address carries, if it does."""
    try:
        wanted = UUID(request.GET.get(name, ""))
    except ValueError:
        return None
    return get_object_or_404(rows, pk=wanted)


def _found(request: DeskRequest, form: FindForm) -> dict[str, Any]:
    if not form.is_valid():
        return {}
    found = finding.next_free(request.practice, form.wish(), request.desk.pk, limit=TWENTY + 1)
    onwards = {**form.data, "after": found[:TWENTY][-1].id} if found else {}
    return {
        "found": found[:TWENTY],
        "next_page": reverse("find", query=onwards) if len(found) > TWENTY else "",
        "signs": MODE_SIGNS,
        "modes": dict(Mode.choices),
    }
