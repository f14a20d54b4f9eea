"""What people see when something is wrong: what became of their work, and where to go now."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from appointments import signing_in
from appointments.answers import by_script
from appointments.views import typed
from appointments.views.signing_in import locked_with


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer a request that can't be read."""
    return _page(request, "400", 400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer somebody whose role does not allow it."""
    return _page(request, "403", 403)


def csrf_failure(request: Any, reason: str = "") -> HttpResponse:
    """Answer a form whose page is from before the last sign-in, or from another site.

    What was typed into one of our own pages is shown again, to be sent with a fresh token.
    """
    if by_script(request) or not typed.came_from_here(request):
        return _page(request, "403_csrf", 403)
    signing_in.set_the_scene(request)
    if not request.user.is_authenticated:
        return _page(request, "403_csrf", 403)
    if signing_in.is_locked(request):
        return locked_with(request)
    return typed.offered(request, status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer for a page that is not there, or is another practice's."""
    return _page(request, "404", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the program itself failed: a fixed page that can't fail as well."""
    page = Path(settings.BASE_DIR, "templates", "errors", "500.html")
    return HttpResponse(page.read_text(), status=500)


def _page(request: HttpRequest, name: str, status: int) -> HttpResponse:
    # One refused at the door (a wrong Host header) has no user yet, and a page would need one.
    if by_script(request) or not hasattr(request, "user"):
        return HttpResponse(status=status)
    signing_in.set_the_scene(request)  # no view was reached, so nobody did
    return render(request, f"errors/{name}.jinja", status=status)
