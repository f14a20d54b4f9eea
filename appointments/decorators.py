"""Who may open a view.

A view without any of these is for people who are signed in, at a desk, with the screen unlocked:
that is what the middleware (AtTheDesk) asks for unless the view says otherwise.

    @needs("may_manage")
    def settings(request): ...
"""

from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


class Asks(IntEnum):
    """What a view asks of whoever opens it; each includes the ones before."""

    NOTHING = 0  # not even a look at the database: the health page must answer without one
    ANYBODY = 1
    SIGNED_IN = 2  # and unlocked
    AT_DESK = 3


def unattended(view: View) -> View:
    """Open a view to everyone, without looking up who it is or which practice this is."""
    return _asking(view, Asks.NOTHING)


def open_to_all(view: View) -> View:
    """Open a view to people who are not signed in."""
    return _asking(view, Asks.ANYBODY)


def signed_in(view: View) -> View:
    """Open a view to people who are signed in and have not chosen a desk yet."""
    return _asking(view, Asks.SIGNED_IN)


def needs(right: str) -> Callable[[View], View]:
    """Keep a view to staff with a right: "may_book", "may_lead" or "may_manage"; others get 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not getattr(request.user, right):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def takes_its_time(view: View) -> View:
    """Say that a view waits for seconds, for a printer, a folder or the press.

    The server lets other requests run meanwhile (surgery.middleware.TakesItsTime).
    """
    view.takes_its_time = True  # type: ignore[attr-defined]
    return view


def asked_by(view: View) -> Asks:
    """Say what a view asks for."""
    return getattr(view, "asks_for", Asks.AT_DESK)


def _asking(view: View, asks: Asks) -> View:
    view.asks_for = asks  # type: ignore[attr-defined]
    return view
