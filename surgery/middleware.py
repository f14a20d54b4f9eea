"""Headers that every answer carries; requests that wait for long."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from appointments.turns import waiting

# Nothing here needs a camera, a microphone or a place; a page that was tampered with gets none.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


class SecurityHeaders:
    """Adds what neither Django nor django-csp does.

    Pages show patients, so nothing may be stored unless its view says otherwise; that also keeps
    the Back button from showing a page after sign-out. (Static files are answered further out.)
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as before, with the headers."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class TakesItsTime:
    """Lets other requests run while a view waits for a printer, a folder or the press.

    Last in the list: the others' checks come first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as before."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Answer in the view's place where it says that it takes its time."""
        if not getattr(view, "takes_its_time", False):
            return None
        with waiting():
            return view(request, *args, **kwargs)
