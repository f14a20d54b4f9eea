"""What the tests of loading share."""

import itertools

import pytest

from appointments import journal
from appointments.imports import emis
from appointments.journal import Actor
from appointments.models import Appointment, Practice, Slot, Staff
from tests.appointments.imports.extract import Extract, bare
from tests.world import working_day

FIRST_STAMP = 20261122020000


@pytest.fixture
def small():
    """A small extract of tomorrow, not loaded yet."""
    return Extract(working_day())


@pytest.fixture
def load(tmp_path):
    """Write an extract into a folder of its own, each a day later, and load it."""
    stamps = itertools.count(FIRST_STAMP, 1_000_000)

    def write_and_load(extract, *, practice="", **how):
        stamp = str(next(stamps))
        folder = extract.write(tmp_path / stamp, **{"stamp": stamp} | how)
        return emis.load(folder, ods_code=practice)

    return write_and_load


@pytest.fixture
def practice(small, load):
    """The small extract, loaded."""
    load(small)
    return Practice.objects.get()


@pytest.fixture
def reception(practice):
    """A receptionist at desk 1 of the loaded practice."""
    return _at_desk_1(practice, "Priya Shah", "receptionist")


@pytest.fixture
def by_lead(practice):
    """The outage lead at desk 1."""
    return _at_desk_1(practice, "Lena Ford", "outage_lead")


def _at_desk_1(practice, name, role):
    with journal.writing(Actor(practice), "add_staff") as entry:
        row = Staff(practice=practice, username=name.split()[0].lower(), name=name, role=role)
        entry.add(row)
    return Actor(practice, row, practice.desk_set.get(number=1))


@pytest.fixture
def in_slot(practice):
    """Say who is in a slot: [(surname, status, 'clash' or 'extra' or '')]."""

    def who(number, *, cancelled=False):
        rows = Appointment.objects.filter(slot__external_id=bare("slot", number))
        if not cancelled:
            rows = rows.exclude(status="cancelled")
        return [
            (a.patient.family_name, a.status, "clash" * a.in_clash + "extra" * a.is_extra)
            for a in rows.order_by("in_clash", "is_extra", "pk").select_related("patient")
        ]

    return who


@pytest.fixture
def slot(practice):
    """Find a slot by its number in the extract."""
    return lambda number: Slot.objects.get(practice=practice, external_id=bare("slot", number))


@pytest.fixture
def patient(practice):
    """Find a patient by the number in the extract."""
    return lambda number: practice.patient_set.get(external_id=bare("patient", number))
