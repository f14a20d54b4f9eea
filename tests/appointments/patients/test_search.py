"""Patients found by what is typed: whom, in which order, with which words of warning."""

import random
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appointments import booking, journal, patients, search
from appointments.models import Patient
from tests.appointments.patients import crowd

TODAY = date(2026, 11, 23)
APRIL = date(1971, 4, 3)


def names(world, q, **options):
    return [found.name for found in search.find(world.practice, q, **options)]


@pytest.fixture
def john(add):
    return add(
        family_name="Smith",
        given_name="John",
        middle_names="Paul",
        title="Mr",
        born_on=APRIL,
        nhs_number="9991234560",
        number="20417",
        address="12 Epple Road, Birchington",
        postcode="CT7 9AB",
        home_telephone="(01632) 960 629",
        mobile_telephone="+44 7700 900662",
        contact_comment="ring after 5",
    )


@pytest.mark.parametrize(
    "q",
    [
        "smith", "SMITH", "smit", "sm", "s", "smith j", "smith john", "john smith", "j smith",
        "smith, john", "smith, j", "Mr J. Smith", "john", "jo", "paul", "smith jp", "smith j p",
        "smith john paul", "03/04/1971", "030471", "03041971", "3 apr 71", "1971-04-03",
        "smith j 3/4/71", "3/4/71 smith", "smith 1971", "smith 030471", "john 3/4/71",
        "9991234560", "999 123 4560", "9991", "4560", "1234", "123 456", "smith 4560",
        "07700900662", "07700 900 662", "+447700900662", "+44 (0) 7700 900662", "0044 7700 900662",
        "900662", "0662", "01632960629", "(01632) 960629", "960 629", "smith 0662",
        "ct79ab", "CT7 9AB", "ct7 9", "ct7", "smith ct7", "ct7 smith j", "20417", "2041",
        "smth", "smiht", "amith", "smithh", "smitj", "mith", "smyth", "smythe", "smth j",
        "jhon smith", "smith jon", "smth john", "smeeth 3/4/71", "smith j 3/4/72", "smith j 4/3/71",
        "smith j 13/4/71", "smith j 3/4/1917", "9991234561", "99912345600", "07700900663",
    ],
)  # fmt: skip
def test_john_smith_is_found(world, john, q):
    assert "SMITH, John (Mr)" in names(world, q)


@pytest.mark.parametrize(
    "q",
    [
        "", " ", "-", ".,;", "🙂", "jones", "smith k", "smith, k", "smith jones", "3/4/1950",
        "smith j 3/4/1950", "smith m 3/4/72", "0000", "ct6", "ct7 9zz", "smith ct6",
        "baker 9991234560", "1", "12", "'; DROP TABLE appointments_patient; --", "%", "_", "*",
        "\x00", "x" * 10_000, "9" * 10_000,
    ],
)  # fmt: skip
def test_john_smith_is_not_found(world, john, q):
    assert "SMITH, John (Mr)" not in names(world, q)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=st.text(max_size=120))
def test_any_text_is_answered(world, john, q):
    assert len(search.find(world.practice, q, limit=5)) <= 5
    search.exactly(world.practice, q)


@pytest.mark.parametrize(
    "family,given,q",
    [
        ("O'Brien", "Pat", "obrien"),
        ("O'Brien", "Pat", "o brien p"),
        ("O’Brien", "Pat", "o'brien"),
        ("McDonald", "Ann", "mc donald"),
        ("Mc Donald", "Ann", "mcdonald a"),
        ("Macdonald", "Ann", "mcdonald"),
        ("Wójcik", "Jan", "wojcik"),
        ("Wojcik", "Jan", "wójcik j"),
        ("Jónsdóttir", "Þórdís", "thordis"),
        ("Jónsdóttir", "Þórdís", "jonsdottir þ"),
        ("Żak", "Łukasz", "lukasz zak"),
        ("Æ", "Bo", "ae"),
        ("Smith-Jones", "Kay", "jones"),
        ("Smith-Jones", "Kay", "smith"),
        ("Smith-Jones", "Kay", "smith jones"),
        ("Smith-Jones", "Kay", "kay smith jones"),
        ("de la Cruz", "Maria", "cruz m"),
        ("de la Cruz", "Maria", "delacruz"),
        ("L'Étrange", "Marie", "letrange"),
        ("Nguyễn Thị", "Lan", "nguyen thi lan"),
        ("ap Rhys", "Ifan", "rhys"),
        ("Brown", "Mary-Jane", "brown mary jane"),
        ("Brown", "Mary-Jane", "maryjane brown"),
        ("Brown", "Mary-Jane", "jane"),
        ("Phillips", "Sue", "filips"),
        ("Thompson", "Al", "tomson a"),
        ("Stephens", "Al", "stevens"),
        ("Cholmondeley", "Al", "cholmondely"),
        ("Ng", "Wei", "gn w"),
        ("Li", "Wei", "lee w"),
        ("Andrews", "", "andrews"),
        ("ДМИТРИЕВ", "Иван", "дмитриев"),
        ("王", "伟", "王"),
    ],
)  # fmt: skip
def test_names_as_people_write_them(world, add, family, given, q):
    patient = add(family_name=family, given_name=given)
    assert patient.pk in [found.id for found in search.find(world.practice, q)]


