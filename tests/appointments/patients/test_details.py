"""What is taken down about a patient: accepted, brought into one form, or refused in a sentence."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from appointments.models import Patient
from appointments.patients.details import LONGEST, NAMES, Details, tidied
from appointments.refusals import BadDetail

TODAY = timezone.localdate()


@pytest.mark.parametrize(
    "name,typed,kept",
    [
        ("family_name", "  O'Brien  ", "O'Brien"),
        ("family_name", "de  la\tCruz", "de la Cruz"),
        ("given_name", "Ann\x00e", "Ann e"),
        ("given_name", "", ""),
        ("nhs_number", "999 000 0018", "9990000018"),
        ("nhs_number", "999-000-0018", "9990000018"),
        ("nhs_number", "9990000018", "9990000018"),
        ("nhs_number", "401 023 2137", "4010232137"),
        ("nhs_number", "", ""),
        ("mobile_telephone", "07700900662", "07700 900662"),
        ("mobile_telephone", "+44 (0)7700 900662", "07700 900662"),
        ("home_telephone", "01632960123", "01632 960123"),
        ("home_telephone", "+33199001234", "+33 1 99 00 12 34"),
        ("home_telephone", "01632 960123 ext 5", "01632 960123 x5"),
        ("postcode", "ct79qz", "CT7 9QZ"),
        ("postcode", "Ec1a 1bB", "EC1A 1BB"),
        ("postcode", "m1  1ae", "M1 1AE"),
        (
            "address",
            "Flat 7\r\n12 Epple Road,\n\nBirchington ",
            "Flat 7, 12 Epple Road, Birchington",
        ),
        ("email", "ann@example.org", "ann@example.org"),
        ("born_on", date(1900, 1, 1), date(1900, 1, 1)),
        ("born_on", TODAY, TODAY),
        ("born_on", None, None),
        ("is_confidential", True, True),
    ],
)
def test_kept_in_one_form(name, typed, kept):
    assert tidied(name, typed) == kept


@pytest.mark.parametrize(
    "name,typed,sentence",
    [
        ("family_name", "", "Enter the surname."),
        ("family_name", "   ", "Enter the surname."),
        ("family_name", "x" * 101, "Use at most 100 characters."),
        ("title", "x" * 31, "Use at most 30 characters."),
        ("nhs_number", "999 000 0019", "This is not an NHS number. Check its ten digits."),
        ("nhs_number", "999 000 001", "This is not an NHS number. Check its ten digits."),
        ("nhs_number", "not known", "This is not an NHS number. Check its ten digits."),
        ("nhs_number", "5000000005", "No NHS number begins like this. Check its ten digits."),
        ("born_on", TODAY + timedelta(days=2), "Check the date: it is in the future."),
        ("died_on", TODAY + timedelta(days=2), "Check the date: it is in the future."),
        ("born_on", date(1899, 12, 31), "Check the year: this birth date is before 1900."),
        (
            "mobile_telephone",
            "ex-directory",
            "This is not a telephone number. Enter it with its area code, like 01632 960123.",
        ),
        (
            "home_telephone",
            "123",
            "This is not a telephone number. Enter it with its area code, like 01632 960123.",
        ),
        (
            "postcode",
            "75001",
            "This is not a UK postcode, like CT7 9QZ. Put one from abroad into the address.",
        ),
        ("email", "ann at home", "This is not an email address, like name@example.org."),
    ],
)
def test_refused_in_a_sentence(name, typed, sentence):
    with pytest.raises(BadDetail) as refused:
        tidied(name, typed)
    assert refused.value.sentence == sentence
    assert refused.value.field == name
    assert str(refused.value) == "bad_detail"  # what reaches a log names nobody


@given(name=st.sampled_from(sorted(set(NAMES) & set(LONGEST))), typed=st.text(max_size=400))
def test_any_text_is_kept_or_refused(name, typed):
    try:
        kept = tidied(name, typed)
    except BadDetail:
        return
    assert len(kept) <= LONGEST[name]
    assert kept.isprintable()
    assert tidied(name, kept) == kept


def test_what_stands_on_record_unchanged_is_left_as_it_is():
    loaded = Details(family_name="Reed", home_telephone="ex-directory", postcode="??")
    assert loaded.tidied(loaded) == loaded
    with pytest.raises(BadDetail):
        loaded.tidied()


def test_every_detail_is_a_patients_column():
    columns = {column.attname for column in Patient._meta.concrete_fields}
    assert set(NAMES) <= columns


def test_a_fingerprint_tells_details_apart():
    one = Details(family_name="Reed", born_on=date(1971, 4, 3))
    assert one.fingerprint() == Details(family_name="Reed", born_on=date(1971, 4, 3)).fingerprint()
    assert one.fingerprint() != Details(family_name="Reed").fingerprint()
