"""What is typed into the search box, and how it is read."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appointments.search.asked import Name, read, read_day

TODAY = date(2026, 11, 23)
APRIL = date(1971, 4, 3)


@pytest.mark.parametrize(
    "text",
    [
        "3/4/71", "03/04/71", "3/4/1971", "03.04.1971", "3.4.71", "3-4-1971", "3 / 4 / 71",
        "3 apr 71", "3rd April 1971", "3rd of April 1971", "03apr1971", "3-Apr-71", "3 apr. '71",
        "april 3 1971", "Apr 3rd, 1971", "1971-04-03", "1971/4/3", "1971.04.03",
        "030471", "03041971", "19710403", "3 4 71", "03 04 1971", "３／４／７１",
    ],
)  # fmt: skip
def test_a_birth_date_in_any_usual_form(text):
    assert read(text, TODAY).days == {APRIL}
    assert read_day(text, TODAY) == {APRIL}
    with_name = read(f"smith j {text}", TODAY)
    assert with_name.days == {APRIL}
    assert Name("smith", ("j",)) in with_name.names


@pytest.mark.parametrize(
    "text", ["31/2/71", "0/4/71", "3/13/1971", "3/4/1890", "3/4/2027", "3/4", "smith", "07700", ""]
)
def test_what_is_no_birth_date(text):
    assert read(text, TODAY).days == frozenset()


def test_two_figures_of_a_year_can_mean_two_years():
    assert read("3/4/24", TODAY).days == {date(1924, 4, 3), date(2024, 4, 3)}
    assert read("3/12/26", TODAY).days == {date(1926, 12, 3)}


@pytest.mark.parametrize("text", ["3/4/71 at noon", "3/4/71 5/6/72", "3/4/1971x"])
def test_a_day_is_nothing_but_a_day(text):
    assert read_day(text, TODAY) == frozenset()


@pytest.mark.parametrize(
    "text,family,given",
    [
        ("smith", "smith", ()),
        ("Smith J", "smith", ("j",)),
        ("john smith", "smith", ("john",)),
        ("smith john paul", "smith", ("john", "paul")),
        ("Smith, John", "smith", ("john",)),
        ("Smith,J.", "smith", ("j",)),
        ("Mr J. Smith", "smith", ("j",)),
        ("dr smith", "smith", ()),
        ("O'Brien p", "obrien", ("p",)),
        ("o brien p", "obrien", ("p",)),
        ("O’Brien", "obrien", ()),
        ("Mc Donald, Ann", "mcdonald", ("ann",)),
        ("Wójcik", "wojcik", ()),
        ("Łukasz Żak", "zak", ("lukasz",)),
        ("Þórdís", "thordis", ()),
        ("Smith-Jones k", "smithjones", ("k",)),
        ("de la Cruz maria", "delacruz", ("maria",)),
        ("Æ", "ae", ()),
        ("MÜLLER", "muller", ()),
    ],
)
def test_a_name_in_either_order(text, family, given):
    assert Name(family, given) in read(text, TODAY).names


def test_with_a_comma_there_is_one_way_to_read_a_name():
    assert read("thomas, james", TODAY).names == (Name("thomas", ("james",)),)


def test_an_initial_is_not_taken_for_a_surname():
    assert Name("j", ("smith",)) not in read("smith j", TODAY).names
    assert Name("s", ("j",)) in read("s j", TODAY).names


@pytest.mark.parametrize(
    "text,digits",
    [
        ("999 123 4567", "9991234567"),
        ("9991234567", "9991234567"),
        ("07700 900 662", "07700900662"),
        ("+44 7700 900662", "447700900662"),
        ("(01632) 960-629", "01632960629"),
        ("0662", "0662"),
    ],
)
def test_numbers_with_and_without_spaces(text, digits):
    assert read(text, TODAY).digits == digits


@pytest.mark.parametrize(
    "text,postcode",
    [
        ("ct79qz", "ct79qz"),
        ("CT7 9QZ", "ct79qz"),
        ("CT7  9q", "ct79q"),
        ("ct7", "ct7"),
        ("smith ct7", "ct7"),
        ("EC1A 1BB", "ec1a1bb"),
        ("m1 1ae", "m11ae"),
        ("smith", ""),
        ("3/4/71", ""),
    ],
)
def test_a_postcode_or_its_beginning(text, postcode):
    assert read(text, TODAY).postcode == postcode


@pytest.mark.parametrize(
    "text", ["smith j 3", "smith j 3/", "smith j 3/4", "smith j 3/4/1", "smith j 3/4/197"]
)
def test_a_date_that_is_still_being_typed_does_not_hide_the_name(text):
    asked = read(text, TODAY)
    assert not asked.days
    assert not asked.digits
    assert Name("smith", ("j",)) in asked.names


@given(st.text(max_size=300))
@example("'; DROP TABLE appointments_patient; --")
@example("%s %d {} \x00 \ud7ff")
@example("😀" * 200)
@example("1" * 10_000)
@example("a " * 5_000)
@example("31/12/9999")
@example("٣/٤/٧١")
def test_any_text_can_be_read(text):
    asked = read(text, TODAY)
    assert len(asked.names) <= 13
    assert all(name.word for name in asked.names)
    read_day(text, TODAY)


@given(st.dates(min_value=date(1927, 1, 1), max_value=TODAY))
def test_every_birth_date_is_read_as_it_is_written(day):
    for form in ("%d/%m/%Y", "%d.%m.%Y", "%d%m%Y", "%Y-%m-%d", "%d %b %Y", "%d %B %Y"):
        assert day in read(day.strftime(form), TODAY).days
    assert day in read(day.strftime("%d/%m/%y"), TODAY).days