def test_exact_before_beginning_before_near(world, add):
    for family in ("Browne", "Brown", "Brownlow", "Braun", "Brawn"):
        add(family_name=family, given_name="Ada")
    found = names(world, "brown")
    assert found[0] == "BROWN, Ada"
    assert found[1:3] == ["BROWNE, Ada", "BROWNLOW, Ada"]
    assert "BRAWN, Ada" in found[3:]


def test_whole_surnames_before_parts_and_those_here_before_those_gone(world, add):
    add(family_name="Gill", given_name="Zoe")
    add(family_name="Gill", given_name="Ann", departed_on=TODAY)
    add(family_name="Gill", given_name="Bea", died_on=TODAY)
    add(family_name="Adams-Gill", given_name="Ann")
    assert names(world, "gill")[:4] == [
        "GILL, Zoe", "ADAMS-GILL, Ann", "GILL, Ann", "GILL, Bea",
    ]  # fmt: skip


def test_people_of_the_same_name_stand_together(world, add):
    for given_name in ("Tom", "Ann", "Tom", "Ann", "Eve"):
        add(family_name="Price", given_name=given_name)
    assert [name.split()[1] for name in names(world, "price")] == [
        "Ann",
        "Ann",
        "Eve",
        "Tom",
        "Tom",
    ]


def test_a_hundred_of_one_name_do_not_hide_the_one_that_was_meant(world, add):
    for number in range(60):
        add(family_name="Clark", given_name="Joy", number=str(number))
    add(family_name="Clarke", given_name="Joy")
    add(family_name="Clerk", given_name="Joy")
    found = names(world, "clark j")
    assert len(found) == 20
    assert found.count("CLARK, Joy") == 18
    assert {"CLARKE, Joy", "CLERK, Joy"} <= set(found)


@pytest.mark.parametrize("limit", [1, 3, 10, 20])
def test_no_more_than_wanted(world, add, limit):
    for number in range(30):
        add(family_name=f"Hill{'abcdefghij'[number % 10]}", given_name="Al")
    assert len(search.find(world.practice, "hill", limit=limit)) == limit


# --- Warnings -----------------------------------------------------------------------------------


def warnings(world, q):
    return {found.born_on: found.warnings for found in search.find(world.practice, q)}


def test_the_same_name_is_said(world, add):
    for year in (1970, 1980, 1990):
        add(family_name="O'Hara", given_name="Jo Ann", born_on=date(year, 1, 1))
    add(family_name="O Hara", given_name="Joann", born_on=date(2000, 1, 1))
    assert set(warnings(world, "ohara").values()) == {("Same name as 3 others",)}


def test_one_other_of_the_same_name(world, add):
    add(family_name="Reed", given_name="Al", born_on=date(1970, 1, 1))
    add(family_name="Reed", given_name="Al")
    assert set(warnings(world, "reed").values()) == {("Same name as 1 other",)}


def test_the_same_name_and_birth_date_is_said(world, add):
    for _ in range(2):
        add(family_name="Reed", given_name="Al", born_on=APRIL)
    add(family_name="Reed", given_name="Al", born_on=date(1999, 1, 1))
    assert warnings(world, "reed") == {
        APRIL: ("Same name and birth date as another patient", "Same name as 1 other"),
        date(1999, 1, 1): ("Same name as 2 others",),
    }


