"""Whom and what a row means: never by a guess."""

from datetime import date

import pytest

from appointments.imports.screen.lines import Person
from appointments.imports.screen.matching import People, Places, Staffed, Unknown
from appointments.imports.screen.values import days, name
from appointments.models import Clinician, Patient, Site

ANN = Patient(
    given_name="Ann", middle_names="Jane", family_name="Baker-Lee", title="Mrs",
    born_on=date(1971, 4, 3), nhs_number="9990000018", number="101",
)  # fmt: skip
TWIN = Patient(
    given_name="Ann", family_name="Baker-Lee", born_on=date(1971, 4, 3), number="105",
)  # fmt: skip
BOB = Patient(given_name="Bob", family_name="Carter", born_on=date(1950, 12, 31), number="102")
OLD = Patient(given_name="Robert", family_name="Carter", number="900", merged_into=BOB)


def person(number="", *, nhs="", called="", born=""):
    return Person(nhs, number, name(called) if called else None, days(born))


def found(*patients, **said):
    return People(patients).find(person(said.pop("number", ""), **said))


@pytest.mark.parametrize(
    "said",
    [
        {"nhs": "9990000018"},
        {"number": "101"},
        {"called": "BAKER-LEE, Ann (Mrs)", "born": "3/4/1971"},
        {"called": "Mrs Ann Baker Lee", "born": "03-Apr-71"},
        {"called": "Baker-Lee, Ann Jane", "born": "1971-04-03"},
        {"nhs": "9990000018", "number": "101", "called": "anybody", "born": "3/4/1971"},
        {"nhs": "9990000018", "number": "not ours"},
    ],
)
def test_who_is_found(said):
    assert found(ANN, BOB, **said) is ANN


@pytest.mark.parametrize(
    "said,why",
    [
        ({"called": "Baker-Lee, Ann"}, "a name alone is not enough"),
        ({"called": "Baker, Ann", "born": "3/4/1971"}, "exactly its name and birth date"),
        ({"called": "Baker-Lee, Anne", "born": "3/4/1971"}, "exactly its name and birth date"),
        ({"called": "Baker-Lee, A", "born": "3/4/1971"}, "exactly its name and birth date"),
        ({"called": "Baker-Lee, Ann", "born": "4/3/1971"}, "exactly its name and birth date"),
        ({"nhs": "9990000999"}, "nobody in the book has its NHS number"),
        ({"nhs": "9990000018", "born": "4/3/1971"}, "of two different people"),
        ({"nhs": "9990000018", "number": "102"}, "of two different people"),
        (
            {"nhs": "9990000999", "called": "Baker-Lee, Ann", "born": "3/4/1971"},
            "nobody in the book has its NHS number",
        ),
    ],
)
def test_who_is_not_found(said, why):
    with pytest.raises(Unknown, match=why):
        found(ANN, BOB, **said)


def test_twins_of_one_name_are_told_apart_by_their_numbers_only():
    with pytest.raises(Unknown, match="several patients in the book have its name and birth date"):
        found(ANN, TWIN, called="Baker-Lee, Ann", born="3/4/1971")
    assert found(ANN, TWIN, number="105", called="Baker-Lee, Ann", born="3/4/1971") is TWIN


def test_an_nhs_number_on_two_patients_needs_more():
    other = Patient(given_name="Al", family_name="Oak", nhs_number="9990000018", number="7")
    with pytest.raises(Unknown, match="several patients in the book have its NHS number"):
        found(ANN, other, nhs="9990000018")
    assert found(ANN, other, nhs="9990000018", number="7") is other
    assert found(ANN, other, nhs="9990000018", born="3/4/1971") is ANN


def test_a_merged_record_leads_to_the_one_that_is_used():
    assert found(OLD, BOB, number="900") is BOB


LANE = Clinician(title="Dr", given_name="Rosa", family_name="Lane")
OTHER = Clinician(title="Dr", given_name="Rupert", family_name="Lane")


@pytest.mark.parametrize(
    "text",
    [
        "Dr Lane",
        "LANE, Rosa (Dr)",
        "Dr Rosa Lane",
        "Rosa Lane",
        "R Lane",
        "Lane",
        "lane, r",
        "Dr R Lane",
    ],
)
def test_clinicians(text):
    assert Staffed([LANE], {}).find(text) is LANE


def test_clinicians_whom_nobody_can_tell():
    staffed = Staffed([LANE, OTHER], {"room 3": str(LANE.pk)})
    for text in ("Dr Lane", "R Lane"):
        with pytest.raises(Unknown, match="several clinicians in the book are called"):
            staffed.find(text)
    for text in ("", "Dr Lan", "Nurse Lane", "Dr"):
        with pytest.raises(Unknown):
            staffed.find(text)
    assert staffed.find("Room  3") is LANE
    assert staffed.find("Dr Rupert Lane") is OTHER


def test_sites():
    harbour, hill = Site(name="Harbour Surgery"), Site(name="Hill Branch")
    assert Places([harbour], None, {}).find("") is harbour
    places = Places([harbour, hill], None, {"hb": str(hill.pk)})
    assert places.find("HILL  BRANCH") is hill
    assert places.find("HB") is hill
    for text in ("", "Hill"):
        with pytest.raises(Unknown):
            places.find(text)
    assert Places([harbour, hill], hill.pk, {}).find("") is hill
