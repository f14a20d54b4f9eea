"""Says whether the server is well: for monitors, for other desks, for whoever started it."""

import logging

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from appointments import journal_guard
from appointments.decorators import unattended
from appointments.models import JournalEntry, JournalHead
from fallback.keeper import status
from fallback.probes import proposals

log = logging.getLogger(__name__)


@unattended
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the book can be used and 503 when not; without sign-in, so without details.

    `status` and the answer's number are about serving: other desks take a 503 for a server that is
    down, so a full memory stick may not be one. How the paper is stands beside it, in a word
    (`fallback.keeper.status.word`): 'ok', 'no keeper', 'stale', 'in trouble', 'no safe copy'. A
    monitor should complain of each but 'ok'. So it does for what is watched outside the server
    (`fallback.probes.proposals.word`): 'ok', 'no keeper', 'down', 'none' (no address is named).

    Cheap enough to be asked every second: it looks at the newest entry of each journal and never
    walks them (`manage.py verify_journal` does).
    """
    try:
        parts = {"database": "ok", "journal": _journal()}
    except DatabaseError as error:
        log.error("the database can't be read: %s", type(error).__name__)
        parts = {"database": "unreadable", "journal": "unknown"}
    well = set(parts.values()) == {"ok"}
    answer = {
        "status": "ok" if well else "unwell",
        **parts,
        "paper": status.word(),
        "checks": proposals.word(),
        "version": settings.APP_VERSION,
    }
    return JsonResponse(answer, status=200 if well else 503)


def _journal() -> str:
    """Look at the guards, and whether every head is its journal's newest entry."""
    if journal_guard.missing(connection):
        return "unguarded"
    entries = JournalEntry.objects.filter(practice=OuterRef("practice")).order_by("-number")
    newest = Coalesce(Subquery(entries.values("hash")[:1]), Value(""))
    return "broken" if JournalHead.objects.exclude(hash=newest).exists() else "ok"
