"""A patient who was registered here and keyed into the clinical system since is one person."""

from datetime import date

import pytest

from appointments import booking, patients
from appointments.booking import NewAppointment
from appointments.models import Clash, Patient
from appointments.patients import Details
from tests.appointments.imports.extract import bare

pytestmark = pytest.mark.django_db


def test_the_same_nhs_number_and_birth_date_are_the_same_patient(
    small, load, practice, slot, reception
):
    who = Details(
        family_name="New", given_name="Nia", nhs_number="9990000042", born_on=date(1990, 5, 6)
    )
    new = patients.register(who, reception)
    asked = NewAppointment(patient=new.pk, reference=new.pk)
    booking.book(slot(1).pk, asked, reception)
    there = ("Ms", "Nia", "New", "F", "1990-05-06", "9990000042")
    small.rows["patient"].append(small.a_patient(5, *there))
    load(small.book(1, 5))
    new.refresh_from_db()
    assert new.external_id == bare("patient", 5)
    assert Patient.objects.filter(nhs_number="9990000042").count() == 1
    assert not Clash.objects.exists()
    assert new.appointments.count() == 1


def test_another_birth_date_is_another_patient(small, load, practice, reception):
    who = Details(family_name="New", nhs_number="9990000042", born_on=date(1990, 5, 7))
    patients.register(who, reception)
    there = ("Ms", "Nia", "New", "F", "1990-05-06", "9990000042")
    small.rows["patient"].append(small.a_patient(5, *there))
    load(small)
    assert Patient.objects.filter(nhs_number="9990000042").count() == 2
