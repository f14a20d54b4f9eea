"""Every address of the program, with what a world has to put into it."""

import uuid
from collections.abc import Iterator
from typing import NamedTuple

from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from appointments import booking, journal
from appointments.models import Appointment, Call, Clash, Closure, ScreenMapping
from fallback import outages
from fallback.models import Target, WorklistLine
from tests.paper import furnish_paper
from tests.waiting import furnish_waiting
from tests.world import World


class Address(NamedTuple):
    """A named address and the names of what goes into it."""

    name: str
    takes: tuple[str, ...]

    def filled(self, values: dict) -> str:
        """The address itself, with the values it takes."""
        return reverse(self.name, kwargs={name: values[name] for name in self.takes})


def every() -> list[Address]:
    """All addresses but the machine's own (healthz)."""
    found = _walk(get_resolver().url_patterns)
    return [Address(p.name, tuple(p.pattern.converters)) for p in found if p.name != "healthz"]


def _walk(patterns) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from _walk(pattern.url_patterns)


def furnish(world: World) -> dict:
    """Give a world one of everything that an address can name."""
    made = booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    with journal.writing(world.by, "load") as entry:
        other = entry.add(
            Appointment(
                practice=world.practice,
                slot=made.slot,
                patient=world.bob,
                in_clash=True,
                reference=uuid.uuid4(),
            )
        )
        clash = entry.add(
            Clash(
                practice=world.practice,
                first=made,
                second=other,
                source="clinical system",
                came_at=entry.at,
            )
        )
        call = entry.add(
            Call(
                practice=world.practice,
                patient=world.ann,
                appointment=made,
                why="Dr Lane is ill",
                asked_at=entry.at,
            )
        )
        closure = entry.add(
            Closure(practice=world.practice, site=world.site, day=world.day, reason="Training")
        )
        mapping = entry.add(
            ScreenMapping(
                practice=world.practice, name="List", headings=["date", "with"], meanings=["", ""]
            )
        )
        entry.add(
            Target(
                practice=world.practice, name="Our website", folder="/nowhere/public",
                web_address="https://www.example.nhs.uk/surgery/", line_key="A" * 43,
            )
        )  # fmt: skip
        entry.touch(world.site.pk, world.day)
    return {
        "day": world.day,
        "slot_id": world.slot("10:30").pk,
        "appointment_id": made.pk,
        "session_id": world.morning.pk,
        "patient_id": world.ann.pk,
        "call_id": call.pk,
        "clash_id": clash.pk,
        "site_id": world.site.pk,
        "staff_id": world.tom.pk,
        "closure_id": closure.pk,
        "mapping_id": mapping.pk,
        "reference": uuid.uuid4(),
        "outage_id": outages.declare(world.by, ["power"], timezone.now()).pk,
        "line_id": furnish_worklist(world, made).pk,
        **furnish_paper(world),
        **furnish_waiting(world),
    }


def furnish_worklist(world: World, made: Appointment) -> WorklistLine:
    """Say that an appointment has yet to be keyed into the clinical system."""
    now = timezone.now()
    return WorklistLine.objects.create(
        practice=world.practice, reference=uuid.uuid4(), kind="book", patient=made.patient,
        appointment=made, slot=made.slot, changed_at=now, due_at=now,
    )  # fmt: skip


def rows(world: World, name: str):
    """What `row_id` means at an address of the settings."""
    kinds = {
        "settings-sites-": world.branch,
        "settings-desks-": world.desk2,
        "settings-slot-types-": world.routine,
        "settings-clinicians-": world.webb,
        "settings-safe-copies-": world.practice.place_set.first(),
        "settings-printers-": world.practice.printer_set.first(),
        "settings-checks-": world.practice.probe_set.first(),
        "settings-websites-": world.practice.target_set.first(),
        "website-line": world.practice.target_set.first(),
        "printer-test": world.practice.printer_set.first(),
    }
    return next(row.pk for kind, row in kinds.items() if kind in name)
