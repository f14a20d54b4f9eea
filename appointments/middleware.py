"""AtTheDesk: every request gets its practice, desk and actor, or goes to where these are found."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from appointments import signing_in
from appointments.answers import SeeOther, by_script
from appointments.decorators import Asks, asked_by
from appointments.views import typed
from appointments.views.signing_in import ended_with, locked_with


class AtTheDesk:
    """Sets request.practice, desk, actor and status_lines, and keeps the door.

    Pages are closed unless their view opens them (appointments.decorators). Pages are sent on with
    a 303; a script gets a bare 401 or 403 with a header that says why, and the page stays as it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as before."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Set the scene; answer in the view's place when it asks for more than is there."""
        asks = asked_by(view)
        if asks == Asks.NOTHING:
            return None
        signing_in.set_the_scene(request)
        return None if asks == Asks.ANYBODY else _sent_away(request, asks)


def _sent_away(request: Any, asks: Asks) -> HttpResponse | None:
    if request.practice is None:
        return SeeOther("first-run")
    if not request.user.is_authenticated:
        if typed.anything_in(request):
            return ended_with(request)
        return _elsewhere(request, "sign-in", 401, "X-Signed-Out")
    if signing_in.is_locked(request):
        if typed.anything_in(request):
            return locked_with(request)
        return _elsewhere(request, "locked", 401, "X-Locked")
    signing_in.note_use(request)
    if asks < Asks.AT_DESK:
        return None
    if request.user.must_change_password:
        return _elsewhere(request, "change-password", 403, "X-Change-Password")
    if request.desk is None:
        return _elsewhere(request, "choose-desk", 403, "X-No-Desk")
    return None


def _elsewhere(request: HttpRequest, page: str, status: int, header: str) -> HttpResponse:
    if by_script(request):
        return JsonResponse({"go_to": page}, status=status, headers={header: "1"})
    going_to = request.get_full_path() if request.method == "GET" and request.path != "/" else ""
    return SeeOther(page, query={"next": going_to})
