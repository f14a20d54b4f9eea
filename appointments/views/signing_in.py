"""Coming in, locking up, and the people at one desk taking turns."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appointments import practices, signing_in, staff
from appointments.answers import SeeOther, by_script, within_here
from appointments.decorators import open_to_all, signed_in
from appointments.forms.signing_in import (
    DeskForm,
    FirstRunForm,
    OwnPasswordForm,
    SigningInForm,
    UnlockingForm,
)
from appointments.models import Staff
from appointments.refusals import BookingRefused
from appointments.requests import DeskRequest, OpenRequest
from appointments.views import typed

INVALID = 422
LOCKED = 401
TOO_MANY_TRIES = 429
TRY_LATER = (
    "Too many wrong tries with this user name on this PC. "
    "Wait a quarter of an hour, or ask a manager for a new password."
)
form_view = require_http_methods(["GET", "HEAD", "POST"])


@open_to_all
@sensitive_post_parameters("password", "kept")
@form_view
def sign_in(request: OpenRequest) -> HttpResponse:
    """Ask for user name, password and desk."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return _onwards(request)
        form = SigningInForm(request, initial={"next": within_here(request.GET.get("next"))})
        return render(request, "appointments/signing_in/sign_in.jinja", {"form": form})
    form = SigningInForm(request, request.POST)
    if not form.is_valid():
        return render(
            request, "appointments/signing_in/sign_in.jinja", {"form": form}, status=INVALID
        )
    signing_in.sign_in(request, form.staff)
    desk = signing_in.find_desk(request.practice, form.cleaned_data["desk"])
    return _at_desk(request, desk, typed.opened(form.cleaned_data["kept"]))


@open_to_all
@require_POST
def sign_out(request: OpenRequest) -> HttpResponse:
    """End this sign-in; the PC stays the same desk."""
    logout(request)
    return SeeOther("sign-in")


