"""Commands on safe copies and printers: add, change, take out of use, use again.

Nothing here touches a site-day: where copies go changes no page of them.
"""

from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.utils import timezone

from appointments import journal
from appointments.journal import Actor
from appointments.models import Site
from appointments.practices.shared import managers_only, own
from appointments.refusals import AlreadyThere, BadDetail
from fallback.models import Place, Printer

Row = TypeVar("Row", Place, Printer)


def add_place(by: Actor, *, name: str, folder: str, **values: Any) -> Place:
    """Add a folder that always has the newest copies."""
    managers_only(by)
    with journal.writing(by, "add_place") as entry:
        place = Place(practice=by.practice, name=name, folder=_folder(folder), **values)
        _only_one(by, Place, folder=place.folder)
        return entry.add(place)  # type: ignore[return-value]


def amend_place(place_id: UUID, by: Actor, **values: Any) -> Place:
    """Change what a safe copy is called, where it lies, and what is written there."""
    if "folder" in values:
        values["folder"] = _folder(values["folder"])
    return _amended(Place, place_id, by, "amend_place", values, "folder")


def close_place(place_id: UUID, by: Actor) -> Place:
    """Write no more copies to a folder. What lies there stays until somebody removes it."""
    return _amended(Place, place_id, by, "close_place", {"closed_on": timezone.localdate()})


def reopen_place(place_id: UUID, by: Actor) -> Place:
    """Write copies to a folder again."""
    return _amended(Place, place_id, by, "reopen_place", {"closed_on": None}, "folder")


def add_printer(by: Actor, *, queue: str, site: Site, **values: Any) -> Printer:
    """Add a printer that this server reaches, standing inside a site."""
    managers_only(by)
    with journal.writing(by, "add_printer") as entry:
        _only_one(by, Printer, queue=queue)
        site = own(Site, site.pk, by)
        printer = Printer(practice=by.practice, queue=queue, site=site, **values)
        return entry.add(printer)  # type: ignore[return-value]


def amend_printer(printer_id: UUID, by: Actor, **values: Any) -> Printer:
    """Change where a printer stands, and what it prints by itself."""
    return _amended(Printer, printer_id, by, "amend_printer", values, "queue")


def close_printer(printer_id: UUID, by: Actor) -> Printer:
    """Print there no more."""
    return _amended(Printer, printer_id, by, "close_printer", {"closed_on": timezone.localdate()})


def reopen_printer(printer_id: UUID, by: Actor) -> Printer:
    """Print there again."""
    return _amended(Printer, printer_id, by, "reopen_printer", {"closed_on": None}, "queue")


def _amended(
    model: type[Row], row_id: UUID, by: Actor, command: str, values: dict, unique: str = ""
) -> Row:
    managers_only(by)
    with journal.writing(by, command) as entry:
        row = own(model, row_id, by)
        if unique:
            said = values.get(unique, getattr(row, unique))
            _only_one(by, model, besides=row.pk, **{unique: said})
        entry.change(row, **values)
        return row


def _folder(said: str) -> str:
    """Take a folder down in one spelling, so that one folder is never two safe copies."""
    folder = Path(said.strip())
    if "\0" in said or not folder.is_absolute() or ".." in folder.parts:
        raise BadDetail("Enter the whole path of the folder, from / on.", "folder")
    return str(folder)


def _only_one(by: Actor, model: type[Row], besides: UUID | None = None, **values: str) -> None:
    others = model._default_manager.filter(practice=by.practice, closed_on=None, **values)
    if others.exclude(pk=besides).exists():
        raise AlreadyThere(f"{next(iter(values.values()))} is in the list already.")
