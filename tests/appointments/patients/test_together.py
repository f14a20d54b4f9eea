"""Several desks at once, each in a thread with its own connection, as the server has them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from appointments import patients, search
from appointments.models import Patient
from appointments.patients import Details
from appointments.refusals import BookingRefused
from tests.world import World, build

DESKS = 4
EACH = 8  # patients whom each desk takes in


@pytest.fixture
def world(transactional_db) -> World:
    return build()


def in_threads(work):
    """Do work(0), work(1)… at the same time; what goes wrong in one goes wrong here."""

    def alone(number):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(DESKS) as pool:
        return list(pool.map(alone, range(DESKS)))


def test_desks_take_in_and_find_patients_at_once(world):
    def work(desk):
        for number in range(EACH):
            family_name = f"{'Vwxy'[desk]}{'abcdefgh'[number]}rley"
            made = patients.register(Details(family_name=family_name), world.by)
            found = search.find(world.practice, family_name)
            assert found[0].id == made.pk

    in_threads(work)
    assert Patient.objects.filter(practice=world.practice).count() == 3 + DESKS * EACH


def test_two_desks_do_not_make_one_person_twice(world):
    def work(desk):
        try:
            details = Details(family_name="Winter", given_name="Eve", nhs_number="9990000042")
            return patients.register(details, world.by)
        except BookingRefused:
            return None

    assert sum(made is not None for made in in_threads(work)) == 1
    assert len(search.find(world.practice, "winter")) == 1