@signed_in
@form_view
def choose_desk(request: DeskRequest) -> HttpResponse:
    """Ask which desk this PC is."""
    initial = {"next": within_here(request.GET.get("next"))}
    form = DeskForm(request, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        return _at_desk(request, form.cleaned_data["desk"])
    status = INVALID if request.method == "POST" else 200
    return render(request, "appointments/signing_in/desk.jinja", {"form": form}, status=status)


@signed_in
@require_POST
def lock(request: DeskRequest) -> HttpResponse:
    """Lock the screen."""
    signing_in.lock(request)
    if by_script(request):
        return JsonResponse({"go_to": "locked"}, headers={"X-Locked": "1"})
    return SeeOther("locked", query={"next": urlsplit(request.headers.get("Referer", "")).path})


@open_to_all
@require_safe
def locked(request: OpenRequest) -> HttpResponse:
    """Show the locked screen to a browser without JavaScript."""
    if not request.user.is_authenticated or not signing_in.is_locked(request):
        return _onwards(request)
    form = UnlockingForm(request, initial={"next": within_here(request.GET.get("next"))})
    return render(request, "appointments/signing_in/locked.jinja", {"form": form})


def locked_with(request: DeskRequest) -> HttpResponse:
    """Show the locked screen in answer to a form, and carry along what was typed."""
    form = UnlockingForm(request, initial={"kept": typed.sealed(request)})
    return render(request, "appointments/signing_in/locked.jinja", {"form": form}, status=LOCKED)


def ended_with(request: OpenRequest) -> HttpResponse:
    """Ask for a new sign-in in answer to a form, and carry along what was typed."""
    form = SigningInForm(request, initial={"kept": typed.sealed(request)})
    return render(request, "appointments/signing_in/sign_in.jinja", {"form": form}, status=LOCKED)


@open_to_all
@sensitive_post_parameters("password", "kept")
@require_POST
def unlock(request: OpenRequest) -> HttpResponse:
    """Go on at a locked screen: the same person, or a colleague who takes over the desk."""
    form = UnlockingForm(request, request.POST)
    if not form.is_valid():
        return _still_locked(request, form)
    if form.staff == request.user:
        signing_in.unlock(request)
    else:
        signing_in.sign_in(request, form.staff)
    if by_script(request):
        return JsonResponse(_person(form.staff))
    if kept := typed.opened(form.cleaned_data["kept"]):
        return typed.offered(request, kept)
    return _onwards(request)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def still_here(request: DeskRequest) -> HttpResponse:
    """Say who is signed in; a POST says that somebody is typing (the middleware notes it)."""
    return JsonResponse(_person(request.user))


@signed_in
@sensitive_post_parameters("old", "new", "again")
@form_view
def change_password(request: DeskRequest) -> HttpResponse:
    """Let people choose their own password."""
    form = OwnPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        staff.change_own_password(request.actor, form.cleaned_data["new"])
        update_session_auth_hash(request, request.user)
        return SeeOther("diary")
    status = INVALID if request.method == "POST" else 200
    return render(request, "appointments/signing_in/password.jinja", {"form": form}, status=status)


@signed_in
@form_view
def own_settings(request: DeskRequest) -> HttpResponse:
    """Show your own settings; switch single-key shortcuts on or off."""
    if request.method == "POST":
        staff.switch_shortcuts(request.actor, request.POST.get("shortcuts") == "on")
        return SeeOther("own-settings")
    return render(request, "appointments/signing_in/own_settings.jinja")


@open_to_all
@sensitive_post_parameters("password", "again")
@form_view
def first_run(request: OpenRequest) -> HttpResponse:
    """Name the practice and make its first manager, once."""
    if request.practice is not None:
        return SeeOther("sign-in")
    form = FirstRunForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            manager, desk = practices.found_first(**form.asked())
        except BookingRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            signing_in.sign_in(request, manager)
            return _at_desk(request, desk)
    status = INVALID if request.method == "POST" else 200
    page = "appointments/signing_in/first_run.jinja"
    return render(request, page, {"form": form}, status=status)


def locked_out(request: OpenRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """Answer in place of a form when there were too many wrong tries (AXES_LOCKOUT_CALLABLE)."""
    if by_script(request):
        return JsonResponse({"sentence": TRY_LATER}, status=TOO_MANY_TRIES)
    said = {name: request.POST.get(name, "") for name in ("username", "desk", "next", "kept")}
    unlocking = request.path == reverse("unlock")
    form = (UnlockingForm if unlocking else SigningInForm)(request, initial=said)
    page = f"appointments/signing_in/{'locked' if unlocking else 'sign_in'}.jinja"
    context = {"form": form, "sentence": TRY_LATER}
    return render(request, page, context, status=TOO_MANY_TRIES)


def _at_desk(request: Any, desk: Any, kept: dict | None = None) -> HttpResponse:
    """Send somebody on to work at a desk that was just chosen, or that the PC has already.

    What was `kept` from before the sign-in is offered first.
    """
    request.desk = desk or request.desk
    answer = typed.offered(request, kept) if kept and request.desk else _onwards(request)
    return signing_in.remember_desk(answer, desk) if desk else answer


def _onwards(request: OpenRequest | DeskRequest) -> HttpResponse:
    """Send somebody to where they were going: `next`, or the diary."""
    said = within_here((request.POST or request.GET).get("next"))
    if request.desk is None and request.user.is_authenticated:
        return SeeOther("choose-desk", query={"next": said})
    return SeeOther(said or "diary")


def _person(person: Staff) -> dict[str, Any]:
    """Tell a page who is signed in now: it may stay open while people take turns."""
    return {
        "name": person.name,
        "may_manage": person.may_manage,
        "shortcuts": "on" if person.shortcuts_on else "off",
    }


def _still_locked(request: OpenRequest, form: UnlockingForm) -> HttpResponse:
    if by_script(request):
        sentence = " ".join(str(sentence) for errors in form.errors.values() for sentence in errors)
        return JsonResponse({"sentence": sentence}, status=INVALID)
    page = "appointments/signing_in/locked.jinja"
    return render(request, page, {"form": form}, status=INVALID)