def test_twins_are_said(world, add):
    add(family_name="Reed", given_name="Al", born_on=APRIL)
    add(family_name="Reed", given_name="Bo", born_on=APRIL)
    assert warnings(world, "reed") == {
        APRIL: ("Twin or same birthday and surname: check first name",)
    }


def test_birth_dates_that_are_not_known_are_not_the_same(world, add):
    add(family_name="Reed", given_name="Al")
    add(family_name="Reed", given_name="Bo")
    assert warnings(world, "reed") == {None: ()}


def test_namesakes_who_are_gone_count(world, add):
    add(family_name="Reed", given_name="Al", born_on=APRIL, departed_on=TODAY)
    add(family_name="Reed", given_name="Al", born_on=date(1980, 1, 1))
    assert all(warnings(world, "reed").values())


def test_a_name_that_was_put_right_is_warned_of_no_more(world, add):
    add(family_name="Reed", given_name="Al", born_on=date(1960, 1, 1))
    wrong = add(family_name="Reed", given_name="Al", born_on=APRIL)
    assert warnings(world, "reed")[APRIL]
    with journal.writing(world.by, "test") as entry:
        entry.change(wrong, given_name="Alan")
    assert set(warnings(world, "reed").values()) == {()}


# --- What a line shows --------------------------------------------------------------------------


def test_a_line_shows_what_a_caller_is_asked(world, john):
    (found,) = search.find(world.practice, "smith john", today=TODAY)
    assert found.id == john.pk
    assert found.name == john.name == "SMITH, John (Mr)"
    assert (found.born_on, found.age) == (APRIL, "55")
    assert found.nhs_number == "999 123 4560"
    assert (found.address, found.postcode) == ("12 Epple Road", "CT7 9AB")
    assert (found.telephone, found.contact_comment) == ("07700 900662", "ring after 5")
    assert (found.standing, found.is_deceased, found.has_departed) == ("", False, False)


@pytest.mark.parametrize(
    "columns,words",
    [
        ({"died_on": date(2024, 4, 3)}, "Died 3 Apr 2024"),
        ({"departed_on": date(2026, 10, 5)}, "Left the practice 5 Oct 2026"),
        ({"died_on": date(2024, 4, 3), "departed_on": TODAY}, "Died 3 Apr 2024"),
        ({"kind": "temporary"}, "Temporary patient"),
        ({}, ""),
    ],
)
def test_how_a_patient_stands_is_said(world, add, columns, words):
    add(family_name="Quill", given_name="Al", **columns)
    (found,) = search.find(world.practice, "quill")
    assert found.standing == words
    assert found.is_deceased == ("died_on" in columns)
    assert found.has_departed == ("departed_on" in columns)


def test_the_age_of_somebody_who_died_stands_still(world, add):
    add(family_name="Quill", given_name="Al", born_on=date(1900, 1, 1), died_on=date(1990, 1, 1))
    assert search.find(world.practice, "quill")[0].age == "90"


def test_a_confidential_patients_address_and_telephone_are_not_on_the_line(world, add):
    add(
        family_name="Quill",
        given_name="Al",
        is_confidential=True,
        address="1 Secret Street",
        postcode="CT7 9XX",
        mobile_telephone="07700 900999",
        contact_comment="at her sister's",
    )
    (found,) = search.find(world.practice, "quill")
    assert found.is_confidential
    shown = (found.address, found.postcode, found.telephone, found.contact_comment)
    assert shown == (None, None, None, None)
    assert "Secret" not in repr(found)
    for q in ("ct7 9xx", "07700900999", "0999", "quill ct7", "quill 0999"):
        assert names(world, q) == []


def test_the_next_appointment_is_on_the_line(world, add):
    later = booking.book(world.slot("10:40").pk, world.asks(world.ann), world.by)
    sooner = booking.book(world.slot("10:10").pk, world.asks(world.ann), world.by)
    (found,) = search.find(world.practice, "baker ann")
    assert (found.next_at, found.next_with) == (sooner.slot.starts_at, "Dr Lane")
    booking.cancel(sooner.pk, world.by, cancelled_for="patient", reason="")
    assert search.find(world.practice, "baker ann")[0].next_at == later.slot.starts_at


