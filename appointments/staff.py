"""Commands on the people who sign in."""

from typing import Any
from uuid import UUID

from axes.utils import reset as forget_wrong_tries
from django.contrib.auth.hashers import make_password
from django.utils.crypto import get_random_string

from appointments import journal, signing_in
from appointments.journal import Actor
from appointments.models import Clinician, Staff
from appointments.refusals import AlreadyThere, NotFound, NotYours, StillNeeded

# Without letters and digits that are mistaken for each other when read out or written down.
TEMPORARY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def add(
    by: Actor,
    *,
    username: str,
    name: str,
    role: str,
    password: str,
    initials: str = "",
    clinician: Clinician | None = None,
    must_change_password: bool = False,
) -> Staff:
    """Give somebody a sign-in. User names are kept in small letters and are unique on the server.

    The password is taken as it is: whoever asks for it checks it (`validate_password`).
    """
    _managers_only(by)
    username = username.strip().lower()
    # The slow part comes first: nobody else can write while the journal is locked.
    hashed = make_password(password)
    with journal.writing(by, "add_staff") as entry:
        if Staff.objects.filter(username__iexact=username).exists():
            raise AlreadyThere(f"The user name {username} is taken. Choose another.")
        _refuse_second_sign_in(clinician)
        staff = Staff(
            practice=by.practice,
            username=username,
            name=name.strip(),
            initials=initials or initials_of(name),
            role=role,
            clinician=clinician,
            password=hashed,
            must_change_password=must_change_password,
        )
        entry.add(staff)
    return staff


def amend(staff_id: UUID, by: Actor, **values: Any) -> Staff:
    """Change somebody's name, initials, role or clinician. A practice keeps one manager."""
    _managers_only(by)
    with journal.writing(by, "amend_staff") as entry:
        staff = _own(staff_id, by)
        if values.get("role", staff.role) != Staff.Role.MANAGER:
            _refuse_without_manager(staff, by)
        if "name" in values and not values.get("initials"):
            values["initials"] = initials_of(values["name"])
        if values.get("clinician") != staff.clinician:
            _refuse_second_sign_in(values.get("clinician"))
        if entry.change(staff, **values):
            entry.touch_everything()
    return staff


def reset_password(staff_id: UUID, by: Actor) -> str:
    """Give somebody a temporary password, and return it: it is shown once and stored nowhere.

    They choose their own at the next sign-in; where they are signed in now, they no longer are,
    and a lock-out after wrong tries ends.
    """
    return _with_new_password(staff_id, by, "reset_password")


def change_own_password(by: Actor, password: str) -> None:
    """Give yourself a new password; other places where you are signed in end."""
    hashed = make_password(password)
    with journal.writing(by, "change_own_password") as entry:
        entry.change(_oneself(by), password=hashed, must_change_password=False)


def switch_shortcuts(by: Actor, on: bool) -> None:
    """Switch your single-key shortcuts on or off."""
    with journal.writing(by, "switch_shortcuts") as entry:
        entry.change(_oneself(by), shortcuts_on=on)


def leave(staff_id: UUID, by: Actor) -> Staff:
    """End somebody's access at once, wherever they are signed in."""
    _managers_only(by)
    with journal.writing(by, "staff_leaves") as entry:
        staff = _own(staff_id, by)
        if staff == by.staff:
            raise StillNeeded("You can't end your own access. Another manager can.")
        _refuse_without_manager(staff, by)
        entry.change(staff, is_active=False, left_at=staff.left_at or entry.at)
        signing_in.end_sign_ins(staff)
    return staff


def come_back(staff_id: UUID, by: Actor) -> str:
    """Let somebody who left sign in again; returns a temporary password, as `reset_password`."""
    return _with_new_password(staff_id, by, "staff_returns", is_active=True, left_at=None)


def temporary_password() -> str:
    """Make a password that can be read out: 'k7fm-2pqa-xwtd'. 59 random bits, for one sign-in."""
    return "-".join(get_random_string(4, TEMPORARY_LETTERS) for _ in range(3))


def initials_of(name: str) -> str:
    """Make initials from a name: 'Priya Ann Shah' gives 'PAS'."""
    words = name.replace("-", " ").split()
    return "".join(word[0] for word in words).upper()[:4]


def _with_new_password(staff_id: UUID, by: Actor, command: str, **values: Any) -> str:
    _managers_only(by)
    temporary = temporary_password()
    hashed = make_password(temporary)
    with journal.writing(by, command) as entry:
        staff = _own(staff_id, by)
        entry.change(staff, password=hashed, must_change_password=True, **values)
        signing_in.end_sign_ins(staff)
    forget_wrong_tries(username=staff.username)
    return temporary


def _managers_only(by: Actor) -> None:
    if by.staff and not by.staff.may_manage:
        raise NotYours("Only a manager may change who signs in.")


def _own(staff_id: UUID, by: Actor) -> Staff:
    staff = by.practice.staff.select_for_update().filter(pk=staff_id).first()
    if staff is None:
        raise NotFound("There is nobody like that among this practice's staff.")
    return staff


def _oneself(by: Actor) -> Staff:
    if by.staff is None:
        raise NotYours("The program itself has no sign-in.")
    return by.staff


def _refuse_without_manager(staff: Staff, by: Actor) -> None:
    managers = by.practice.staff.filter(role=Staff.Role.MANAGER, is_active=True)
    if staff.may_manage and not managers.exclude(pk=staff.pk).exists():
        raise StillNeeded(f"{staff} is the only manager. Make somebody else a manager first.")


def _refuse_second_sign_in(clinician: Clinician | None) -> None:
    if clinician and Staff.objects.filter(clinician=clinician).exists():
        raise AlreadyThere(f"{clinician} has a sign-in already.")
