"""Commands on printers: add, change, take out of use, use again.

Nothing here touches a site-day: where papers come out changes no page of them.
"""

from typing import Any
from uuid import UUID

from django.utils import timezone

from appointments import journal
from appointments.journal import Actor
from appointments.models import Site
from appointments.practices.shared import managers_only, own
from appointments.refusals import AlreadyThere
from fallback.models import Printer


def add_printer(by: Actor, *, queue: str, site: Site, **values: Any) -> Printer:
    """Add a printer that this server reaches, standing inside a site; a manager's."""
    managers_only(by)
    with journal.writing(by, "add_printer") as entry:
        _refuse_twice(by, queue)
        site = own(Site, site.pk, by)
        printer = Printer(practice=by.practice, queue=queue, site=site, **values)
        entry.add(printer)
    return printer


def amend_printer(printer_id: UUID, by: Actor, **values: Any) -> Printer:
    """Change where a printer stands, and what it prints by itself."""
    return _amended(printer_id, by, "amend_printer", values)


def close_printer(printer_id: UUID, by: Actor) -> Printer:
    """Print there no more."""
    return _amended(printer_id, by, "close_printer", {"closed_on": timezone.localdate()})


def reopen_printer(printer_id: UUID, by: Actor) -> Printer:
    """Print there again."""
    return _amended(printer_id, by, "reopen_printer", {"closed_on": None})


def _amended(printer_id: UUID, by: Actor, command: str, values: dict[str, Any]) -> Printer:
    managers_only(by)
    with journal.writing(by, command) as entry:
        printer = own(Printer, printer_id, by)
        stays = values.get("closed_on", printer.closed_on) is None
        if stays:
            _refuse_twice(by, values.get("queue", printer.queue), besides=printer.pk)
        entry.change(printer, **values)
    return printer


def _refuse_twice(by: Actor, queue: str, besides: UUID | None = None) -> None:
    there = by.practice.printer_set.filter(queue=queue, closed_on=None)
    if any(printer.pk != besides for printer in there):
        raise AlreadyThere(f"{queue} is in the list already. Change it there.")
