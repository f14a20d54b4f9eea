"""Two printed sheets, keyed in every way that a row can end."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import booking, journal
from appointments.models import Appointment
from fallback import rekey, sheets
from tests.fallback.rekey.conftest import line, printed_sheet
from tests.world import World, build


@pytest.fixture
def world(db, settings, tmp_path) -> World:
    settings.DATA_DIR = tmp_path
    return build()


@pytest.fixture
def sheet(world):
    return printed_sheet(world)


@pytest.fixture
def kinds(sheet):
    """The sheet's rows by kind, in the order of the page."""
    found = {}
    for row in sheet.rows.select_related("slot").order_by("place"):
        found.setdefault(row.kind, []).append(row)
    return found


@pytest.fixture
def key(world, sheet):
    """Key a row."""

    def key(row, what="booked", by=None, **said):
        return rekey.enter(sheet.reference, row.code, line(what, **said), by or world.by)

    return key


@pytest.fixture
def keyed(world, sheet, kinds, key):
    """One row of every end but for a sheet that is lost; gives the entries by what they are."""
    slots, requests = kinds["slot"], kinds["request"]
    made = {"booked": key(slots[0], patient=world.ann.pk, said="cough", taken_by="PS")}
    with journal.writing(world.by, "load") as entry:
        for row in slots[1:3]:  # the clinical system sold them as well
            entry.add(_sold(world, row))
    made["settled"] = key(slots[1], patient=world.ann.pk)
    booking.settle_clash(made["settled"].clash_id, "first", world.by_lead, "Dr Lane said so")
    made["clash"] = key(slots[2], patient=world.cat.pk)
    made["closed"] = key(requests[0], "request", patient=world.ann.pk, said="ears")
    rekey.close(made["closed"].pk, "Rang back", world.by2)
    made["filled"] = key(requests[1], "request", patient=world.cat.pk, said="feet")
    given_back = key(slots[4], "nothing")
    rekey.fill(made["filled"].pk, slots[4].slot_id, world.by)
    made["aside"] = rekey.set_aside(
        sheet.reference, slots[3].code, line(typed="smth jn"), world.by, why="Can't be read",
        owner=world.tom, due_at=timezone.now() + timedelta(hours=2),
    )  # fmt: skip
    made["extra"] = key(
        kinds["extra"][0], "extra", patient=world.cat.pk, slot=slots[0].slot_id, said="Dr Lane"
    )
    made["nothing"] = [given_back, *(key(row, "nothing") for row in kinds["message"])]
    return made


def _sold(world, row):
    return Appointment(
        practice=world.practice, slot=row.slot, patient=world.bob, reference=uuid.uuid4()
    )


@pytest.fixture
def lost(world, sheet):
    """A second sheet, of desk 2, that never came back."""
    other = next(
        s for s in world.practice.sheet_set.filter(kind="desk", ended_at=None)
        if s.desk == world.desk2
    )  # fmt: skip
    sheets.printed([other], world.by2)
    rekey.declare_lost(other.reference, world.by_lead, "Left on the bus")
    return other
