"""Who is at this browser: whose sign-in it is, at which desk, and whether the screen is locked.

The sign-in is a Django session (a row in the database). Beside the user it has two values: when
it was last used, and whether somebody pressed Lock. Whether it is locked is worked out from these
on the server at every request; the dialog in the browser only shows it.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.models import Session as SignIn
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from appointments import journal, passwords, status
from appointments.models import Desk, Practice, Staff

DESK_COOKIE = "desk"
USED_AT = "used_at"  # seconds since 1970
LOCKED = "locked"
# Each note of 'still in use' is a write that waits for the disk; half a minute is close enough
# for a lock that is counted in minutes.
NOTED_EVERY = 30  # seconds


class StaffBackend(ModelBackend):
    """Finds staff with practice and main site; refuses the demo's password outside the demo."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        """Return the staff member whom user name and password belong to, or None."""
        staff = super().authenticate(request, username=username, password=password, **kwargs)
        if staff and passwords.refused_here(password, staff.practice):
            return None
        return staff

    def get_user(self, user_id):
        """Return a staff member who has not left; None ends the sign-in at this very request."""
        try:
            staff = Staff.objects.select_related("practice__main_site").get(pk=user_id)
        except Staff.DoesNotExist:
            return None
        return staff if self.user_can_authenticate(staff) else None


def set_the_scene(request: Any) -> None:
    """Give the request its practice, desk, actor and status lines (None where there is none)."""
    staff = request.user if request.user.is_authenticated else None
    request.practice = staff.practice if staff else Practice.objects.filter(is_home=True).first()
    request.desk = request.actor = None
    request.status_lines = []
    if request.practice:
        request.desk = desk_of(request, request.practice)
        request.actor = journal.Actor(request.practice, staff, request.desk)
        request.status_lines = status.status_lines(request.practice)


def checked(request: HttpRequest, username: str, password: str) -> Staff | None:
    """Return whose user name and password these are, or None; counts towards the lock-out.

    Unknown user and wrong password take the same time. User names are in small letters so that
    the lock-out counts 'Priya' and 'priya' as one.
    """
    return authenticate(request, username=username.strip().lower(), password=password)


def sign_in(request: HttpRequest, staff: Staff) -> None:
    """Make this browser's sign-in that of `staff`, under a new key; sweep out old ones."""
    request.session.clear_expired()
    login(request, staff, backend="appointments.signing_in.StaffBackend")
    unlock(request)
    set_the_scene(request)


def desk_of(request: HttpRequest, practice: Practice) -> Desk | None:
    """Return the open desk of this practice that this browser stands at, if it has one."""
    try:
        kept = request.get_signed_cookie(DESK_COOKIE, salt=DESK_COOKIE)
        return practice.desk_set.get(pk=UUID(kept), closed_on=None)
    except (KeyError, signing.BadSignature, ValueError, Desk.DoesNotExist):
        return None


def remember_desk(response: HttpResponse, desk: Desk) -> HttpResponse:
    """Make this browser stand at `desk` from now on."""
    response.set_signed_cookie(
        DESK_COOKIE,
        str(desk.pk),
        salt=DESK_COOKIE,
        max_age=settings.DESK_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def open_desks(practice: Practice) -> Any:
    """Return the desks at which somebody can sit, in order of their numbers."""
    return practice.desk_set.filter(closed_on=None).select_related("site").order_by("number")


def find_desk(practice: Practice | None, said: str) -> Desk | None:
    """Return the open desk with this id, number or name."""
    said = said.strip()
    meant = Q(name__iexact=said)
    if said.isdecimal() and len(said) < len("65536"):
        meant |= Q(number=int(said))
    with suppress(ValueError):
        meant |= Q(pk=UUID(said))
    return open_desks(practice).filter(meant).first() if practice and said else None


def note_use(request: HttpRequest) -> None:
    """Note that somebody is at work here, at most every NOTED_EVERY seconds.

    Polling is the page's doing, not a person's, and keeps no sign-in alive.
    """
    if "X-Poll" not in request.headers and _now() - _used_at(request) >= NOTED_EVERY:
        request.session[USED_AT] = _now()


def lock(request: HttpRequest) -> None:
    """Lock the screen until a password is given."""
    request.session[LOCKED] = True


def unlock(request: HttpRequest) -> None:
    """Go on with this sign-in."""
    request.session.pop(LOCKED, None)
    request.session[USED_AT] = _now()


def is_locked(request: Any) -> bool:
    """Say whether somebody pressed Lock, or the screen was left alone for too long."""
    if request.session.get(LOCKED, False):
        return True
    allowed = timedelta(minutes=request.practice.idle_lock_minutes)
    unused = timedelta(seconds=_now() - _used_at(request))
    return USED_AT in request.session and unused >= allowed


def end_sign_ins(staff: Staff) -> None:
    """Sign somebody out everywhere."""
    for row in SignIn.objects.iterator():
        if row.get_decoded().get("_auth_user_id") == str(staff.pk):
            row.delete()


def _now() -> int:
    return int(timezone.now().timestamp())


def _used_at(request: HttpRequest) -> int:
    return request.session.get(USED_AT, 0)