def test_lines_of_known_patients(world, other):
    lines = search.shown(world.practice, [world.cat.pk, other.ann.pk, world.ann.pk])
    assert [line.id for line in lines] == [world.cat.pk, world.ann.pk]


# --- Nobody is picked who could be somebody else -------------------------------------------------


@pytest.mark.parametrize(
    "q",
    [
        "smith john 3/4/71", "john smith 03041971", "Smith, John 3 apr 1971",
        "smith john paul 3/4/71", "9991234560", "999 123 4560", "smith john 9991234560",
        "smith john 3/4/71 9991234560",
    ],
)  # fmt: skip
def test_the_one_who_can_be_meant(world, john, q):
    found = search.exactly(world.practice, q, today=TODAY)
    assert found
    assert found.id == john.pk


@pytest.mark.parametrize(
    "q",
    [
        "smith john", "smith j 3/4/71", "smith 3/4/71", "john 3/4/71", "3/4/71",
        "smyth john 3/4/71", "smith jon 3/4/71", "smith paul 3/4/71", "smith john 3/4/72",
        "999123456", "jones 9991234560", "smith john 4/4/71 9991234560", "07700900662", "20417",
        "ct7 9ab", "",
    ],
)  # fmt: skip
def test_who_can_only_be_likely_is_not_picked(world, john, q):
    assert search.exactly(world.practice, q, today=TODAY) is None


@pytest.mark.parametrize(
    "columns",
    [
        {"given_name": "John", "born_on": date(1999, 1, 1)},
        {"given_name": "John", "born_on": APRIL},
        {"given_name": "Jack", "born_on": APRIL},
    ],
)
def test_nobody_is_picked_while_a_warning_stands(world, john, add, columns):
    add(family_name="Smith", **columns)
    for q in ("smith john 3/4/71", "9991234560"):
        assert search.exactly(world.practice, q) is None


@pytest.mark.parametrize("column", ["died_on", "departed_on"])
def test_nobody_is_picked_who_is_gone(world, add, column):
    add(family_name="Gone", given_name="Al", born_on=APRIL, **{column: TODAY})
    assert search.exactly(world.practice, "gone al 3/4/71") is None


def test_two_with_the_same_nhs_number_are_not_picked(world, add):
    for family_name in ("Reed", "Hall"):
        add(family_name=family_name, given_name="Al", nhs_number="9991234560")
    assert search.exactly(world.practice, "9991234560") is None
    assert search.exactly(world.practice, "reed al 9991234560") is not None


# --- Likely duplicates --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "columns,alike",
    [
        ({"family_name": "Smith", "given_name": "John", "born_on": APRIL}, True),
        ({"family_name": "Smyth", "given_name": "Jon", "born_on": APRIL}, True),
        ({"family_name": "Smith", "given_name": "Jack", "born_on": APRIL}, True),  # a twin: look
        ({"family_name": "Price", "given_name": "John", "born_on": APRIL}, True),  # has married
        ({"family_name": "Smith", "given_name": "John"}, True),
        ({"family_name": "Smith", "given_name": "John", "born_on": date(1971, 3, 4)}, True),
        ({"family_name": "Smith", "given_name": "John", "born_on": date(1972, 4, 3)}, True),
        ({"family_name": "Price", "given_name": "Al", "nhs_number": "9991234560"}, True),
        (
            {"family_name": "Price", "given_name": "John", "mobile_telephone": "07700900662"},
            False,  # has another middle name, so the forenames differ
        ),
        ({"family_name": "Smith", "given_name": "John", "born_on": date(1999, 9, 9)}, False),
        ({"family_name": "Price", "given_name": "Al", "born_on": APRIL}, False),
        ({"family_name": "Price", "given_name": "Al", "mobile_telephone": "07700900662"}, False),
        ({"family_name": "Price", "given_name": "Al"}, False),
    ],
)
def test_likely_duplicates(world, john, columns, alike):
    new = Patient(practice=world.practice, **columns)
    assert [found.id for found in search.alike(world.practice, new)] == [john.pk] * alike


def test_a_patient_is_no_duplicate_of_their_own(world, john):
    assert search.alike(world.practice, john) == []


# --- Kept in step -------------------------------------------------------------------------------


