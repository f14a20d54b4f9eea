"""Temporary patients of sheets: matched with their record, or said to be nobody whom we know."""

import uuid
from datetime import date

import pytest

from appointments import patients
from appointments.models import Appointment, Patient
from appointments.patients import Details
from tests.waiting import request
from tests.world import assert_rebuilds

pytestmark = pytest.mark.django_db


def said(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def newcomer(world, loose):
    """Somebody taken down as Anne Baker, born on Ann's birthday, and booked from the page."""
    details = Details(
        family_name="Baker", given_name="Anne", born_on=date(1971, 4, 3), kind="temporary"
    )
    made = patients.register(details, world.by, despite_alike=True)
    request(world, loose, what="booked", patient=made.pk, slot=world.slot("10:00").pk)
    return made


def at(patient, deed):
    return f"/temporary-patients/{patient.pk}/{deed}/"


def test_they_stand_beside_the_records_that_may_be_theirs(world, reception, newcomer):
    text = said(reception.get("/temporary-patients/"))
    assert "Temporary patients to match: 1" in text
    assert "BAKER, Anne" in text
    assert f'value="{world.ann.pk}"' in text
    assert " checked" not in text


def test_the_same_person_is_matched_and_the_appointment_goes_along(world, reception, newcomer):
    answer = reception.post(at(newcomer, "matching"), {})
    assert (answer.status_code, "Choose the record" in said(answer)) == (422, True)
    reception.post(at(newcomer, "matching"), {"patient": world.ann.pk})
    assert Appointment.objects.get().patient == world.ann
    assert "Everybody who was taken down on paper is matched" in said(
        reception.get("/temporary-patients/")
    )
    assert_rebuilds(world.practice)


def test_somebody_who_does_not_exist_is_a_sentence(reception, newcomer):
    answer = reception.post(at(newcomer, "matching"), {"patient": uuid.uuid4()})
    assert answer.status_code == 409


@pytest.mark.parametrize("kind", ["regular", "other"])
def test_nobody_whom_we_know(world, reception, newcomer, kind):
    assert reception.post(at(newcomer, "kind"), {"kind": "king"}).status_code == 422
    reception.post(at(newcomer, "kind"), {"kind": kind})
    assert Patient.objects.get(pk=newcomer.pk).kind == kind
    assert "to match: 0" in said(reception.get("/temporary-patients/"))
    answer = reception.post(at(newcomer, "kind"), {"kind": kind})
    assert (answer.status_code, "seen to this patient meanwhile" in said(answer)) == (409, True)


def test_a_temporary_resident_of_the_clinical_system_is_none_of_these(world, reception):
    patients.register(Details(family_name="Ng", kind="temporary"), world.by)
    assert "to match: 0" in said(reception.get("/temporary-patients/"))


def test_matching_is_receptions_and_of_one_practice(as_, world, other, newcomer):
    for person, status in ((world.doctor, 403), (other.priya, 404)):
        client = as_(person)
        assert client.post(at(newcomer, "matching")).status_code == status
        assert client.post(at(newcomer, "kind")).status_code == status
    assert as_(world.doctor).get("/temporary-patients/").status_code == 403
    assert "to match: 0" in said(as_(other.priya).get("/temporary-patients/"))
    clerk = as_(world.priya)
    assert clerk.post("/temporary-patients/").status_code == 405
    assert clerk.get(at(newcomer, "matching")).status_code == 405
    assert clerk.get(at(newcomer, "kind")).status_code == 405
