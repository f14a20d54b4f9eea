"""What a request holds by the time it reaches a view."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from appointments.journal import Actor
from appointments.models import Desk, Practice, Staff
from appointments.status import StatusLine


class DeskRequest(HttpRequest):
    """A request of somebody who is signed in at a desk, as the middleware hands it to views.

    Only for the type checker: Django makes the request, AtTheDesk and HtmxMiddleware fill it. Views
    that are open to all (see decorators) take an OpenRequest, whose user may be nobody.
    """

    user: Staff
    practice: Practice
    desk: Desk
    actor: Actor
    status_lines: list[StatusLine]
    htmx: HtmxDetails


class OpenRequest(HttpRequest):
    """A request as views get it that are open to all: nobody may be there, at no desk.

    Before the first run there is no practice either.
    """

    practice: Practice | None
    desk: Desk | None
    actor: Actor | None
    status_lines: list[StatusLine]
