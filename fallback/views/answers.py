"""What the views of this room share: PDFs as answers, and finding a site."""

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from appointments.models import Site
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest
from appointments.wording import day_short

REFUSED, INVALID = 409, 422


def site_of(request: DeskRequest, site_id: UUID) -> Site:
    """Find an open site of the practice, or answer 404."""
    site = get_object_or_404(request.practice.site_set.filter(closed_on=None), pk=site_id)
    site.practice = request.practice  # spares a query: it is the one that we hold already
    return site


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """Answer with a PDF that the browser shows; like every answer it is not stored."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def refused_page(
    request: DeskRequest, refused: BookingRefused, heading: str, *, status: int = REFUSED
) -> HttpResponse:
    """Say a refusal on a page of its own, with the way back to Paper."""
    context = {"sentence": refused.sentence, "heading": heading, "nav": "paper"}
    return render(request, "fallback/paper/refused.jinja", context, status=status)


def of_day(what: str, site: Site, day: date) -> str:
    """Name something in the access log: 'Day diary of Harbour Surgery for Mon 23 Nov 2026'."""
    return f"{what} of {site} for {day_short(day)} {day.year}"
