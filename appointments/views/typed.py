"""What was typed into a page that could not be sent: carried along, and offered again.

The screen was locked, the sign-in had ended, or somebody else had signed in since the page was
opened. It travels through the page that asks for a password, signed, so that nothing else can be
made to look like it.
"""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from appointments.answers import by_script

SALT = "kept"
CSRF = "csrfmiddlewaretoken"
KEPT_FOR = 12 * 3600  # seconds: as long as a sign-in


def sealed(request: Any) -> str:
    """Seal the form of this request, for a hidden field of the page that answers it."""
    return signing.dumps(_typed(request), salt=SALT, compress=True)


def anything_in(request: HttpRequest) -> bool:
    """Say whether a page sent a form with something in it beside its token."""
    if request.method != "POST" or by_script(request):
        return False
    return bool(set(request.POST) - {CSRF})


def opened(kept: str) -> dict[str, Any] | None:
    """Open what was sealed; None for nothing, or for anything that was not sealed here."""
    try:
        return signing.loads(kept, salt=SALT, max_age=KEPT_FOR) if kept else None
    except signing.BadSignature:
        return None


def came_from_here(request: HttpRequest) -> bool:
    """Say whether the browser vouches that one of our own pages sent this form."""
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.get_host()


def offered(request: Any, typed: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """Offer to send what was typed (by default into this request); a colleague's is only shown."""
    typed = typed or _typed(request)
    context = {
        "typed": typed,
        "may_send": typed["by"] in (str(request.user.pk), ""),
        "is_own": typed["by"] == str(request.user.pk),
        "words": _words(typed["fields"]),
    }
    return render(request, "appointments/signing_in/typed.jinja", context, status=status)


def _typed(request: Any) -> dict[str, Any]:
    fields = [
        (name, value) for name, values in request.POST.lists() for value in values if name != CSRF
    ]
    by = str(request.user.pk) if request.user.is_authenticated else ""
    return {"path": request.get_full_path(), "by": by, "fields": fields}


def _words(fields: list[list[str]]) -> list[list[str]]:
    """Leave out what nobody typed: what is empty, and ids."""
    return [[name, value] for name, value in fields if value and not _is_id(value)]


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
