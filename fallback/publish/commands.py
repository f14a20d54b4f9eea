"""Commands on targets: add, change, close, use again, and the new line is in place."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from appointments import journal
from appointments.journal import Actor
from appointments.practices.shared import managers_only, own
from appointments.refusals import AlreadyThere, BadDetail, NotFound
from fallback.models import Place, Target
from fallback.places import hands
from fallback.publish import keys
from fallback.publish.rounds import COURIER, errand

PUBLIC = "public"  # the one folder inside the data folder that may be published to (the demo's)
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?")
COLUMNS = (
    "name", "kind", "folder", "host", "port", "username", "fingerprint", "web_address",
    "lasts_minutes",
)  # fmt: skip
FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")


def add_target(by: Actor, *, password: str = "", **values: Any) -> Target:
    """Add a website's folder, once a file could be written there; a manager's.

    The keeper publishes to it within seconds.
    """
    managers_only(by)
    target = Target(practice=by.practice, line_key=keys.line_key(by.practice))
    _set(target, values)
    _try(target, password)
    with journal.writing(by, "add_target") as entry:
        _refuse_twice(target)
        entry.add(target)
    keys.keep_password(target, password)
    return target


def amend_target(target_id: UUID, by: Actor, *, password: str = "", **values: Any) -> Target:
    """Change where a website is and how it is reached, once that was tried.

    An empty password leaves the one that is kept, but only for the same user at the same host.
    """
    return _amended(target_id, by, "amend_target", values, password)


def close_target(target_id: UUID, by: Actor) -> Target:
    """Publish there no more. The keeper leaves word that shows nothing, when it can."""
    managers_only(by)
    with journal.writing(by, "close_target") as entry:
        target = own(Target, target_id, by)
        entry.change(target, closed_on=target.closed_on or timezone.localdate())
    return target


def reopen_target(target_id: UUID, by: Actor) -> Target:
    """Publish there again."""
    return _amended(target_id, by, "reopen_target", {"closed_on": None})


def line_is_in_place(target_id: UUID, by: Actor) -> Target:
    """Say that the website has the line with this server's key."""
    managers_only(by)
    key = keys.line_key(by.practice)
    with journal.writing(by, "line_is_in_place") as entry:
        target = own(Target, target_id, by)
        entry.change(target, line_key=key)
    return target


def _amended(
    target_id: UUID, by: Actor, command: str, values: dict[str, Any], password: str = ""
) -> Target:
    managers_only(by)
    planned = by.practice.target_set.filter(pk=target_id).first()
    if planned is None:
        raise NotFound("That website is not in this practice's settings.")
    before = _who(planned)
    _set(planned, values)
    if not password and _who(planned) == before:
        password = keys.password_of(planned)
    if planned.closed_on is None:
        _try(planned, password)
    with journal.writing(by, command) as entry:
        target = own(Target, target_id, by)
        if planned.closed_on is None:
            _refuse_twice(planned)
        entry.change(target, **{name: getattr(planned, name) for name in (*COLUMNS, "closed_on")})
    keys.keep_password(target, password)
    return target


def _who(target: Target) -> tuple:
    """Name whom a password is shown to."""
    return target.kind, target.host, target.port, target.username, target.fingerprint


def _set(target: Target, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(target, name, value)
    target.web_address = _web_address(target.web_address)
    if target.kind == Target.Kind.FOLDER:
        target.host, target.port, target.username, target.fingerprint = "", 22, "", ""
        target.folder = _folder(target.folder)
    else:
        _check_host(target)


def _try(target: Target, password: str) -> None:
    """Try writing there; refuse in words if it fails."""
    _refuse_twice(target)
    answer = hands.ask(errand(target, "try") | {"password": password}, COURIER)
    if trouble := answer["trouble"]:
        where = target.host or target.folder
        raise BadDetail(
            f"{where} {trouble}.", "fingerprint" if "fingerprint" in trouble else "folder"
        )


def _web_address(said: str) -> str:
    """Give the address with its last slash; refuse what no browser can read."""
    try:
        parts = urlsplit(said.strip())
        fits = parts.scheme in ("http", "https") and parts.hostname and not parts.username
        _ = parts.port
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment:
        raise BadDetail(
            "That is no web address. Enter where browsers find the folder, from https:// on: "
            "https://www.example.nhs.uk/surgery/",
            "web_address",
        )
    return said.strip().rstrip("/") + "/"


def _folder(said: str) -> str:
    folder = Path(said.strip())
    if "\0" in said or not folder.is_absolute() or ".." in folder.parts:
        raise BadDetail(
            f"'{said.strip()}' is not a whole path. Give the folder as this server sees it, from "
            "the root on: /srv/www/surgery.",
            "folder",
        )
    ours = Path(settings.DATA_DIR)
    if folder in (ours, *ours.parents) or (
        folder.is_relative_to(ours) and not folder.is_relative_to(ours / PUBLIC)
    ):
        raise BadDetail(
            f"{folder} holds the book itself. What is published must lie elsewhere.", "folder"
        )
    return str(folder)


def _check_host(target: Target) -> None:
    target.host, target.folder = target.host.strip().lower(), target.folder.strip().rstrip("/")
    target.fingerprint = target.fingerprint.strip().rstrip("=")
    if not HOST.fullmatch(target.host):
        raise BadDetail("Enter the host's name alone, for example sftp.example.com.", "host")
    if not target.username.strip():
        raise BadDetail("Enter the user name that the web person gave you.", "username")
    if not target.folder or "\0" in target.folder:
        raise BadDetail("Enter the folder as the host names it, for example public/surgery.",
                        "folder")  # fmt: skip
    if target.fingerprint and not FINGERPRINT.fullmatch(target.fingerprint):
        raise BadDetail(
            "A fingerprint is SHA256: and 43 letters and figures. Leave it empty to see the one "
            "that the host shows.",
            "fingerprint",
        )


def _refuse_twice(target: Target) -> None:
    """Refuse a folder that has another website's file, or papers."""
    mine = Path(target.folder)
    others = Target.objects.filter(closed_on=None, kind=target.kind, host=target.host)
    for other in others.exclude(pk=target.pk):
        if Path(other.folder) == mine:
            raise AlreadyThere("That folder is published to already. Choose another.")
    if target.kind == Target.Kind.FOLDER:
        for place in Place.objects.filter(closed_on=None):
            refuse_overlap(mine, Path(place.folder))


def refuse_overlap(public: Path, papers: Path) -> None:
    """Refuse that papers and what the world may read lie in each other."""
    if public.is_relative_to(papers) or papers.is_relative_to(public):
        raise AlreadyThere(
            f"{papers} is a safe copy with patients' papers, and {public} is for the world to "
            "read. Choose another folder."
        )
