from datetime import date

import pytest

from appointments import booking
from appointments.models import Patient
from fallback.paper import reading
from fallback.paper.reading import SEALED, booked, could_be_confused
from tests.world import build

from .conftest import stamp_of


def person(family: str, given: str, born_on: date | None = None) -> Patient:
    return Patient(family_name=family, given_name=given, born_on=born_on)


@pytest.mark.parametrize(
    "one, other",
    [
        (("Baker", "Ann"), ("Baker", "Ann")),
        (("Baker", "Ann"), ("BAKER", "ann")),
        (("Baker", "Ann"), ("Baker", "Anne")),
        (("Baker", "Jon"), ("Baker", "John")),
        (("Baker", "Joan"), ("Baker", "Jean")),
        (("Baker", "Rob"), ("Baker", "Robert")),
        (("Baker-Hall", "Ann"), ("Baker", "Ann")),
        (("Müller", "Zoë"), ("Muller", "Zoe")),
        (("O'Brien", "Ann"), ("OBrien", "Ann")),
        (("Baker", ""), ("Baker", "Robert")),
        (("Baker", "Ann", date(2001, 2, 3)), ("Baker", "Zoe", date(2001, 2, 3))),  # twins
    ],
)
def test_these_could_be_confused(one, other):
    pair = [person(*one), person(*other)]
    assert could_be_confused(pair) == {patient.pk for patient in pair}


@pytest.mark.parametrize(
    "one, other",
    [
        (("Baker", "Ann"), ("Barker", "Zoe")),
        (("Baker", "Ann"), ("Baker", "Zoe")),
        (("Baker", "Ann", date(2001, 2, 3)), ("Baker", "Zoe", date(2001, 2, 4))),
        (("Baker", "Ann", None), ("Baker", "Zoe", None)),
        (("Baker", "Ann", date(2001, 2, 3)), ("Carter", "Ann", date(2001, 2, 3))),
    ],
)
def test_these_could_not(one, other):
    assert could_be_confused([person(*one), person(*other)]) == set()


def test_a_patient_has_what_paper_shows(world, book, paper):
    made = book(world.cat, "10:10", access_needs="wheelchair")
    one = paper().patients[world.cat.pk]
    assert one == reading.OnPaper(
        id=world.cat.pk,
        name="HUGHES, Catrin",
        born="28 Feb 2019",
        nhs_number="999 000 0034",
        telephones=("mobile 07700 900456",),
        contact="mobile is mother's",
        address="",
        access="",
        is_confidential=False,
        same_name=False,
    )
    assert paper().access == {made.pk: "wheelchair"}


def test_the_address_has_its_postcode(register, book, paper):
    zoe = register("Abbott", "Zoe", address="4 Epple Road, Minnis Bay", postcode="CT7 9QZ")
    book(zoe, "10:10")
    assert paper().patients[zoe.pk].address == "4 Epple Road, Minnis Bay, CT7 9QZ"


def test_what_is_to_be_known_is_said_once(register, book, paper):
    zoe = register("Abbott", "Zoe", access_needs="deaf")
    book(zoe, "10:10", access_needs="deaf")
    book(zoe, "10:30", access_needs="key safe by the door")
    day = paper()
    assert [day.access_of(one.person) for one in booked(day)] == [
        "deaf",
        "deaf; key safe by the door",
    ]


def test_confidential_details_are_not_there_at_all(register, book, paper):
    hidden = register(
        "Abbott", "Zoe", is_confidential=True, address="4 Secret Road", postcode="CT7 1AA",
        mobile_telephone="07700 900999", home_telephone="01632 960999",
        contact_comment="sister 07700 900998", access_needs="key under the red pot",
    )  # fmt: skip
    book(hidden, "10:10", access_needs="ring the neighbour")
    day = paper()
    one = day.patients[hidden.pk]
    assert one.name == "ABBOTT, Zoe"
    assert (one.telephones, one.contact, one.address, one.access) == ((), SEALED, SEALED, SEALED)
    assert day.access == {}
    for secret in ("Secret", "CT7 1AA", "900999", "960999", "900998", "red pot", "neighbour"):
        assert secret not in str((day.patients, day.access))


def test_same_names_count_within_the_day_and_site_only(world, register, book, paper):
    first, second = register("Abbott", "Zoe"), register("Abbott", "Zoë")
    book(first, "10:10")
    assert not paper().patients[first.pk].same_name
    book(second, "10:30")
    day = paper()
    assert [day.patients[p.pk].same_name for p in (first, second)] == [True, True]


def test_an_appointment_stands_once_where_it_begins(world, book, paper):
    book(world.ann, "10:10", double=True)
    book(world.bob, "10:20", extra=True, because="in pain")
    book(world.cat, "10:00")
    found = [(one.line.at, one.patient.name) for one in booked(paper())]
    assert found == [("10:00", "HUGHES, Catrin"), ("10:10", "BAKER, Ann (Mrs)"),
                     ("10:20", "CARTER, Bob (Mr)")]  # fmt: skip


def test_cancelled_ones_are_gone(world, book, paper):
    made = book(world.ann, "10:10")
    booking.cancel(made.pk, world.by, cancelled_for="patient", reason="better")
    assert booked(paper()) == []


def test_another_practice_stays_out(world, book):
    book(world.ann, "10:10")
    other = build("G82002", home=False)
    stamp = stamp_of(other)
    assert reading.day_paper(other.practice, other.site, other.day, stamp).patients == {}


def test_a_full_day_takes_few_queries(full_day, paper, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        day = paper()
    assert len(day.patients) == 990
