"""Lists between two bulk extracts of the same practice."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from appointments.availability import LONDON
from appointments.imports import emis, screen
from appointments.imports.screen import mappings
from appointments.imports.screen.columns import guess
from appointments.journal import Actor
from appointments.models import Appointment, Practice, Slot
from tests.appointments.imports.book import is_sound
from tests.appointments.imports.extract import Extract, bare
from tests.world import working_day

pytestmark = pytest.mark.django_db

NIGHT = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)


@pytest.fixture
def extract():
    return Extract(working_day())


@pytest.fixture
def bulk(tmp_path):
    numbers = itertools.count()

    def bulk(extract, at=NIGHT, **how):
        stamp = f"{at:%Y%m%d%H%M%S}"
        folder = extract.write(tmp_path / f"{stamp}-{next(numbers)}", stamp=stamp, **how)
        return emis.load(folder)

    return bulk


@pytest.fixture
def slot():
    return lambda number: Slot.objects.get(external_id=bare("slot", number))


@pytest.fixture
def listed(slot):
    """Load a list that has a slot's patient: listed(hours after the night, {slot: patient})."""

    def listed(after, patients, **more):
        practice = Practice.objects.get()
        lines = ["Date,Time,Session,Location,Patient Number"]
        for number, patient in patients.items():
            one = slot(number)
            at = one.starts_at.astimezone(LONDON).strftime("%d/%m/%Y,%H:%M")
            who = patient.number if patient else ""
            lines.append(f'{at},"{one.session.name}","{one.session.site}",{who}')
        lines += more.get("lines", [])
        data = "\n".join(lines).encode()
        sheet = screen.read(practice, data)
        mapping = mappings.save_mapping(Actor(practice), sheet, "List", guess(sheet))
        file = screen.File(data, saved_at=NIGHT + timedelta(hours=after))
        return screen.load(practice, mapping, file)

    return listed


@pytest.fixture
def patient():
    return lambda number: Practice.objects.get().patient_set.get(
        external_id=bare("patient", number)
    )


@pytest.fixture
def in_slot():
    def who(number):
        rows = Appointment.objects.filter(slot__external_id=bare("slot", number))
        return [a.patient.family_name for a in rows.exclude(status="cancelled")]

    return who


def test_an_older_extract_does_not_undo_a_list(extract, bulk, listed, patient, in_slot):
    bulk(extract.book(1, 1))
    listed(5, {1: None, 2: patient(2)})
    assert (in_slot(1), in_slot(2)) == ([], ["Carter"])
    report = bulk(extract.book(1, 1, BookedTime="01:00:00"), at=NIGHT + timedelta(hours=3))
    assert (in_slot(1), in_slot(2)) == ([], ["Carter"])
    assert report.notes["slots stay as a newer screen export has them"] == 2
    bulk(extract.book(1, 1).book(2, 2), at=NIGHT + timedelta(hours=6))
    assert (in_slot(1), in_slot(2)) == (["Baker"], ["Carter"])
    assert is_sound(Practice.objects.get())


def test_an_older_list_is_refused_after_an_extract(extract, bulk, listed, patient, in_slot):
    bulk(extract.book(1, 1))
    with pytest.raises(screen.NotAnExport, match="older than the bulk extract"):
        listed(-1, {1: patient(2)})
    assert in_slot(1) == ["Baker"]


def test_a_slot_that_a_list_brought_first_is_tied_to_its_guid(
    extract, bulk, listed, patient, slot, in_slot
):
    hidden = extract.rows["slot"].pop(3)
    bulk(extract)
    first = slot(1)
    minute = first.starts_at.astimezone(LONDON) + timedelta(minutes=30)
    line = f'{minute:%d/%m/%Y,%H:%M},"{first.session.name}","{first.session.site}",'
    listed(5, {1: None}, lines=[f"{line}{patient(2).number}"])
    made = Slot.objects.get(external_id__startswith="screen-")
    assert hidden["AppointmentStartTime"] == f"{minute:%H:%M:%S}"
    count = Slot.objects.count()
    extract.rows["slot"].insert(3, hidden)
    bulk(extract.book(4, 2), at=NIGHT + timedelta(hours=6))
    made.refresh_from_db()
    assert made.external_id == bare("slot", 4)
    assert Slot.objects.count() == count
    assert in_slot(4) == ["Carter"]
    assert Appointment.objects.count() == 1
    assert is_sound(Practice.objects.get())
