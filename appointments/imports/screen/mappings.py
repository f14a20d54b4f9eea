"""Commands on what a practice's lists mean: save, name what they call our people, forget."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from appointments import journal
from appointments.imports.screen.columns import lacking
from appointments.imports.screen.reading import Sheet, plain
from appointments.journal import Actor
from appointments.models import ScreenMapping, Site
from appointments.practices.shared import managers_only, own
from appointments.refusals import AlreadyThere, BookingRefused

LONGEST_NAME = 80


def save_mapping(
    by: Actor,
    sheet: Sheet,
    name: str,
    meanings: Sequence[str],
    *,
    site: Site | None = None,
    minutes: int = 10,
    is_whole_days: bool = False,
) -> ScreenMapping:
    """Keep what a file's columns mean, for every file with these headings.

    Raises AlreadyThere when another list has the name, BookingRefused when the columns are not
    enough to know when, with whom and for whom a row is, NotYours.
    """
    managers_only(by)
    if sentences := lacking(meanings):
        raise BookingRefused(sentences[0])
    values: dict[str, Any] = {
        "name": " ".join(name.split())[:LONGEST_NAME],
        "meanings": list(meanings),
        "site_id": site.pk if site else None,
        "minutes": minutes,
        "is_whole_days": is_whole_days,
    }
    with journal.writing(by, "save_screen_mapping") as entry:
        saved = ScreenMapping.objects.filter(practice=by.practice)
        mapping = next((m for m in saved if tuple(m.headings) == sheet.key), None)
        namesakes = [m for m in saved if m.name == values["name"] and m != mapping]
        if namesakes:
            raise AlreadyThere(
                f"There is a list called {values['name']} already, with other headings. Choose "
                "another name."
            )
        if mapping is None:
            mapping = ScreenMapping(practice=by.practice, headings=list(sheet.key), **values)
            entry.add(mapping)
        else:
            entry.change(mapping, **values)
    return mapping


def say_names(by: Actor, mapping_id: UUID, what: str, said: dict[str, UUID]) -> ScreenMapping:
    """Keep whom or what a list means by its names: `what` is clinician or site.

    Raises NotFound, NotYours.
    """
    managers_only(by)
    with journal.writing(by, "name_screen_mapping") as entry:
        mapping = own(ScreenMapping, mapping_id, by)
        known = dict(mapping.names.get(what, {}))
        known |= {plain(name): str(row_id) for name, row_id in said.items()}
        entry.change(mapping, names=mapping.names | {what: known})
    return mapping


def forget_mapping(by: Actor, mapping_id: UUID) -> None:
    """Forget what a list's columns mean; what came from it stays. Raises NotFound, NotYours."""
    managers_only(by)
    with journal.writing(by, "forget_screen_mapping") as entry:
        entry.remove(own(ScreenMapping, mapping_id, by))
