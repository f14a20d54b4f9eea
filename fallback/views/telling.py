"""What patients see without signing in: the status page, and the waiting room's screen."""

import logging

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils import timezone
from django.views.decorators.http import require_safe

from appointments.decorators import unattended
from fallback.telling import pages

log = logging.getLogger(__name__)


@unattended
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Say how things are, to whoever asks."""
    return _told(pages.STATUS)


@unattended
@require_safe
def screen(request: HttpRequest) -> HttpResponse:
    """Say it large, for the waiting room's wall."""
    return _told(pages.SCREEN)


def _told(kind: str) -> HttpResponse:
    now = timezone.now()
    try:
        page = pages.page(kind, now)
    except DatabaseError as error:
        log.error("the status page can't read the database: %s", type(error).__name__)
        return HttpResponse(pages.unsure(kind, now), status=503)
    return HttpResponse(page) if page else HttpResponseNotFound()