def test_new_and_changed_patients_are_found_at_once(world, add):
    assert names(world, "zimmer") == []
    patient = add(family_name="Zimmer", given_name="Al", nhs_number="9991234560")
    assert names(world, "zimmer") == names(world, "9991234560") == ["ZIMMER, Al"]
    with journal.writing(world.by, "test") as entry:
        entry.change(patient, family_name="Winter", nhs_number="")
    assert names(world, "zimmer") == names(world, "9991234560") == []
    assert names(world, "winter") == ["WINTER, Al"]


def test_merged_records_are_found_no_more(world, add):
    kept = add(family_name="Zimmer", given_name="Al")
    gone = add(family_name="Zimmer", given_name="Al", nhs_number="9991234560")
    assert len(names(world, "zimmer")) == 2
    patients.merge(kept.pk, gone.pk, world.by, reason="same passport")
    assert [found.id for found in search.find(world.practice, "zimmer")] == [kept.pk]
    assert search.find(world.practice, "zimmer")[0].warnings == ()


def test_what_was_rolled_back_is_not_found(world, add):
    add(family_name="Before", given_name="Al")
    with transaction.atomic():
        add(family_name="Zimmer", given_name="Al")
        assert names(world, "zimmer") == ["ZIMMER, Al"]
        transaction.set_rollback(True)
    assert names(world, "zimmer") == []
    assert names(world, "before") == ["BEFORE, Al"]


def test_another_history_of_the_same_length_is_noticed(world, add):
    with transaction.atomic():
        add(family_name="Zimmer", given_name="Al")
        assert names(world, "zimmer") == ["ZIMMER, Al"]
        transaction.set_rollback(True)
    add(family_name="Winter", given_name="Al")  # the same number in the journal
    assert names(world, "zimmer") == []
    assert names(world, "winter") == ["WINTER, Al"]


def test_many_changes_at_once_are_read_at_once(world, monkeypatch):
    monkeypatch.setattr("appointments.search.following.READ_AGAIN", 3)
    assert names(world, "zimmer") == []
    with journal.writing(world.by, "load") as entry:
        rows = [Patient(practice=world.practice, family_name="Zimmer") for _ in range(8)]
        entry.add_many(Patient, rows)
    assert len(names(world, "zimmer")) == 8


def test_every_practice_has_its_own_patients(world, other, add):
    add(family_name="Zimmer", given_name="Al")
    assert names(other, "zimmer") == []
    assert [found.id for found in search.find(world.practice, "baker")] == [world.ann.pk]
    assert [found.id for found in search.find(other.practice, "baker")] == [other.ann.pk]


def test_only_a_few_practices_are_kept_in_memory(world, other, monkeypatch):
    monkeypatch.setattr("appointments.search.following.MOST_PRACTICES", 1)
    for each in (world, other, world):
        assert [found.id for found in search.find(each.practice, "baker")] == [each.ann.pk]


def test_a_search_is_two_queries_however_many_are_found(world, add, django_assert_num_queries):
    for number in range(30):
        add(family_name="Hill", given_name="Al", number=str(number))
    names(world, "hill")
    for q in ("hill", "hill a", "baker ann"):
        with django_assert_num_queries(2):
            assert names(world, q)
    with django_assert_num_queries(0):
        assert names(world, "") == []


# --- A crowd ------------------------------------------------------------------------------------


def test_in_a_crowd_one_slip_does_not_hide_a_surname(world):
    count, asked = 1500, 200
    people = [
        Patient(practice=world.practice, family_name=family, given_name=given_name, born_on=born_on)
        for (family, given_name), born_on in zip(
            crowd.names(count), crowd.birth_dates(count), strict=True
        )
    ]
    with journal.writing(world.by, "load") as entry:
        entry.add_many(Patient, people)
    chance = random.Random(71)
    chosen = chance.sample([one for one in people if len(one.family_name) > 2], asked)
    for write, at_least in (("{} {}", 0.99), ("{}", 0.98)):
        found = 0
        for one in chosen:
            q = write.format(crowd.slip(one.family_name, chance), one.given_name[0])
            found += any(n.startswith(f"{one.family_name.upper()},") for n in names(world, q))
        assert found >= at_least * asked
    for one in chosen:
        first = search.find(world.practice, f"{one.family_name} {one.given_name} {one.born_on}")[0]
        assert first.id == one.pk or first.warnings
