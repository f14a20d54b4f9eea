"""Commands on places: add, change, close."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from appointments import journal
from appointments.journal import Actor
from appointments.models import Site
from appointments.practices.shared import managers_only, own
from appointments.refusals import AlreadyThere, BadDetail, NotFound
from fallback.models import Place, Target
from fallback.places import hands

COPIES = "copies"  # the one folder inside the data folder where places may be (the demo's)


def add_place(
    by: Actor, *, name: str, folder: str, site: Site | None = None, **values: Any
) -> Place:
    """Add a place, once a file could be written there; the keeper fills it within seconds.

    Unless told otherwise, a folder that is not on the server's own disk gets protected PDFs.
    """
    managers_only(by)
    place = Place(practice=by.practice, name=name, folder=_checked(folder))
    _refuse_twice(place)
    leaves = _prepare(place)
    values = {"leaves_server": leaves, "pdfs_protected": leaves} | values
    with journal.writing(by, "add_place") as entry:
        place.site = own(Site, site.pk, by) if site else None
        for column, value in values.items():
            setattr(place, column, value)
        _refuse_twice(place)
        entry.add(place)
    return place


def amend_place(place_id: UUID, by: Actor, **values: Any) -> Place:
    """Change what a place is called, where it is or what it gets; its folder is tried again.

    That also takes into use another stick that is in the old one's stead.
    """
    return _amended(place_id, by, "amend_place", values)


def close_place(place_id: UUID, by: Actor) -> Place:
    """Take a place out of use. The keeper removes our papers there as soon as it can."""
    managers_only(by)
    with journal.writing(by, "close_place") as entry:
        place = own(Place, place_id, by)
        entry.change(place, closed_on=place.closed_on or timezone.localdate())
    return place


def reopen_place(place_id: UUID, by: Actor) -> Place:
    """Take a place into use again."""
    return _amended(place_id, by, "reopen_place", {"closed_on": None})


def _amended(place_id: UUID, by: Actor, command: str, values: dict[str, Any]) -> Place:
    managers_only(by)
    planned = by.practice.place_set.filter(pk=place_id).first()
    if planned is None:
        raise NotFound("That place is not in this practice's settings.")
    before = planned.folder
    if "folder" in values:
        values = values | {"folder": _checked(values["folder"])}
    for column, value in values.items():
        setattr(planned, column, value)
    if planned.closed_on is None:
        _refuse_twice(planned)
        _prepare(planned)
    with journal.writing(by, command) as entry:
        place = own(Place, place_id, by)
        if planned.closed_on is None:
            _refuse_twice(planned)
        entry.change(place, **values)
    if place.folder != before:
        hands.once("leave", before, place.pk)
    return place


def _checked(said: str) -> str:
    """Give the folder in its plain form; refuse what is no place for copies."""
    folder = Path(said.strip())
    if "\0" in said or not folder.is_absolute() or ".." in folder.parts:
        raise BadDetail(
            f"'{said.strip()}' is not a whole path. Give the folder as this server sees it, from "
            "the root on: /mnt/back-office/papers.",
            "folder",
        )
    ours = Path(settings.DATA_DIR)
    if folder in (ours, *ours.parents):
        raise BadDetail(
            f"{folder} holds the book itself. Choose a folder on another disk or another PC.",
            "folder",
        )
    if folder.is_relative_to(ours) and not folder.is_relative_to(ours / COPIES):
        raise BadDetail(
            f"{folder} is inside the folder that holds the book. Choose one on another disk or "
            "another PC.",
            "folder",
        )
    return str(folder)


def _refuse_twice(place: Place) -> None:
    """Refuse a name or a folder (or one in it) that another place has."""
    folder = Path(place.folder)
    for other in Place.objects.filter(closed_on=None).exclude(pk=place.pk):
        theirs = Path(other.folder)
        if other.practice_id == place.practice_id and other.name.lower() == place.name.lower():
            raise AlreadyThere(f"There is a place called {other} already. Choose another name.")
        if folder.is_relative_to(theirs) or theirs.is_relative_to(folder):
            raise AlreadyThere(
                f"{folder} and the folder of {other.name} ({theirs}) are one or lie in each "
                "other. Choose another folder."
            )
    for public in Target.objects.filter(closed_on=None, kind=Target.Kind.FOLDER):
        if folder.is_relative_to(public.folder) or Path(public.folder).is_relative_to(folder):
            raise AlreadyThere(
                f"{public.folder} is for the world to read (website {public.name}). Choose another "
                "folder for papers."
            )


def _prepare(place: Place) -> bool:
    """Make and mark the folder; says whether it is on another disk than the book."""
    answer = hands.once("prepare", place.folder, place.pk)
    if trouble := answer["trouble"]:
        raise BadDetail(
            f"{place.folder} {trouble}. Put that right, or choose another folder.",
            "folder",
        )
    return answer["device"] != Path(settings.DATA_DIR).stat().st_dev
